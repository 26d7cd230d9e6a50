//! Sending: a try is written down before it begins and after it ends. One whose end nobody saw is taken up
//! again under the same key.

use super::STEP;
use super::channel::{ChannelKind, Outgoing, Proof, SendError};
use super::ladder::shown;
use crate::App;
use crate::error::AppError;
use futures_util::stream::{self, StreamExt as _};
use store::{AttemptRow, DeliveryRow, NoticeRow, ReachRecord};

/// When a try is taken up again whose end nobody saw, milliseconds; longer than a channel's patience.
const LEASE: i64 = 60_000;
/// Until the second try, milliseconds; twice as long each time.
const FIRST_WAIT: i64 = 30_000;
/// At the most.
const LONGEST_WAIT: i64 = 3_600_000;
const AT_ONCE: usize = 8;

impl App {
    /// Sends what waits. Says how many tries were made.
    pub(super) async fn send_due(&self) -> Result<u64, AppError> {
        let due = self.inner.store.deliveries_due(self.now(), STEP).await?;
        let tries: Vec<Result<bool, AppError>> = stream::iter(due)
            .map(|row| async move { self.attempt(row).await })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let mut made = 0;
        for tried in tries {
            made += u64::from(tried?);
        }
        Ok(made)
    }

    async fn attempt(&self, row: DeliveryRow) -> Result<bool, AppError> {
        let Some(notice) = self.inner.store.notice(&row.notice_id).await? else {
            return Ok(false);
        };
        let to = self.address_of(&notice, &row).await?;
        let n = row.tries + 1;
        let begun = vec![
            ReachRecord::DeliveryBegun {
                id: row.id.clone(),
                tries: row.tries,
                again_at: self.now() + LEASE,
            },
            ReachRecord::Attempt(AttemptRow {
                delivery_id: row.id.clone(),
                n,
                at: self.now(),
                channel: row.channel.clone(),
                shown: shown(&row.channel, to.as_deref().unwrap_or_default()),
                done_at: None,
                outcome: if row.channel == "phone" {
                    "calling"
                } else {
                    "sending"
                }
                .to_owned(),
                detail: String::new(),
            }),
        ];
        match self.reach_write(begun).await {
            Ok(()) => {}
            // Another process has taken it, or it is not asked for any more.
            Err(AppError::Internal(_)) => return Ok(false),
            Err(error) => return Err(error),
        }
        let came = match to {
            Some(to) => self.carry(&notice, &row, to).await,
            None => Err(SendError::never("no_address", "")),
        };
        self.reach_write(self.ended(&notice, &row, n, came)).await?;
        Ok(true)
    }

    /// Where it goes. A caller's number is looked up now, so that one that was removed is not used.
    async fn address_of(
        &self,
        notice: &NoticeRow,
        row: &DeliveryRow,
    ) -> Result<Option<String>, AppError> {
        if !row.address.is_empty() {
            return Ok(Some(row.address.clone()));
        }
        let person = self.inner.store.person(&notice.case_id).await?;
        let number = person.and_then(|person| {
            let digits =
                |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
            [&person.contact_number, &person.caller_number]
                .into_iter()
                .map(|text| digits(text))
                // Landlines begin with 0 and take no short message.
                .find(|number| number.len() == 11 && !number.starts_with('0'))
        });
        Ok(number)
    }

    async fn carry(
        &self,
        notice: &NoticeRow,
        row: &DeliveryRow,
        to: String,
    ) -> Result<Proof, SendError> {
        if row.channel == "phone" {
            return self.ring_up(notice, row, to).await;
        }
        let reach = &self.inner.config.reach;
        let found = reach
            .channels
            .iter()
            .find(|channel| channel.kind().as_str() == row.channel);
        let Some(channel) = found else {
            // The site took it away; it may come back.
            return Err(SendError::later("not_set_up", ""));
        };
        let link = self.confirm_link(notice);
        let mut text = notice.text.clone();
        if notice.kind == "rating_asked" {
            let found = self.rating_link(&notice.case_id).await;
            match found.map_err(|error| SendError::later("store", &error.to_string()))? {
                Some(link) => text.push_str(&link),
                // It was used, or the case was opened again: there is nothing to ask any more.
                None => return Err(SendError::never("link_gone", "")),
            }
        }
        if asks(notice)
            && let Some(link) = &link
        {
            let code = self.confirm_code(&notice.id);
            text = format!("{text} 确认：{link} 验证码{code}");
        }
        let sheet = row.channel == "email" && row.person.is_empty();
        let (html, files) = if sheet {
            let mailed = self.mailed_sheet(notice).await;
            let (page, file) =
                mailed.map_err(|error| SendError::later("sheet", &error.to_string()))?;
            (Some(page), file.into_iter().collect())
        } else {
            (None, Vec::new())
        };
        let body = serde_json::json!({
            "delivery": row.id,
            "notice": notice.id,
            "kind": notice.kind,
            "case_no": notice.case_no,
            "unit": notice.unit,
            "text": notice.text,
            "urgent": notice.urgent,
            "at": notice.created_at,
            "confirm": link,
        });
        let message = Outgoing {
            key: row.id.clone(),
            to,
            subject: notice.text.chars().take(60).collect(),
            text,
            html,
            files,
            body: body.to_string(),
            now: self.now(),
        };
        channel.send(&message).await
    }

    /// What follows from a try.
    fn ended(
        &self,
        notice: &NoticeRow,
        row: &DeliveryRow,
        n: i64,
        came: Result<Proof, SendError>,
    ) -> Vec<ReachRecord> {
        let now = self.now();
        let mut records = Vec::new();
        let (state, outcome, detail, next_at, proof) = match came {
            Ok(proof) if row.channel == "phone" => {
                // The try ends with its call, which is heard of later.
                return vec![ReachRecord::DeliveryEnded {
                    id: row.id.clone(),
                    tries: n,
                    state: "sent",
                    next_at: None,
                    done_at: Some(now),
                    gateway: proof.gateway,
                    outcome: "calling".to_owned(),
                    proof: proof.said.to_string(),
                }];
            }
            Ok(proof) => {
                let state = if proof.arrived { "delivered" } else { "sent" };
                let outcome = if proof.arrived { "arrived" } else { "accepted" };
                (state, outcome, String::new(), None, Some(proof))
            }
            Err(SendError::Later { key, detail }) if n < row.most => {
                let doubled = u32::try_from(n - 1).unwrap_or(u32::MAX).min(10);
                let wait = FIRST_WAIT.saturating_mul(1 << doubled).min(LONGEST_WAIT);
                ("waiting", key, detail, Some(now + wait), None)
            }
            Err(SendError::Later { key, detail } | SendError::Never { key, detail }) => {
                records.extend(self.next_way(notice, row));
                ("dead", key, detail, None, None)
            }
        };
        let said = proof.as_ref().map(|proof| proof.said.to_string());
        records.push(ReachRecord::DeliveryEnded {
            id: row.id.clone(),
            tries: n,
            state,
            next_at,
            done_at: next_at.is_none().then_some(now),
            gateway: proof.map(|proof| proof.gateway).unwrap_or_default(),
            outcome: outcome.to_owned(),
            proof: said.clone().unwrap_or_default(),
        });
        records.push(ReachRecord::AttemptEnded {
            delivery: row.id.clone(),
            n,
            at: now,
            outcome: outcome.to_owned(),
            detail: if detail.is_empty() {
                said.unwrap_or_default()
            } else {
                detail
            },
        });
        records
    }

    /// The next channel by which the same person is told, if one is left.
    pub(super) fn next_way(&self, notice: &NoticeRow, row: &DeliveryRow) -> Option<ReachRecord> {
        if notice.closed_at.is_some() && notice.closed_how != "told" {
            return None;
        }
        let rest: Vec<(ChannelKind, String)> = serde_json::from_str(&row.rest).ok()?;
        let mut rest = rest.into_iter();
        let (channel, address) = rest.next()?;
        let paper = channel == ChannelKind::Paper;
        let now = self.now();
        Some(ReachRecord::Delivery(DeliveryRow {
            id: self.new_id(),
            channel: channel.as_str().to_owned(),
            address,
            rest: serde_json::to_string(&rest.collect::<Vec<_>>()).unwrap_or_default(),
            state: "waiting".to_owned(),
            tries: 0,
            most: super::ladder::TRIES,
            next_at: (!paper).then_some(now),
            made_at: now,
            done_at: None,
            seen_at: None,
            gateway: String::new(),
            outcome: if paper { "to_print" } else { "" }.to_owned(),
            proof: String::new(),
            ..row.clone()
        }))
    }

    /// Takes the gateway's word on what became of a message. Whether it was known.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where no reports are expected or the secret is wrong, the store's.
    pub async fn sms_report(
        &self,
        token: &str,
        fields: &serde_json::Value,
    ) -> Result<bool, AppError> {
        let reports = self.inner.config.reach.sms_reports.as_ref();
        let reports = reports.ok_or(AppError::NotFound)?;
        let same: bool =
            subtle::ConstantTimeEq::ct_eq(reports.token.as_bytes(), token.as_bytes()).into();
        if !same {
            return Err(AppError::NotFound);
        }
        let Some((number, said, arrived)) = reports.read(fields) else {
            let detail = "neither number nor state where the configuration says";
            return Err(AppError::field(".", "malformed", detail));
        };
        self.sms_reported(&number, &said, arrived).await
    }

    /// Takes a carrier's word on what became of a message of its number: of a notice, or of one that was written to a
    /// citizen. Whether it was known.
    ///
    /// # Errors
    /// The store's.
    pub async fn sms_reported(
        &self,
        number: &str,
        said: &str,
        arrived: bool,
    ) -> Result<bool, AppError> {
        let found = self.inner.store.delivery_by_gateway(number, "sms").await?;
        let Some(row) = found else {
            return self.message_reported(number, said, arrived).await;
        };
        let notice = self.inner.store.notice(&row.notice_id).await?;
        let now = self.now();
        let proof = serde_json::json!({"gateway": number, "report": said});
        let mut records = vec![ReachRecord::DeliveryReported {
            id: row.id.clone(),
            state: if arrived { "delivered" } else { "dead" },
            at: now,
            outcome: if arrived { "arrived" } else { "not_arrived" }.to_owned(),
            proof: proof.to_string(),
        }];
        // A second report of the same bad news makes no second message.
        if !arrived
            && row.state != "dead"
            && let Some(notice) = &notice
        {
            records.extend(self.next_way(notice, &row));
        }
        self.reach_write(records).await?;
        self.wake_reach();
        Ok(true)
    }
}

/// Whether somebody has to answer for a notice.
pub(super) fn asks(notice: &NoticeRow) -> bool {
    serde_json::from_str::<super::ladder::Kept>(&notice.ladder).is_ok_and(|kept| kept.acknowledge)
}

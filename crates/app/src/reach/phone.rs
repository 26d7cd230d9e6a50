//! Notices by telephone 电话通知 (R15, R16): the voice part rings the person, says sentences that the site has recorded, and
//! a key answers. Sending only begins the call; what came of it is read from the call's steps, so that no pass waits for
//! a person and a program that is killed forgets no answer.

use super::STEP;
use super::channel::{Proof, SendError};
use super::send::asks;
use crate::App;
use crate::chance::digest_of;
use crate::error::AppError;
use ::voice::call::{Announcement, CallId, PromptName};
use serde_json::{Value, json};
use store::{CallStepRow, DeliveryRow, NoticeRow, ReachRecord};

/// When a call is given up of which nobody hears any more, milliseconds after it was begun: longer than one may take.
const LOST_AFTER: i64 = 300_000;
/// Sentences without which no notice is said. One of a kind of its own, `notice_KIND`, takes the place of the first.
const NEEDED: [&str; 5] = [
    "notice",
    "notice_number",
    "notice_keys",
    "notice_again",
    "notice_noted",
];

/// What is known of a call from its steps.
#[derive(Debug, Default)]
struct Came {
    outcome: Option<String>,
    times: serde_json::Map<String, Value>,
}

impl Came {
    fn read(call: &str, steps: &[CallStepRow]) -> Self {
        let mut came = Self::default();
        let mut keys = Vec::new();
        came.times.insert("call".to_owned(), call.into());
        for step in steps {
            let body: Value = serde_json::from_str(&step.body).unwrap_or_default();
            let field = |name: &str| body.get(name).cloned().unwrap_or_default();
            let mut at = |name: &str, value: Value| {
                came.times.insert(name.to_owned(), value);
            };
            match step.kind.as_str() {
                "announcement_began" => at("dialled", step.at.into()),
                "announcement_rang" => at("rang", step.at.into()),
                "announcement_answered" => at("answered", step.at.into()),
                "announcement_heard" => at("heard", field("time")),
                "announcement_key" => keys.push(json!({"key": field("key"), "at": step.at})),
                "announced" => {
                    at("ended", step.at.into());
                    came.outcome = field("outcome").as_str().map(str::to_owned);
                }
                _ => {}
            }
        }
        if !keys.is_empty() {
            came.times.insert("keys".to_owned(), keys.into());
        }
        came
    }
}

/// The call of one try: the same whoever makes it, so that it is made once.
fn call_of(delivery: &str, n: i64) -> CallId {
    let digest = digest_of(&["notice call", delivery, &n.to_string()]);
    let bytes = digest.iter().take(16);
    CallId(bytes.fold(0, |all, byte| (all << 8) | u128::from(*byte)))
}

impl App {
    /// Why this site can call nobody, as the outcome of a try, and what is missing; none where it can.
    pub(super) fn no_calls(&self) -> Option<(&'static str, String)> {
        let Some(desk) = self.voice_desk().filter(|desk| desk.is_connected()) else {
            return Some(("no_voice", String::new()));
        };
        if desk.setup.plan.outward.is_none() {
            return Some(("no_outward", String::new()));
        }
        let digits = (0..10).map(digit);
        let missing: Vec<String> = NEEDED
            .iter()
            .map(|name| (*name).to_owned())
            .chain(digits)
            .filter(|name| !desk.setup.sentences.contains(name))
            .collect();
        (!missing.is_empty()).then(|| ("no_sentences", missing.join(" ")))
    }

    /// What is said of a notice: what it is, the running number of its case, and the keys.
    fn sentences(&self, notice: &NoticeRow) -> Vec<PromptName> {
        let has = |name: &str| {
            self.voice_desk()
                .is_some_and(|desk| desk.setup.sentences.contains(name))
        };
        let own = format!("notice_{}", notice.kind);
        let mut said = Vec::new();
        if notice.urgent && has("notice_urgent") {
            said.push("notice_urgent".to_owned());
        }
        said.push(if has(&own) { own } else { "notice".to_owned() });
        let running = notice.case_no.rsplit('-').next().unwrap_or_default();
        let digits: Vec<String> = running
            .chars()
            .filter_map(|c| c.to_digit(10))
            .map(digit)
            .collect();
        if !digits.is_empty() {
            said.push("notice_number".to_owned());
            said.extend(digits);
        }
        said.push(
            if asks(notice) {
                "notice_keys"
            } else {
                "notice_again"
            }
            .to_owned(),
        );
        said.into_iter().map(PromptName::new).collect()
    }

    /// Begins the call. Somebody who was rung by a program that was killed is not rung again: what is on record of that
    /// call is heard instead.
    pub(super) async fn ring_up(
        &self,
        notice: &NoticeRow,
        row: &DeliveryRow,
        number: String,
    ) -> Result<Proof, SendError> {
        let store = |error: store::StoreError| SendError::later("store", &error.to_string());
        let proof = |call: CallId| {
            let call = call.to_string();
            Proof {
                said: json!({"call": call}),
                gateway: call,
                arrived: false,
            }
        };
        let tries = self.inner.store.attempts(&notice.id).await.map_err(store)?;
        let unseen = tries
            .iter()
            .any(|t| t.delivery_id == row.id && t.n == row.tries && t.done_at.is_none());
        if unseen {
            let before = call_of(&row.id, row.tries);
            let found = self.inner.store.call(&before.to_string()).await;
            if found.map_err(store)?.is_some() {
                return Ok(proof(before));
            }
        }
        if let Some((key, detail)) = self.no_calls() {
            return Err(SendError::never(key, &detail));
        }
        let call = call_of(&row.id, row.tries + 1);
        self.voice_announce(Announcement {
            call,
            number,
            sentences: self.sentences(notice),
            thanks: vec!["notice_noted".into()],
            asks: asks(notice),
        });
        Ok(proof(call))
    }

    /// Calls a number on trial: the test sentence if there is one, and nothing to be answered.
    pub(super) fn ring_on_trial(&self, number: &str) -> Result<Proof, SendError> {
        if let Some((key, detail)) = self.no_calls() {
            return Err(SendError::never(key, &detail));
        }
        let call = self.new_call();
        let trial = NoticeRow {
            kind: "test".to_owned(),
            ..NoticeRow::default()
        };
        self.voice_announce(Announcement {
            call,
            number: number.to_owned(),
            sentences: self.sentences(&trial),
            thanks: Vec::new(),
            asks: false,
        });
        let call = call.to_string();
        Ok(Proof {
            said: json!({"call": call}),
            gateway: call,
            arrived: false,
        })
    }

    /// Takes what came of calls. Says how many.
    pub(super) async fn hear_calls(&self) -> Result<u64, AppError> {
        let mut heard = 0;
        for row in self.inner.store.deliveries_called(STEP).await? {
            let Some(notice) = self.inner.store.notice(&row.notice_id).await? else {
                continue;
            };
            let steps = self.inner.store.call_steps(&row.gateway).await?;
            let came = Came::read(&row.gateway, &steps);
            let Some(outcome) = self.outcome_of(&notice, &row, &came) else {
                continue;
            };
            match self.called(&notice, &row, &outcome, came.times).await {
                Ok(()) => heard += 1,
                // Another process has taken it.
                Err(AppError::Internal(why)) => {
                    tracing::debug!(delivery = row.id, why, "a call was heard of elsewhere");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(heard)
    }

    /// What came of it; none while it is up. One that nobody hears of any more was lost with the program that made it.
    fn outcome_of(&self, notice: &NoticeRow, row: &DeliveryRow, came: &Came) -> Option<String> {
        if let Some(outcome) = &came.outcome {
            return Some(outcome.clone());
        }
        let call = CallId::parse(&row.gateway);
        let here = self
            .voice_desk()
            .zip(call)
            .is_some_and(|(desk, call)| desk.with(|board| board.now(call)).is_some());
        if let Some(call) = call.filter(|_| here) {
            if notice.closed_at.is_some() && asks(notice) {
                self.voice_withdraw(call);
            }
            return None;
        }
        let since = row.done_at.unwrap_or(row.made_at);
        (self.now() - since >= LOST_AFTER).then(|| "lost".to_owned())
    }

    async fn called(
        &self,
        notice: &NoticeRow,
        row: &DeliveryRow,
        outcome: &str,
        times: serde_json::Map<String, Value>,
    ) -> Result<(), AppError> {
        let now = self.now();
        let state = match outcome {
            "acknowledged" | "heard" => "delivered",
            "answered_before" => "void",
            _ => "dead",
        };
        let said = Value::Object(times).to_string();
        let mut records = vec![
            ReachRecord::DeliveryCalled {
                id: row.id.clone(),
                call: row.gateway.clone(),
                state,
                at: now,
                outcome: outcome.to_owned(),
                proof: said.clone(),
            },
            ReachRecord::AttemptEnded {
                delivery: row.id.clone(),
                n: row.tries,
                at: now,
                outcome: outcome.to_owned(),
                detail: said,
            },
        ];
        if outcome == "acknowledged" {
            return self.confirm_by_call(notice, &row.name, records).await;
        }
        if state == "dead" {
            records.extend(self.next_way(notice, row));
        }
        self.reach_write(records).await
    }
}

/// The name of a figure's sentence.
fn digit(figure: u32) -> String {
    format!("digit_{figure}")
}

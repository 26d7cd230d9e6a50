//! Links to rate an answer by, and what makes a rating doubtful.

use crate::App;
use crate::case::{CommandKey, TRIES, Visitor, WORDS_MOST};
use crate::chance::{digest_of, hex};
use crate::draft::{Draft, Meta};
use crate::error::AppError;
use crate::view::{Done, LinkRating, PublicProof, PublicRating, RatingLinkView, RatingPage};
use domain::case::{Command, Refusal, Solved};
use domain::followup::RatingFlag;
use domain::right::{Action, Actor};
use store::{AppendError, Appended, FollowUpRecord, FollowUpRow, RatingLinkRow, Record};

const DAY: i64 = 86_400_000;
/// Links given out in one go of the job.
const AT_ONCE: i64 = 64;

/// What speaks against a rating, and the row that remembers its device.
pub(crate) struct Doubt {
    pub(crate) flags: Vec<RatingFlag>,
    pub(crate) seen: FollowUpRecord,
}

impl App {
    /// The token of a link: worked out from the site's key, so that it lies nowhere and whoever sends
    /// it can do so again.
    fn rating_token(&self, case: &str, made_at: i64) -> String {
        let digest = digest_of(&[&self.inner.site_key, "rate", case, &made_at.to_string()]);
        hex(digest.get(..16).unwrap_or_default())
    }

    /// The path of the rating page of a link that was given out at a moment, for whoever sends it.
    #[must_use]
    pub fn rating_path(&self, case: &str, made_at: i64) -> String {
        format!("/report/rate?t={}", self.rating_token(case, made_at))
    }

    /// The link of a case as it may be sent to its caller; none where none is open any more, or where
    /// nobody outside reaches this platform.
    pub(crate) async fn rating_link(&self, case: &str) -> Result<Option<String>, AppError> {
        let after = self.load(case).await?.after;
        let open = after.closed_at.is_some() && after.asking.rated_at.is_none();
        let link = after.asking.link.as_ref();
        let link = link.filter(|link| open && link.until > self.now());
        let base = self.inner.config.reach.public_url.as_ref();
        Ok(link
            .zip(base)
            .map(|(link, base)| format!("{base}{}", self.rating_path(after.id.as_str(), link.at))))
    }

    fn ask_command(&self, meta: &Meta, case: &str, rule: &str) -> (Command, RatingLinkRow) {
        let days = i64::from(self.inner.sampling.load().attempts.link_days);
        let row = RatingLinkRow {
            digest: token_digest(&self.rating_token(case, meta.now)),
            case_id: case.to_owned(),
            made_at: meta.now,
            until: meta.now.saturating_add(days * DAY),
            used_at: None,
        };
        let command = Command::AskRating {
            digest: row.digest.clone(),
            until: row.until,
            rule: rule.to_owned(),
        };
        (command, row)
    }

    /// Gives out the links that are due: where the sample has it so, where nobody could be reached,
    /// and where nobody called (R86). Says how many.
    ///
    /// # Errors
    /// The store's. What was not given out is by the next run.
    pub async fn ask_for_ratings(&self) -> Result<u64, AppError> {
        let mut given = 0;
        let due = self
            .inner
            .store
            .rating_links_due(self.now(), AT_ONCE)
            .await?;
        for row in due {
            if self.give_link(&row).await? {
                given += 1;
            }
        }
        Ok(given)
    }

    async fn give_link(&self, row: &FollowUpRow) -> Result<bool, AppError> {
        let due = row.link_at.unwrap_or(row.closed_at);
        let id = format!("rating/{}/{due}", row.case_id);
        let key = CommandKey {
            id: id.clone(),
            digest: id,
        };
        let _turn = self.inner.turns.at(&row.case_id).await;
        for _ in 0..TRIES {
            let mut draft = self.load(&row.case_id).await?;
            let meta = self.meta(&self.machine(), &key);
            let (command, link) = self.ask_command(&meta, &row.case_id, &row.rule);
            match self.apply(&meta, &mut draft, &command) {
                Err(AppError::Refused(_)) => return Ok(false),
                other => other?,
            }
            let more = vec![FollowUpRecord::Link(link)];
            match self.append_with(&meta, vec![draft], Some(&key), more).await {
                Ok(_) | Err(AppendError::Repeated { .. }) => return Ok(true),
                Err(AppendError::Conflict { .. }) => {}
                // One was printed in the same millisecond: the next run sees it.
                Err(AppendError::Duplicate { .. }) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(false)
    }

    /// Gives out a link to be printed or read out to the caller; the one before it stays good.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], the refusal for an open case, the store's.
    pub async fn print_rating_link(
        &self,
        actor: &Actor,
        case: &str,
        key: &CommandKey,
    ) -> Result<RatingLinkView, AppError> {
        crate::office::allow(actor, Action::FollowUp)?;
        if let Some((digest, answer)) = self.inner.store.command_answer(&key.id).await? {
            if digest != key.digest {
                return Err(AppError::KeyReused);
            }
            let done: Done = crate::case::read_answer(&answer)?;
            let draft = self.load(&done.id).await?;
            let link = draft.after.asking.link.ok_or(AppError::NotFound)?;
            return Ok(RatingLinkView {
                path: self.rating_path(&done.id, link.at),
                until: link.until,
            });
        }
        let _turn = self.inner.turns.at(case).await;
        for _ in 0..TRIES {
            let mut draft = self.load(case).await?;
            if draft.after.did_work(&actor.unit) {
                return Err(Refusal::OwnWork.into());
            }
            let id = draft.after.id.to_string();
            let meta = self.meta(actor, key);
            // Two in one millisecond are one link.
            if let Some(link) = draft
                .after
                .asking
                .link
                .as_ref()
                .filter(|l| l.at == meta.now)
            {
                return Ok(RatingLinkView {
                    path: self.rating_path(&id, link.at),
                    until: link.until,
                });
            }
            let (command, link) = self.ask_command(&meta, &id, "print");
            self.apply(&meta, &mut draft, &command)?;
            let until = link.until;
            let more = vec![FollowUpRecord::Link(link)];
            match self.append_with(&meta, vec![draft], Some(key), more).await {
                Err(AppendError::Conflict { .. } | AppendError::Duplicate { .. }) => {}
                Ok(_) | Err(AppendError::Repeated { .. }) => {
                    return Ok(RatingLinkView {
                        path: self.rating_path(&id, meta.now),
                        until,
                    });
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::Unavailable("the case is too busy".to_owned()))
    }

    /// What the page of a link shows. A wrong, a used and an old token are answered alike.
    ///
    /// # Errors
    /// [`AppError::NotFound`], the store's.
    pub async fn rating_page(&self, token: &str) -> Result<RatingPage, AppError> {
        let (_, draft) = self.by_token(token).await?;
        let case = &draft.after;
        Ok(RatingPage {
            no: case.no.clone(),
            matter_name: case.classification.matter_name.clone(),
            reply: case.told_result().map(|r| r.public_reply.clone()),
            with_unit: case.told_result().is_some(),
        })
    }

    async fn by_token(&self, token: &str) -> Result<(RatingLinkRow, Draft), AppError> {
        let token = token.trim();
        if token.len() != 32 {
            return Err(AppError::NotFound);
        }
        let link = self.inner.store.rating_link(&token_digest(token)).await?;
        let link = link
            .filter(|link| link.used_at.is_none() && link.until > self.now())
            .ok_or(AppError::NotFound)?;
        let draft = self.load(&link.case_id).await?;
        // A case that was opened again is not answered any more.
        if draft.after.closed_at.is_none() {
            return Err(AppError::NotFound);
        }
        Ok((link, draft))
    }

    /// Takes a rating by a link, once.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Invalid`], the refusal, the store's.
    pub async fn rate_by_link(&self, form: &LinkRating, from: &Visitor) -> Result<(), AppError> {
        let words = form.words.trim().to_owned();
        if words.chars().count() > WORDS_MOST || words.contains('\0') {
            let detail = "at most 1,000 characters";
            return Err(AppError::field("words", "text_length", detail));
        }
        let solved = match form.solved.as_str() {
            "solved" => Solved::Solved,
            "partly" => Solved::Partly,
            "unsolved" => Solved::Unsolved,
            _ => return Err(AppError::field("solved", "required", "one of the three")),
        };
        let mark = |field: &str, text: &str| {
            text.parse::<u8>()
                .ok()
                .filter(|mark| (1..=5).contains(mark))
                .ok_or_else(|| AppError::field(field, "out_of_range", "1 to 5"))
        };
        let (first, _) = self.by_token(&form.t).await?;
        let _turn = self.inner.turns.at(&first.case_id).await;
        for _ in 0..TRIES {
            let (link, draft) = self.by_token(&form.t).await?;
            let with_unit = draft.after.told_result().is_some();
            let rating = PublicRating {
                proof: PublicProof::default(),
                reached: form.reached == "yes",
                solved,
                desk_mark: mark("desk", &form.desk)?,
                unit_mark: if with_unit {
                    mark("unit", &form.unit)?
                } else {
                    0
                },
                words: words.clone(),
            };
            let id = format!("rated/{}", link.digest);
            let key = CommandKey {
                id: id.clone(),
                digest: id,
            };
            let meta = self.meta(&self.machine(), &key);
            let mut drafts = vec![draft];
            let doubt = self.doubt(&drafts, from, &[]).await?;
            let digest = link.digest.as_str();
            self.rate(
                &meta,
                &mut drafts,
                &rating,
                &words,
                Some(digest),
                doubt.flags,
            )
            .await?;
            self.follow(&meta, &mut drafts).await?;
            match self
                .append_rated(&meta, drafts, &key, doubt.seen, Some(digest))
                .await
            {
                Err(AppendError::Conflict { .. }) => {}
                Err(AppendError::Duplicate { what }) if what.contains("no") => {
                    self.skip_number(meta.now).await?;
                }
                // The same form sent twice at once.
                Ok(_) | Err(AppendError::Repeated { .. }) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::Unavailable("the case is too busy".to_owned()))
    }

    /// What speaks against a rating that comes from there.
    pub(crate) async fn doubt(
        &self,
        drafts: &[Draft],
        from: &Visitor,
        given: &[String],
    ) -> Result<Doubt, AppError> {
        let sampling = self.inner.sampling.load();
        let guard = &sampling.guard;
        let id = drafts.first().map(|draft| draft.after.id.to_string());
        let id = id.unwrap_or_default();
        let now = self.now();
        let device = hex(&digest_of(&[
            &self.inner.site_key,
            "device",
            &from.address,
            &from.agent,
        ]));
        let since = now - i64::from(guard.device_hours) * 3_600_000;
        // Where nothing is known of the browser, an address is a whole house or town.
        let others = if from.agent.is_empty() {
            0
        } else {
            self.inner.store.rated_from(&device, since, &id).await?
        };
        let mut numbers: Vec<String> = given.iter().map(|n| crate::case::digits(n)).collect();
        if let Some(person) = self.inner.store.person(&id).await? {
            numbers.push(crate::case::digits(&person.caller_number));
            numbers.push(crate::case::digits(&person.contact_number));
        }
        let others = u32::try_from(others).unwrap_or(u32::MAX);
        Ok(Doubt {
            flags: guard.flags(&from.address, &numbers, others),
            seen: FollowUpRecord::Seen {
                case_id: id,
                at: now,
                device,
            },
        })
    }

    /// Appends a rating with what remembers its device and its link.
    pub(crate) async fn append_rated(
        &self,
        meta: &Meta,
        drafts: Vec<Draft>,
        key: &CommandKey,
        seen: FollowUpRecord,
        link: Option<&str>,
    ) -> Result<(Done, Appended), AppendError> {
        let mut more = vec![seen];
        more.extend(link.map(|digest| FollowUpRecord::LinkUsed {
            digest: digest.to_owned(),
            at: meta.now,
        }));
        self.append_with(meta, drafts, Some(key), more).await
    }

    /// Appends drafts with more rows of the follow-up.
    async fn append_with(
        &self,
        meta: &Meta,
        mut drafts: Vec<Draft>,
        key: Option<&CommandKey>,
        more: Vec<FollowUpRecord>,
    ) -> Result<(Done, Appended), AppendError> {
        let broken =
            |error: AppError| AppendError::Store(store::StoreError::Broken(error.to_string()));
        self.look_at_asking(&mut drafts)
            .await
            .map_err(AppendError::Store)?;
        let (mut change, done) = self.change(meta, drafts, key, None).map_err(broken)?;
        change
            .records
            .extend(more.into_iter().map(Record::FollowUp));
        let links: Vec<String> = change.outbox.iter().map(|e| e.link.clone()).collect();
        let appended = self.inner.store.append(change).await?;
        for link in links {
            self.wake(&link);
        }
        Ok((done, appended))
    }
}

fn token_digest(token: &str) -> String {
    hex(&digest_of(&["rating token", token]))
}

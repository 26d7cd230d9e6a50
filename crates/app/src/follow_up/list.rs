//! The follow-up desk: the lists, one sheet, the results of the day and the sample with its denominators.

use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{FollowAttempt, FollowDesk, FollowItem, FollowRate, FollowReason, FollowSheet};
use domain::case::{Holder, LegState};
use domain::followup::Cause;
use domain::right::{Action, Actor};
use std::collections::{BTreeMap, HashMap};
use store::{FollowUpClaimRow, FollowUpCount, FollowUpRow, FollowUpSum};

/// Rows of a list.
const ROWS: i64 = 300;
/// How far back the sample is counted, milliseconds: 30 days.
const SAMPLE: i64 = 30 * 86_400_000;

impl App {
    /// The lists, today's results and the sample.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn follow_up_desk(&self, actor: &Actor) -> Result<FollowDesk, AppError> {
        allow(actor, Action::ReadDesk)?;
        allow(actor, Action::ReadCase)?;
        let now = self.now();
        let mut desk = self.call_lists(actor).await?;
        let since = self.inner.calendar.load().start_of_day(now);
        desk.today = today(&self.inner.store.follow_up_sums(since).await?);
        let counts = self.inner.store.follow_up_counts(now - SAMPLE).await?;
        (desk.sample, desk.not_asked) = sample(&counts);
        Ok(desk)
    }

    /// The lists alone.
    pub(super) async fn call_lists(&self, actor: &Actor) -> Result<FollowDesk, AppError> {
        let store = &self.inner.store;
        let now = self.now();
        let claims: HashMap<String, FollowUpClaimRow> = store
            .follow_up_claims(now)
            .await?
            .into_iter()
            .map(|claim| (claim.case_id.clone(), claim))
            .collect();
        let rows = store.follow_ups_to_call(ROWS).await?;
        let mut desk = FollowDesk {
            mine: Vec::new(),
            waiting: Vec::new(),
            booked: Vec::new(),
            second: Vec::new(),
            bad: Vec::new(),
            flagged: Vec::new(),
            today: Vec::new(),
            sample: Vec::new(),
            not_asked: Vec::new(),
            rules: self.inner.sampling.load().label.clone(),
        };
        for row in rows {
            let item = self.follow_item(actor, &row, claims.get(&row.case_id));
            let later = row.from_at.is_some_and(|from| from > now);
            if item.mine_until.is_some() {
                desk.mine.push(item);
            } else if item.barred.as_deref() == Some("called_by_other") {
                // On one list at a time.
            } else if row.booked || (later && row.tries > 0) {
                desk.booked.push(item);
            } else if row.kind == "bad_rating" {
                desk.bad.push(item);
            } else if row.kind == "second" {
                desk.second.push(item);
            } else {
                desk.waiting.push(item);
            }
        }
        desk.waiting.sort_by_key(|item| item.due_at);
        let flagged = store.follow_ups_flagged(ROWS).await?;
        let item = |row: &FollowUpRow| self.follow_item(actor, row, claims.get(&row.case_id));
        desk.flagged = flagged.iter().map(item).collect();
        Ok(desk)
    }

    fn follow_item(
        &self,
        actor: &Actor,
        row: &FollowUpRow,
        claim: Option<&FollowUpClaimRow>,
    ) -> FollowItem {
        let account = actor.account.as_str();
        let mine = claim.filter(|claim| claim.account_id == account);
        let barred = if !row.unit.is_empty() && row.unit == actor.unit.as_str() {
            Some("own_work")
        } else if row.kind == "second" && !row.not_by.is_empty() && row.not_by == account {
            Some("same_person")
        } else if claim.is_some() && mine.is_none() {
            Some("called_by_other")
        } else {
            None
        };
        FollowItem {
            case: row.case_id.clone(),
            no: row.no.clone(),
            matter_name: row.matter_name.clone(),
            unit_name: if row.unit.is_empty() {
                String::new()
            } else {
                self.unit_name(&row.unit)
            },
            channel: row.channel.clone(),
            closed_at: row.closed_at,
            kind: row.kind.clone(),
            rule: row.rule.clone(),
            tries: row.tries,
            from_at: row.from_at,
            booked: row.booked,
            due_at: row.due_at,
            mine_until: mine.map(|claim| claim.until),
            barred: barred.map(str::to_owned),
        }
    }

    /// Everything for one call: script, what was answered, what was said before.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`] where nobody asks about it, the store's.
    pub async fn follow_up_sheet(
        &self,
        actor: &Actor,
        case: &str,
    ) -> Result<FollowSheet, AppError> {
        allow(actor, Action::FollowUp)?;
        let view = self.case(actor, case).await?;
        let draft = self.load(&view.brief.id).await?;
        let id = view.brief.id.as_str();
        let store = &self.inner.store;
        let row = store.follow_up(id).await?.ok_or(AppError::NotFound)?;
        let now = self.now();
        let claim = store.follow_up_claim(id).await?;
        let claim = claim.filter(|claim| claim.until > now);
        let mut names: HashMap<String, String> = HashMap::new();
        let mut attempts = Vec::new();
        for result in store.follow_up_results(id).await? {
            let who = &result.account_id;
            if !who.is_empty() && !names.contains_key(who) {
                let account = store.account(who).await?;
                let name = account.map(|a| a.name).unwrap_or_default();
                names.insert(who.clone(), name);
            }
            attempts.push(FollowAttempt {
                at: result.at,
                way: result.way,
                kind: result.kind,
                by: names.get(who).cloned().unwrap_or_default(),
                reached: result.reached,
                solved: result.solved,
                desk_mark: result.desk_mark,
                unit_mark: result.unit_mark,
                cause: result.cause,
                counted: result.counted,
            });
        }
        let state = &draft.after;
        let open = state.legs.iter().any(|leg| leg.state.is_open());
        let own = matches!(state.holder, Holder::Own { .. });
        let done = state.legs.iter().any(|leg| leg.state == LegState::Done);
        let person = &view.person;
        let number = if person.contact_number.is_empty() {
            person.caller_number.clone()
        } else {
            person.contact_number.clone()
        };
        Ok(FollowSheet {
            item: self.follow_item(actor, &row, claim.as_ref()),
            state: row.state,
            version: state.version,
            reply: state.told_result().map(|r| r.public_reply.clone()),
            narrative: person.narrative.clone(),
            number,
            may_unmask: person.masked && person.may_unmask,
            script: self.inner.sampling.load().script(&row.matter).to_vec(),
            attempts,
            with_unit: state.told_result().is_some(),
            may_redo: own && done && !open && state.result.is_some(),
            may_reopen: state.closed_at.is_some(),
            flags: state
                .rating
                .iter()
                .filter(|_| state.asking.flagged)
                .flat_map(|rating| rating.flags.iter().map(|flag| flag.as_str().to_owned()))
                .collect(),
            link_until: state.asking.link.as_ref().map(|link| link.until),
            subjective: Cause::ALL
                .into_iter()
                .filter(|cause| cause.is_subjective())
                .collect(),
        })
    }
}

fn rate(name: &str, of: i64, count: i64) -> FollowRate {
    FollowRate {
        name: name.to_owned(),
        of,
        count,
    }
}

/// The day in rates that name their denominators (law 9): satisfied is 4 or 5, of those who gave a mark.
fn today(sums: &[FollowUpSum]) -> Vec<FollowRate> {
    let sum = |holds: &dyn Fn(&FollowUpSum) -> bool| -> i64 {
        sums.iter().filter(|s| holds(s)).map(|s| s.count).sum()
    };
    let call = |s: &FollowUpSum| s.way == "call";
    let told = |s: &FollowUpSum| (s.way == "rating" || s.reached) && s.counted;
    vec![
        rate("reached", sum(&call), sum(&|s| call(s) && s.reached)),
        rate(
            "solved",
            sum(&|s| told(s) && !s.solved.is_empty()),
            sum(&|s| told(s) && s.solved == "solved"),
        ),
        rate(
            "desk",
            sum(&|s| told(s) && s.desk_mark > 0),
            sum(&|s| told(s) && s.desk_mark >= 4),
        ),
        rate(
            "unit",
            sum(&|s| told(s) && s.unit_mark > 0),
            sum(&|s| told(s) && s.unit_mark >= 4),
        ),
        rate(
            "ratings",
            sum(&|s| s.way == "rating"),
            sum(&|s| s.way == "rating" && s.counted),
        ),
    ]
}

/// The sample: of all closed cases those to be asked, of these those asked, by which way; and the
/// reasons of the others. The parts are the whole.
fn sample(counts: &[FollowUpCount]) -> (Vec<FollowRate>, Vec<FollowReason>) {
    let sum = |holds: &dyn Fn(&FollowUpCount) -> bool| -> i64 {
        counts.iter().filter(|c| holds(c)).map(|c| c.count).sum()
    };
    let all = sum(&|_| true);
    let to_ask = sum(&|c| c.way != "none");
    let mut reasons: BTreeMap<&str, i64> = BTreeMap::new();
    for count in counts.iter().filter(|c| c.way == "none") {
        *reasons.entry(&count.reason).or_default() += count.count;
    }
    let rates = vec![
        rate("to_ask", all, to_ask),
        rate("by_call", to_ask, sum(&|c| c.way == "call")),
        rate("by_link", to_ask, sum(&|c| c.way == "link")),
        rate("asked", to_ask, sum(&|c| c.way != "none" && c.asked)),
        rate(
            "answered",
            sum(&|c| c.way != "none" && c.asked),
            sum(&|c| c.way != "none" && c.asked && c.state == "done"),
        ),
        rate(
            "unreached",
            sum(&|c| c.way == "call"),
            sum(&|c| c.way == "call" && c.state == "unreached"),
        ),
    ];
    let reasons = reasons
        .into_iter()
        .map(|(reason, count)| FollowReason {
            reason: reason.to_owned(),
            count,
        })
        .collect();
    (rates, reasons)
}

//! Writing a call: its record, its steps, its recordings, and on its case what belongs there, in one change (law 3).

use super::VoiceDesk;
use super::step::{class, ender, hex, legs, line, on_case, outcome, party, seat_of, who};
use crate::App;
use crate::case::CommandKey;
use crate::draft::Draft;
use crate::error::AppError;
use ::voice::call::{CallId, CallRecord, Destination, Fact, What};
use domain::case::{CallNoted, CallStep, Command};
use domain::id::AccountId;
use domain::right::Actor;
use store::{
    AppendError, CallRecordRow, CallRecordingRow, CallStepRow, Change, Record, VoiceRecord,
};

/// How often a case that moved on is decided anew.
const TRIES: usize = 16;

/// A call, as far as writing needs to know it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Running {
    /// Steps written.
    pub(super) n: i64,
    /// Its case.
    pub(super) case: Option<String>,
    /// What belongs on a case, while there is none.
    pub(super) noted: Vec<(Option<String>, CallNoted)>,
    /// Whether a person has answered.
    taken: bool,
}

impl Running {
    /// Whether it can be bound to a case, or is (`false`).
    pub(super) fn bindable(&self, case: &str) -> Result<bool, AppError> {
        match self.case.as_deref() {
            Some(own) if own == case => Ok(false),
            Some(_) => Err(AppError::field(
                "case",
                "bound_elsewhere",
                "the call belongs to another case",
            )),
            None if self.n == 0 => Err(AppError::NotFound),
            None => Ok(true),
        }
    }
}

/// A call, what is known of it now, its facts, and whether they were written; if not, why and which are left.
pub(super) type Written = (
    CallId,
    Running,
    Vec<Fact>,
    Result<(), (AppError, Vec<Fact>)>,
);

/// Facts that one person did one after another, or nobody.
pub(super) struct Run<'a> {
    seat: Option<&'a str>,
    facts: &'a [Fact],
}

impl App {
    /// What is known of a call: from memory while it is up, else from the store.
    pub(super) async fn voice_running(
        &self,
        turn: &mut super::turn::Turn,
        call: CallId,
        facts: &[Fact],
    ) -> Result<Running, AppError> {
        if let Some(running) = turn.running.remove(&call) {
            return Ok(running);
        }
        // Of what only begins nothing is stored.
        if facts.first().is_some_and(|fact| begins(&fact.what)) {
            return Ok(Running::default());
        }
        let id = call.to_string();
        let Some(row) = self.inner.store.call(&id).await? else {
            return Ok(Running::default());
        };
        let steps = self.inner.store.call_steps(&id).await?;
        // Mostly the case is sent when the caller has hung up: what waits for it is read from the call's steps.
        let noted = if row.case_id.is_empty() {
            steps.iter().filter_map(noted_of).collect()
        } else {
            Vec::new()
        };
        Ok(Running {
            n: steps.last().map_or(0, |step| step.n),
            case: Some(row.case_id).filter(|case| !case.is_empty()),
            noted,
            taken: !row.seat.is_empty(),
        })
    }

    /// Writes facts of one call in their order, with the last of them what is kept of it; on failure those that are left.
    pub(super) async fn voice_facts(
        &self,
        desk: &VoiceDesk,
        call: CallId,
        running: &mut Running,
        facts: &[Fact],
        kept: Vec<VoiceRecord>,
    ) -> Result<(), (AppError, Vec<Fact>)> {
        let mut kept = kept;
        let mut at = 0;
        for run in runs(facts) {
            let mut next = running.clone();
            let mut records = Vec::new();
            let mut noted = Vec::new();
            for fact in run.facts {
                self.voice_records(desk, call, fact, &mut next, &mut records);
                noted.extend(noted_in(call, fact));
            }
            if at + run.facts.len() == facts.len() {
                records.append(&mut kept);
            }
            let case = next.case.clone();
            if case.is_none() {
                next.noted
                    .extend(noted.drain(..).map(|n| (run.seat.map(str::to_owned), n)));
            }
            let mut done = self
                .voice_change(
                    run.seat,
                    case.as_deref(),
                    &noted,
                    &records,
                    key_of(call, next.n),
                    None,
                )
                .await;
            if let Err(error) = &done
                && case.is_some()
                && !is_passing(error)
            {
                tracing::error!(%error, "a case does not take what happened in its call; the record does");
                done = self
                    .voice_change(None, None, &[], &records, key_of(call, next.n), None)
                    .await;
            }
            if let Err(error) = done {
                let left = facts.get(at..).unwrap_or_default().to_vec();
                return Err((error, left));
            }
            at += run.facts.len();
            *running = next;
        }
        Ok(())
    }

    /// Binds the call to a case: everything that happened so far goes on it, each by whom it was.
    pub(super) async fn voice_bind_written(
        &self,
        desk: &VoiceDesk,
        call: CallId,
        running: &mut Running,
        case: &str,
    ) -> Result<(), AppError> {
        if !running.bindable(case)? {
            return Ok(());
        }
        let draft = self.load(case).await?;
        let row = draft.after.clone();
        let mut loaded = Some(draft);
        let mut records = vec![VoiceRecord::Bound {
            id: call.to_string(),
            case_id: row.id.to_string(),
        }];
        let noted = std::mem::take(&mut running.noted);
        let mut rest = noted.as_slice();
        loop {
            let seat = rest.first().and_then(|(seat, _)| seat.clone());
            let same = rest.iter().take_while(|(by, _)| *by == seat).count();
            let (now, later) = rest.split_at(same);
            let steps: Vec<CallNoted> = now.iter().map(|(_, noted)| noted.clone()).collect();
            let done = self
                .voice_change(
                    seat.as_deref(),
                    Some(row.id.as_str()),
                    &steps,
                    &records,
                    key_of(call, running.n),
                    loaded.take(),
                )
                .await;
            if let Err(error) = done {
                running.noted = rest.to_vec();
                return Err(error);
            }
            running.case = Some(row.id.to_string());
            records.clear();
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        self.voice_known_bound(desk, call, running, row.id.as_str(), row.no);
        Ok(())
    }

    /// The call belongs to the case: from now on what is placed in it says so. After a restart that is read from its record.
    pub(super) fn voice_known_bound(
        &self,
        desk: &VoiceDesk,
        call: CallId,
        running: &mut Running,
        case: &str,
        no: String,
    ) {
        running.case = Some(case.to_owned());
        let token = super::ask::token(case, call);
        desk.with(|board| board.bind(call, Some(no), token));
    }

    /// One change: the records, and on the case what belongs there; the case need not be read again if it was `loaded` a
    /// moment ago.
    async fn voice_change(
        &self,
        seat: Option<&str>,
        case: Option<&str>,
        noted: &[CallNoted],
        records: &[VoiceRecord],
        key: CommandKey,
        loaded: Option<Draft>,
    ) -> Result<(), AppError> {
        if records.is_empty() && noted.is_empty() {
            return Ok(());
        }
        let Some(case) = case.filter(|_| !noted.is_empty()) else {
            self.inner.store.append(change_of(records.to_vec())).await?;
            return Ok(());
        };
        let _turn = self.inner.turns.at(case).await;
        let mut loaded = loaded;
        for _ in 0..TRIES {
            let draft = match loaded.take() {
                Some(draft) => draft,
                None => self.load(case).await?,
            };
            let (change, links) = self.voice_change_of(seat, draft, noted, records, &key)?;
            match self.inner.store.append(change).await {
                Ok(_) => {
                    for link in links {
                        self.wake(&link);
                    }
                    return Ok(());
                }
                Err(AppendError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::Unavailable("the case is too busy".to_owned()))
    }

    /// The records and what belongs on the case as one change, and the links it tells.
    pub(super) fn voice_change_of(
        &self,
        seat: Option<&str>,
        draft: Draft,
        noted: &[CallNoted],
        records: &[VoiceRecord],
        key: &CommandKey,
    ) -> Result<(Change, Vec<String>), AppError> {
        let actor = Actor {
            account: AccountId::new(seat.unwrap_or_default()),
            ..self.machine()
        };
        let meta = self.meta(&actor, key);
        let mut draft = draft;
        for noted in noted {
            self.apply(
                &meta,
                &mut draft,
                &Command::NoteCall {
                    noted: Box::new(noted.clone()),
                },
            )?;
        }
        let (mut change, _) = self.change(&meta, vec![draft], None, None)?;
        let records = records.iter().cloned().map(Record::Voice);
        change.records.extend(records);
        let links = change.outbox.iter().map(|e| e.link.clone()).collect();
        Ok((change, links))
    }

    pub(super) fn voice_records(
        &self,
        desk: &VoiceDesk,
        call: CallId,
        fact: &Fact,
        running: &mut Running,
        records: &mut Vec<VoiceRecord>,
    ) {
        let id = call.to_string();
        match &fact.what {
            What::Arrived {
                trunk,
                caller,
                session,
                number,
                called,
                class: of,
                ..
            } => {
                let number = number.clone().unwrap_or_default();
                records.push(VoiceRecord::Begun(Box::new(CallRecordRow {
                    inbound: true,
                    trunk: trunk.to_string(),
                    session: session.clone(),
                    caller_key: self.caller_key(&number),
                    number,
                    caller: headers_json(caller),
                    called: called.clone(),
                    class: class(*of).to_owned(),
                    began: fact.at.0,
                    ..blank(&id)
                })));
            }
            What::CallBackWaits {
                of,
                number,
                class: waits,
            } => {
                records.push(VoiceRecord::Begun(Box::new(CallRecordRow {
                    caller_key: self.caller_key(number),
                    number: number.clone(),
                    session: call.session(),
                    called: number.clone(),
                    class: class(*waits).to_owned(),
                    call_back: of.to_string(),
                    began: fact.at.0,
                    ..blank(&id)
                })));
            }
            What::Dialled {
                seat,
                to,
                call_back,
            } => {
                let number = match to {
                    Destination::Number(number) => number.clone(),
                    Destination::Partner(name) => desk
                        .setup
                        .plan
                        .partners
                        .get(name)
                        .map_or_else(String::new, |partner| partner.number.clone()),
                    Destination::Seat(_) => String::new(),
                };
                records.push(VoiceRecord::Begun(Box::new(CallRecordRow {
                    caller_key: self.caller_key(&number),
                    called: number.clone(),
                    number,
                    session: call.session(),
                    class: class(::voice::queue::Class::Normal).to_owned(),
                    call_back: call_back.map(|of| of.to_string()).unwrap_or_default(),
                    seat: seat.to_string(),
                    began: fact.at.0,
                    ..blank(&id)
                })));
                running.taken = true;
            }
            // Its number is on the roster and no caller's: it leads to no case by itself.
            What::AnnouncementBegan { number } => {
                records.push(VoiceRecord::Begun(Box::new(CallRecordRow {
                    called: number.clone(),
                    number: number.clone(),
                    session: call.session(),
                    class: class(::voice::queue::Class::Normal).to_owned(),
                    began: fact.at.0,
                    ..blank(&id)
                })));
            }
            What::Answered {
                seat: Some(seat), ..
            } if !running.taken => {
                records.push(VoiceRecord::Taken {
                    id: id.clone(),
                    seat: seat.to_string(),
                    at: fact.at.0,
                });
                running.taken = true;
            }
            What::Over(record) => over(record, &id, records),
            _ => {}
        }
        running.n += 1;
        let (kind, body) = line(&fact.what);
        records.push(VoiceRecord::Step(CallStepRow {
            call_id: id,
            n: running.n,
            at: fact.at.0,
            kind: kind.to_owned(),
            body: body.to_string(),
        }));
    }
}

/// Whether a call begins with it.
const fn begins(what: &What) -> bool {
    matches!(
        what,
        What::Arrived { .. }
            | What::CallBackWaits { .. }
            | What::Dialled { .. }
            | What::AnnouncementBegan { .. }
    )
}

/// What of a fact belongs on the case of its call.
pub(super) fn noted_in(call: CallId, fact: &Fact) -> Option<CallNoted> {
    on_case(&fact.what).map(|step| CallNoted {
        call: call.to_string(),
        at: fact.at.0,
        step,
    })
}

/// By what a case was changed: the step of the call up to which it was written.
pub(super) fn key_of(call: CallId, n: i64) -> CommandKey {
    CommandKey {
        id: format!("call/{call}/{n}"),
        digest: String::new(),
    }
}

pub(super) fn change_of(records: Vec<VoiceRecord>) -> Change {
    Change {
        records: records.into_iter().map(Record::Voice).collect(),
        ..Change::default()
    }
}

/// Whether it may be otherwise a moment later. What is not is a defect, and keeping it would stop all that comes after it.
pub(super) fn is_passing(error: &AppError) -> bool {
    matches!(error, AppError::Unavailable(_) | AppError::Full)
}

/// What of a step belongs on the case, and whose deed it is.
fn noted_of(step: &CallStepRow) -> Option<(Option<String>, CallNoted)> {
    #[derive(serde::Deserialize)]
    struct Body {
        #[serde(default)]
        seat: String,
        of: CallStep,
    }
    let body: Body = serde_json::from_str(&step.body).ok()?;
    let noted = CallNoted {
        call: step.call_id.clone(),
        at: step.at,
        step: body.of,
    };
    Some((Some(body.seat).filter(|seat| !seat.is_empty()), noted))
}

/// Cuts facts where another person acts.
pub(super) fn runs(facts: &[Fact]) -> impl Iterator<Item = Run<'_>> {
    facts
        .chunk_by(|a, b| seat_of(&a.what) == seat_of(&b.what))
        .map(|facts| Run {
            seat: facts.first().and_then(|fact| seat_of(&fact.what)),
            facts,
        })
}

fn over(record: &CallRecord, id: &str, records: &mut Vec<VoiceRecord>) {
    let moment = |at: Option<::voice::call::Moment>| at.map(|at| at.0);
    records.push(VoiceRecord::Over(Box::new(CallRecordRow {
        trunk: record
            .trunk
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        class: class(record.class).to_owned(),
        offered: moment(record.offered),
        answered: moment(record.answered),
        held: moment(record.held),
        held_ms: i64::try_from(record.held_ms).unwrap_or(i64::MAX),
        transferred: moment(record.transferred),
        transfer: record
            .transfer
            .as_ref()
            .map(|(to, why)| {
                serde_json::json!({"party": party(to), "failure": why.map(super::step::failure)})
                    .to_string()
            })
            .unwrap_or_default(),
        ended: Some(record.ended.0),
        ended_by: record.ended_by.map(ender).unwrap_or_default().to_owned(),
        cause: record
            .cause
            .as_ref()
            .map_or(0, |cause| i64::from(cause.sip)),
        outcome: outcome(record.outcome).to_owned(),
        legs: legs(record).to_string(),
        ..blank(id)
    })));
    for leg in &record.legs {
        for sealed in &leg.recordings {
            records.push(VoiceRecord::Recording(CallRecordingRow {
                id: sealed.recording.clone(),
                call_id: id.to_owned(),
                leg: i64::from(leg.leg.no),
                who: who(&leg.who).to_owned(),
                at: leg.answered.unwrap_or(leg.began).0,
                seconds: i64::from(sealed.seconds),
                gaps: i64::from(sealed.gaps),
                head: hex(&sealed.head),
                removed_at: None,
            }));
        }
    }
}

fn headers_json(headers: &::voice::call::CallerHeaders) -> String {
    serde_json::json!({
        "from": headers.from,
        "asserted": headers.asserted,
        "diversion": headers.diversion,
        "history": headers.history,
        "privacy": headers.privacy,
    })
    .to_string()
}

fn blank(id: &str) -> CallRecordRow {
    CallRecordRow {
        id: id.to_owned(),
        inbound: false,
        trunk: String::new(),
        session: String::new(),
        number: String::new(),
        caller_key: String::new(),
        caller: "{}".to_owned(),
        called: String::new(),
        class: String::new(),
        call_back: String::new(),
        case_id: String::new(),
        seat: String::new(),
        began: 0,
        offered: None,
        answered: None,
        held: None,
        held_ms: 0,
        transferred: None,
        transfer: String::new(),
        ended: None,
        ended_by: String::new(),
        cause: 0,
        outcome: String::new(),
        legs: String::new(),
    }
}

//! What people see of calls: the own seat, the whole floor, the calls of a case.

use super::VoiceDesk;
use super::step::{because, class, passed_over, unfolded};
use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{
    CallBackView, CallCandidateView, CallDeskView, CallFloorView, CallHoldView, CallNowView,
    CallPartnerView, CallPickView, CallRecordView, CallRecordingView, CallSeatView, CallStepView,
    CallTo, SeatBreak, StaffingView, TalkView,
};
use ::voice::call::{BreakReason, CallId, Destination, Doing, DropReason, Now, SeatName};
use ::voice::queue::{Pick, Seat, SeatState, erlang};
use domain::right::{Action, Actor, Resource, mask_name, may, sees_person};
use std::collections::HashMap;
use store::{CallRecordRow, TalkRow};

/// An hour.
const HOUR: i64 = 3_600_000;
/// GB/T 33358: 95 in 100 within 15 s.
const IN_TIME: i64 = 15_000;
const GOAL: f64 = 0.95;
/// Talk of so long ago is counted.
const TALK: i64 = 30 * 24 * HOUR;
/// A name is looked for in a year of cases, and not in many of them: a call rings meanwhile.
const YEAR: i64 = 366 * 24 * HOUR;
const NAMED: i64 = 3;
/// More calls an hour than this are not counted one by one.
const MOST: i64 = 20_000;

impl App {
    /// The own seat, its call, where keys lead, and the open call-backs.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn call_desk(&self, actor: &Actor) -> Result<CallDeskView, AppError> {
        if !may(actor, Action::TakeCalls, Resource::default()) {
            allow(actor, Action::SuperviseCalls)?;
        }
        let Some(desk) = self.voice_desk() else {
            return Ok(CallDeskView {
                on: false,
                seat: None,
                call: None,
                waiting: 0,
                partners: Vec::new(),
                call_backs: Vec::new(),
                phone: false,
                browser_phone: false,
                outward: false,
            });
        };
        let account = SeatName::new(actor.account.as_str());
        let names = HashMap::from([(actor.account.to_string(), actor.name.clone())]);
        let (seat, call, waiting, backs, down, phone) = desk.with(|board| {
            let seat = board.seat(&account).cloned();
            let call = seat
                .as_ref()
                .and_then(|seat| seat.state.call())
                .and_then(|c| board.now(c));
            let backs: Vec<CallBackView> = board.call_backs().open().map(call_back).collect();
            let down: Vec<String> = desk
                .setup
                .plan
                .partners
                .iter()
                .filter(|(_, partner)| board.is_down(&partner.trunk))
                .map(|(name, _)| name.clone())
                .collect();
            (
                seat,
                call,
                board.waiting().filter(|call| !call.ringing).count(),
                backs,
                down,
                board.has_phone(&account),
            )
        });
        let call = match call {
            Some(now) => {
                let mut shown = self.call_now(now, &names).await?;
                shown.caller = self.caller_name(&shown.number).await?;
                Some(shown)
            }
            None => None,
        };
        let partners = desk
            .partner_names()
            .into_iter()
            .filter_map(|name| {
                let partner = desk.setup.plan.partners.get(name)?;
                Some(CallPartnerView {
                    name: name.clone(),
                    number: partner.number.clone(),
                    platform: partner.platform,
                    up: !down.contains(name),
                })
            })
            .collect();
        Ok(CallDeskView {
            on: true,
            seat: seat.map(|seat| seat_view(desk, &seat, &names)),
            call,
            waiting,
            partners,
            call_backs: backs,
            phone,
            browser_phone: desk.phones.get().is_some(),
            outward: desk.setup.plan.outward.is_some(),
        })
    }

    /// All seats and calls, and how the desk is staffed.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn call_floor(&self, actor: &Actor) -> Result<CallFloorView, AppError> {
        allow(actor, Action::SuperviseCalls)?;
        let Some(desk) = self.voice_desk() else {
            return Ok(CallFloorView {
                on: false,
                seats: Vec::new(),
                calls: Vec::new(),
                staffing: None,
                talk: Vec::new(),
            });
        };
        let accounts = self.inner.store.accounts().await?;
        let names: HashMap<String, String> =
            accounts.into_iter().map(|row| (row.id, row.name)).collect();
        let (seats, mut calls) = desk.with(|board| {
            let seats: Vec<Seat> = board.seats().cloned().collect();
            let calls: Vec<Now> = board.all_now().collect();
            (seats, calls)
        });
        calls.sort_by_key(|call| (call.answered.is_some(), call.began));
        let mut shown = Vec::with_capacity(calls.len());
        for call in calls {
            shown.push(self.call_now(call, &names).await?);
        }
        let on_duty = seats
            .iter()
            .filter(|seat| seat.phone && seat.state.on_duty())
            .count();
        let since = self.now().saturating_sub(HOUR);
        let rows = self.inner.store.calls_since(since, MOST).await?;
        let wrap_up = i64::try_from(desk.setup.plan.wrap_up_ms).unwrap_or(0);
        Ok(CallFloorView {
            on: true,
            seats: seats
                .iter()
                .map(|seat| seat_view(desk, seat, &names))
                .collect(),
            calls: shown,
            staffing: Some(staffing(
                &rows,
                u32::try_from(on_duty).unwrap_or(u32::MAX),
                wrap_up,
            )),
            talk: talk(self.inner.store.talk_since(self.now() - TALK).await?),
        })
    }

    /// The calls of a case with what happened in them and their recordings.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a case the reader may not know of, or the store's.
    pub async fn calls_of_case(
        &self,
        actor: &Actor,
        case: &str,
    ) -> Result<Vec<CallRecordView>, AppError> {
        let draft = self.load(case).await?;
        self.readable(actor, &draft.after)?;
        let may_do = |action| may(actor, action, Resource::default());
        let (may_play, may_export, may_hold) = (
            may_do(Action::PlayRecording),
            may_do(Action::ExportRecording),
            may_do(Action::HoldRecording),
        );
        let kept = self
            .voice_desk()
            .and_then(|desk| desk.setup.recordings_kept);
        let sees = actor.roles.iter().any(|role| sees_person(*role));
        let accounts = self.inner.store.accounts().await?;
        let names: HashMap<String, String> =
            accounts.into_iter().map(|row| (row.id, row.name)).collect();
        let mut calls = Vec::new();
        for row in self
            .inner
            .store
            .calls_of_case(draft.after.id.as_str())
            .await?
        {
            let steps = self.inner.store.call_steps(&row.id).await?;
            let recordings = self.inner.store.call_recordings(&row.id).await?;
            let hold = self.inner.store.call_hold(&row.id).await?;
            let last = recordings.iter().map(|recording| recording.at).max();
            calls.push(CallRecordView {
                number: if sees {
                    row.number
                } else {
                    domain::right::mask_number(&row.number)
                },
                call: row.id,
                inbound: row.inbound,
                trunk: row.trunk,
                session: row.session,
                called: if row.inbound || sees {
                    row.called
                } else {
                    String::new()
                },
                class: row.class,
                call_back: row.call_back,
                seat_name: names.get(&row.seat).cloned().unwrap_or_default(),
                seat: row.seat,
                began: row.began,
                offered: row.offered,
                answered: row.answered,
                held_ms: row.held_ms,
                transferred: row.transferred,
                ended: row.ended,
                ended_by: row.ended_by,
                cause: row.cause,
                outcome: row.outcome,
                steps: steps
                    .into_iter()
                    .map(|step| CallStepView {
                        at: step.at,
                        kind: step.kind,
                        body: named(&step.body, &names),
                    })
                    .collect(),
                recordings: recordings
                    .into_iter()
                    .map(|row| CallRecordingView {
                        id: row.id,
                        who: row.who,
                        at: row.at,
                        seconds: row.seconds,
                        gaps: row.gaps,
                        head: row.head,
                        removed_at: row.removed_at,
                    })
                    .collect(),
                may_play,
                may_export,
                hold: hold.map(|row| CallHoldView {
                    at: row.at,
                    name: row.name,
                    reason: row.reason,
                }),
                kept_until: last.zip(kept).map(|(at, kept)| at.saturating_add(kept)),
                may_hold,
            });
        }
        Ok(calls)
    }

    /// The name the number's last caller gave, masked; empty if nobody did.
    async fn caller_name(&self, number: &str) -> Result<String, AppError> {
        let key = self.caller_key(number);
        if key.is_empty() {
            return Ok(String::new());
        }
        let since = self.now().saturating_sub(YEAR);
        for row in self
            .inner
            .store
            .recent_by_caller(&key, since, NAMED)
            .await?
        {
            let person = self.inner.store.person(&row.id).await?;
            if let Some(name) = person
                .map(|p| p.caller_name)
                .filter(|name| !name.is_empty())
            {
                return Ok(mask_name(&name));
            }
        }
        Ok(String::new())
    }

    async fn call_now(
        &self,
        now: Now,
        names: &HashMap<String, String>,
    ) -> Result<CallNowView, AppError> {
        let row = self.inner.store.call(&now.call.to_string()).await?;
        let case = row.map(|row| row.case_id).filter(|case| !case.is_empty());
        let case_no = match &case {
            Some(id) => self.inner.store.case(id).await?.map(|row| row.no),
            None => None,
        };
        let (doing, with, with_up) = match now.doing {
            Doing::Waiting => ("waiting", None, false),
            Doing::Ringing => ("ringing", None, false),
            Doing::Calling => ("calling", None, false),
            Doing::Talking => ("talking", None, false),
            Doing::Held => ("held", None, false),
            Doing::Transferring(to) => ("transferring", Some(to), false),
            Doing::Consulting(to, up) => ("consulting", Some(to), up),
            Doing::Conference(to) => ("conference", Some(to), true),
            Doing::Announcing => ("announcing", None, false),
            Doing::Ending => ("ending", None, false),
        };
        Ok(CallNowView {
            call: now.call.to_string(),
            inbound: now.inbound,
            // The number of an announcement is a colleague's own.
            number: match (doing, now.number.unwrap_or_default()) {
                ("announcing", number) => domain::right::mask_number(&number),
                (_, number) => number,
            },
            called: now.called,
            class: class(now.class).to_owned(),
            call_back: now.call_back.map(|call: CallId| call.to_string()),
            doing: doing.to_owned(),
            with: with.map(|to| match to {
                Destination::Partner(name) => CallTo::Partner(name),
                Destination::Seat(seat) => CallTo::Seat(seat.to_string()),
                Destination::Number(number) => CallTo::Number(number),
            }),
            with_up,
            began: now.began.0,
            answered: now.answered.map(|at| at.0),
            operator: now.operator.map(|seat| seat.to_string()),
            ringing: now.ringing.iter().map(ToString::to_string).collect(),
            supervisors: now.supervisors.iter().map(ToString::to_string).collect(),
            muted: now.muted,
            paused: now.paused,
            undecided: now.undecided,
            case,
            case_no,
            caller: String::new(),
            pick: now.pick.map(|pick| pick_view(&pick, names)),
        })
    }
}

/// The fields of a step, with the name of each seat that was thought of beside its account.
fn named(body: &str, names: &HashMap<String, String>) -> serde_json::Value {
    let mut body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    unfolded(&mut body);
    let candidates = body
        .get_mut("candidates")
        .and_then(serde_json::Value::as_array_mut);
    for candidate in candidates.into_iter().flatten() {
        let account = candidate.get("seat").and_then(serde_json::Value::as_str);
        let name = account.and_then(|account| names.get(account)).cloned();
        if let (Some(name), Some(fields)) = (name, candidate.as_object_mut()) {
            fields.insert("name".to_owned(), name.into());
        }
    }
    body
}

fn pick_view(pick: &Pick, names: &HashMap<String, String>) -> CallPickView {
    CallPickView {
        because: because(pick.because).to_owned(),
        waited_ms: pick.waited_ms,
        waiting: pick.waiting,
        candidates: pick
            .candidates
            .iter()
            .map(|candidate| {
                let account = candidate.seat.to_string();
                CallCandidateView {
                    name: names.get(&account).cloned().unwrap_or(account),
                    why: passed_over(candidate.passed_over.as_ref()).to_owned(),
                    idle_ms: candidate.idle_ms,
                }
            })
            .collect(),
        others: pick.others,
    }
}

fn call_back(back: &::voice::call_back::CallBack) -> CallBackView {
    CallBackView {
        call: back.of.to_string(),
        number: back.number.clone(),
        reason: match back.reason {
            DropReason::Abandoned => "abandoned",
            DropReason::SoonAfterAnswer => "soon_after_answer",
            DropReason::LineDead => "line_dead",
            DropReason::GaveUp => "gave_up",
        }
        .to_owned(),
        class: class(back.class).to_owned(),
        since: back.since.0,
        due: back.due.0,
        attempts: back.attempts,
        trying: back.by.is_some(),
    }
}

fn seat_view(desk: &VoiceDesk, seat: &Seat, names: &HashMap<String, String>) -> CallSeatView {
    let (reason, until) = match seat.state {
        SeatState::Break(reason) => (Some(reason), None),
        SeatState::WrapUp(_, until) => (None, until),
        _ => (None, None),
    };
    let account = seat.name.to_string();
    CallSeatView {
        name: names
            .get(&account)
            .cloned()
            .unwrap_or_else(|| account.clone()),
        account,
        state: state(seat.state).to_owned(),
        reason: reason.map(|reason| match reason {
            BreakReason::Rest => SeatBreak::Rest,
            BreakReason::Meal => SeatBreak::Meal,
            BreakReason::Meeting => SeatBreak::Meeting,
            BreakReason::Paperwork => SeatBreak::Paperwork,
            BreakReason::NotAnswering => SeatBreak::NotAnswering,
        }),
        since: seat.since.0,
        until: until.map(|at| at.0),
        next: seat.next.map(|next| state(next).to_owned()),
        phone: seat.phone,
        skills: desk.names_of(seat.skills),
        backup: seat.backup,
        call: seat.state.call().map(|call| call.to_string()),
    }
}

fn state(state: SeatState) -> &'static str {
    match state {
        SeatState::Offline => "offline",
        SeatState::Ready => "ready",
        SeatState::Break(_) => "break",
        SeatState::Ringing(_) => "ringing",
        SeatState::Talking(_) => "talking",
        SeatState::WrapUp(..) => "wrap_up",
        SeatState::Supervising(_) => "supervising",
    }
}

/// The last hour against Erlang C. A call takes from its answer to its end, and the writing after it.
/// R9: non-police calls hold a line longer; here it is said by how much.
fn talk(mut rows: Vec<TalkRow>) -> Vec<TalkView> {
    rows.sort_by_key(|row| std::cmp::Reverse(row.talk_ms));
    let seconds = |ms: i64| f64::from(i32::try_from(ms / 1_000).unwrap_or(i32::MAX));
    let all: f64 = rows.iter().map(|row| seconds(row.talk_ms)).sum();
    let view = |row: TalkRow| TalkView {
        desk: (!row.desk.is_empty()).then_some(row.desk),
        calls: row.calls,
        mean_s: row.talk_ms / 1_000 / row.calls.max(1),
        share: if all > 0.0 {
            seconds(row.talk_ms) / all
        } else {
            0.0
        },
    };
    rows.into_iter().map(view).collect()
}

fn staffing(rows: &[CallRecordRow], seats: u32, wrap_up: i64) -> StaffingView {
    let answered: Vec<&CallRecordRow> = rows.iter().filter(|row| row.answered.is_some()).collect();
    let waited = |row: &CallRecordRow| row.answered.map_or(0, |at| at.saturating_sub(row.began));
    let in_time = answered.iter().filter(|row| waited(row) <= IN_TIME).count();
    let done: Vec<i64> = answered
        .iter()
        .filter_map(|row| {
            Some(
                row.ended?
                    .saturating_sub(row.answered?)
                    .max(0)
                    .saturating_add(wrap_up),
            )
        })
        .collect();
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let total: i64 = done.iter().sum();
    let total_s = number(usize::try_from(total / 1_000).unwrap_or(usize::MAX));
    let holding_s = if done.is_empty() {
        0.0
    } else {
        total_s / number(done.len())
    };
    let load = number(rows.len()) * holding_s / 3_600.0;
    let within = 15.0;
    let known = holding_s > 0.0;
    StaffingView {
        offered: rows.len(),
        answered: answered.len(),
        in_time,
        seats,
        holding_s,
        load,
        expected: known.then(|| erlang::answered_within(load, seats, within, holding_s)),
        needed: known
            .then(|| erlang::seats_needed(load, GOAL, within, holding_s, 5_000))
            .flatten(),
    }
}

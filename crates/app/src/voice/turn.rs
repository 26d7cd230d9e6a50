//! The loop: what waits is taken, decided, written, and then carried out.

use super::keep::{Changed, Keeping};
use super::{VoiceDesk, Work};
use crate::App;
use crate::draft::Draft;
use crate::error::AppError;
use crate::pace::Pace;
use ::voice::call::{
    Arrival, Asked, CallId, Control, Fact, Input, Keep, Known, Moment, Order, SeatName, Step,
};
use bytes::Bytes;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// What is taken at once: facts of one turn are one commit for each call.
const BATCH: usize = 256;

/// So far apart turns begin at the least. A desk at rest does at once what it hears; a busy one does together what comes within
/// this time, with one commit and not one for each. Twenty milliseconds of a ringing tone nobody hears.
const PACE: Duration = Duration::from_millis(20);

/// The same where somebody waits for it: a person at a seat has pressed a key, or a call is on its way to another, whose caller
/// would hear the silence.
const HURRIED: Duration = Duration::from_millis(5);

/// What only the loop touches.
pub(crate) struct Turn {
    inbox: mpsc::UnboundedReceiver<Work>,
    /// Calls that are not over, as far as writing needs to know them.
    pub(super) running: HashMap<CallId, super::write::Running>,
    /// Facts the store did not take: written with the next ones, before them.
    pub(super) owed: Vec<Fact>,
    /// What was written so that it outlives the program.
    pub(super) keeping: Keeping,
}

impl Turn {
    pub(super) fn new(inbox: mpsc::UnboundedReceiver<Work>) -> Turn {
        Turn {
            inbox,
            running: HashMap::new(),
            owed: Vec::new(),
            keeping: Keeping::default(),
        }
    }
}

/// A call that is to belong to a case, the case as whoever asks has read it, and who waits for it.
pub(crate) struct Binding {
    pub(super) call: CallId,
    pub(super) case: String,
    pub(super) read: Option<Box<Draft>>,
    pub(super) answer: oneshot::Sender<Result<(), AppError>>,
}

/// A person who waits, and what became of it.
type Answer = (oneshot::Sender<Result<(), AppError>>, Result<(), AppError>);

/// The engine's ear.
#[derive(Clone)]
pub struct VoiceControl {
    pub(super) app: App,
    pub(super) desk: Arc<VoiceDesk>,
}

impl Control for VoiceControl {
    fn hear(&self, input: Input) {
        // The loop ends with the program.
        let _ = self.desk.send(Work::Heard(input));
    }

    fn keep(&self, what: Keep, text: Option<String>) {
        // The loop ends with the program.
        let _ = self.desk.send(Work::Keep(what, text));
    }

    fn name_call(&self) -> CallId {
        self.app.new_call()
    }
}

#[derive(Serialize)]
struct Word<'a> {
    seats: Vec<&'a str>,
    calls: Vec<String>,
}

impl App {
    /// Runs the desk for as long as the program does; ends at once where there is none.
    pub async fn run_voice(&self) {
        let Some(desk) = self.voice_desk().cloned() else {
            return;
        };
        let mut turn = desk.waiting.lock().await;
        let mut pace = Pace::new(PACE);
        while let Some(first) = turn.inbox.recv().await {
            pace.wait_unless(&desk.hurry, HURRIED).await;
            let batch = drain(&mut turn, Some(first));
            // More waits than a turn takes.
            if batch.len() == BATCH {
                desk.hurry.notify_one();
            }
            self.voice_batch(&desk, &mut turn, batch).await;
        }
    }

    /// Does what waits now and returns how much it was: for whoever has no loop running, as a test.
    pub async fn voice_turn(&self) -> usize {
        let Some(desk) = self.voice_desk().cloned() else {
            return 0;
        };
        let mut turn = desk.waiting.lock().await;
        let batch = drain(&mut turn, None);
        let done = batch.len();
        self.voice_batch(&desk, &mut turn, batch).await;
        done
    }

    async fn voice_batch(&self, desk: &VoiceDesk, turn: &mut Turn, batch: Vec<Work>) {
        let mut all = Step::default();
        let mut kept = Vec::new();
        let mut answers: Vec<Answer> = Vec::new();
        // Of the turn, and how many of them are written already.
        let (mut facts, mut written) = (Vec::new(), 0);
        // Written with the turn, unless something is decided before its end to which the case may matter.
        let mut binds: Vec<Binding> = Vec::new();
        for work in batch {
            if binds.iter().any(|binding| matters(&work, binding.call)) {
                let changed = Changed {
                    calls: std::mem::take(&mut all.calls),
                    seats: BTreeSet::new(),
                    kept: std::mem::take(&mut kept),
                };
                let new = std::mem::take(&mut all.facts);
                facts.extend(new.iter().cloned());
                written = facts.len();
                self.voice_write(desk, turn, new, changed, std::mem::take(&mut binds))
                    .await;
            }
            let now = Moment(self.now());
            let step = match work {
                Work::Heard(Input::Arrived(arrival)) => {
                    let (known, case) = self.known(desk, &arrival).await;
                    let call = arrival.call;
                    let step = desk.with(|board| board.arrive(now, *arrival, &known));
                    if let Some(case) = case {
                        // The twin of another platform's transfer: bound as soon as its record is written.
                        let (answer, _) = oneshot::channel();
                        let _ = desk.send(Work::Bind(Box::new(Binding {
                            call,
                            case,
                            read: None,
                            answer,
                        })));
                    }
                    step
                }
                Work::Heard(input) => desk.with(|board| board.step(now, input)),
                Work::Keep(what, text) => {
                    kept.push((what, text));
                    Step::default()
                }
                Work::Asked(seat, skills, backup, asked, record, answer) => {
                    let undo = undoing(&asked);
                    let mut step = desk.with(|board| {
                        board.seat_known(now, seat.clone(), skills, backup);
                        board.step(now, Input::Seat(seat.clone(), asked))
                    });
                    let mut done = step.denied.map_or(Ok(()), |no| Err(super::ask::denied(no)));
                    if done.is_ok()
                        && let Some(record) = record
                    {
                        done = self.voice_record(*record).await;
                        if done.is_err()
                            && let Some(undo) = undo
                        {
                            // Its leg ends in the turn it began in: nothing is heard of what is not on record.
                            let back = desk.with(|board| board.step(now, Input::Seat(seat, undo)));
                            step.facts.extend(back.facts);
                            step.orders.extend(back.orders);
                            step.seats.extend(back.seats);
                            step.calls.extend(back.calls);
                        }
                    }
                    answers.push((answer, done));
                    step
                }
                Work::Duty(duty) => {
                    desk.with(|board| board.duty_known(duty));
                    Step::default()
                }
                Work::Bind(binding) => {
                    binds.push(*binding);
                    Step::default()
                }
            };
            all.facts.extend(step.facts);
            all.orders.extend(step.orders);
            all.seats.extend(step.seats);
            all.calls.extend(step.calls);
        }
        facts.append(&mut all.facts);
        let calls: BTreeSet<CallId> = facts.iter().map(|fact| fact.call).collect();
        let announced = facts
            .iter()
            .any(|fact| matches!(fact.what, ::voice::call::What::Announced { .. }));
        let changed = Changed {
            calls: all.calls,
            seats: all.seats.clone(),
            kept,
        };
        self.voice_write(desk, turn, facts.split_off(written), changed, binds)
            .await;
        if announced {
            self.wake_reach();
        }
        carry_out(desk, all.orders);
        for (answer, done) in answers {
            // Whoever asked may have gone.
            let _ = answer.send(done);
        }
        tell(desk, &all.seats, &calls);
    }

    /// Writes who supervises, once the machine has agreed and before the engine is told (law 10).
    async fn voice_record(&self, record: store::Record) -> Result<(), AppError> {
        let change = store::Change {
            records: vec![record],
            ..store::Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(())
    }

    /// What is known of a caller before the machine is asked, and the case the call belongs to if it is the twin of another
    /// platform's transfer. What cannot be read is not known: a call never waits for that.
    async fn known(&self, desk: &VoiceDesk, arrival: &Arrival) -> (Known, Option<String>) {
        let mut known = Known::default();
        let number = ::voice::call::number(&arrival.caller).unwrap_or_default();
        let key = self.caller_key(&number);
        match self.inner.store.last_call_of(&key).await {
            Ok(Some(last)) => match self.load(&last.case_id).await {
                Ok(draft) if draft.after.closed_at.is_none() => {
                    known.emergency = draft.after.is_dangerous();
                    known.last_operator = Some(SeatName::new(last.seat.as_str()));
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "a caller's open case cannot be read"),
            },
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "a caller's last call cannot be read"),
        }
        let twin = match &arrival.correlation.token {
            Some(token) if partner_trunk(desk, arrival) => self.twin_of(token).await,
            _ => None,
        };
        (known, twin)
    }

    async fn twin_of(&self, token: &[u8]) -> Option<String> {
        let peer_case = super::ask::case_of_token(token)?;
        for peer in &self.inner.config.peers {
            let own =
                crate::chance::twin_id(&self.inner.config.platform.id, &peer.link, &peer_case);
            // The offer may still be on its way; then the operator binds the call by hand, or the sender's number does.
            if let Ok(Some(_)) = self.inner.store.case(&own).await {
                return Some(own);
            }
        }
        None
    }

    /// Writes facts, each call's with what is kept of it, and binds calls to cases, all in one commit; what the store does not
    /// take is kept and written with the next ones. Calls go on meanwhile.
    pub(super) async fn voice_write(
        &self,
        desk: &VoiceDesk,
        turn: &mut Turn,
        facts: Vec<Fact>,
        changed: Changed,
        binds: Vec<Binding>,
    ) {
        let mut facts = facts;
        if !turn.owed.is_empty() {
            let new = std::mem::replace(&mut facts, std::mem::take(&mut turn.owed));
            facts.extend(new);
        }
        let mut rows = self.voice_kept(desk, turn, &facts, changed);
        let mut calls: BTreeMap<CallId, Vec<Fact>> = BTreeMap::new();
        for fact in facts {
            calls.entry(fact.call).or_default().push(fact);
        }
        // A call is bound when its facts are written, and once.
        let (mut now, mut later) = (Vec::new(), Vec::new());
        let mut seen: BTreeSet<CallId> = calls.keys().copied().collect();
        for binding in binds {
            if seen.insert(binding.call) {
                now.push(binding);
            } else {
                later.push(binding);
            }
        }
        let mut together = Vec::new();
        for (call, facts) in calls {
            match self.voice_running(turn, call, &facts).await {
                Ok(running) => {
                    let kept = rows.of_call.remove(&call).unwrap_or_default();
                    together.push(self.voice_ready(desk, call, running, facts, kept).await);
                }
                Err(error) => {
                    tracing::error!(%error, "a call cannot be read; what happened in it waits");
                    turn.owed.extend(facts);
                    rows.of_call.remove(&call);
                    turn.keeping.refused(&rows, Some(call));
                }
            }
        }
        let mut bound = Vec::new();
        for binding in now {
            match self.voice_running(turn, binding.call, &[]).await {
                Ok(running) => bound.push(self.voice_bind_ready(binding, running).await),
                Err(error) => {
                    // Whoever asked may have gone.
                    let _ = binding.answer.send(Err(error));
                }
            }
        }
        // What changed without a fact.
        let silent: Vec<CallId> = rows.of_call.keys().copied().collect();
        let mut others = std::mem::take(&mut rows.others);
        others.extend(std::mem::take(&mut rows.of_call).into_values().flatten());
        let (written, bound, others) = self.voice_together(desk, together, bound, others).await;
        if let Err(error) = others {
            tracing::warn!(%error, "what is kept of calls is not written; it is with their next change");
            turn.keeping.refused(&rows, None);
            for call in silent {
                turn.keeping.refused(&rows, Some(call));
            }
        }
        for (call, running, answer, done) in bound {
            // A call that is over is not kept: its next fact reads it anew.
            if desk.with(|board| board.now(call)).is_some() {
                turn.running.insert(call, running);
            }
            // Whoever asked may have gone.
            let _ = answer.send(done);
        }
        for (call, running, facts, done) in written {
            let over = facts
                .iter()
                .any(|fact| matches!(fact.what, ::voice::call::What::Over(_)));
            match done {
                Ok(()) if over => {
                    turn.running.remove(&call);
                }
                Ok(()) => {
                    turn.running.insert(call, running);
                }
                Err((error, left)) if !super::write::is_passing(&error) => {
                    let lost: Vec<&str> =
                        left.iter().map(|f| super::step::line(&f.what).0).collect();
                    tracing::error!(%error, %call, ?lost, "what happened in a call cannot be written");
                    turn.running.insert(call, running);
                    turn.keeping.refused(&rows, Some(call));
                }
                Err((error, left)) => {
                    tracing::error!(%error, "the store does not take what happened in a call; it waits");
                    metrics::counter!("liandong_call_facts_owed").increment(1);
                    turn.running.insert(call, running);
                    turn.owed.extend(left);
                    turn.keeping.refused(&rows, Some(call));
                }
            }
        }
        for binding in later {
            self.voice_bind(desk, turn, binding).await;
        }
    }

    /// Binds a call by itself.
    async fn voice_bind(&self, desk: &VoiceDesk, turn: &mut Turn, binding: Binding) {
        let Binding {
            call, case, answer, ..
        } = binding;
        let done = match self.voice_running(turn, call, &[]).await {
            Ok(mut running) => {
                let done = self
                    .voice_bind_written(desk, call, &mut running, &case)
                    .await;
                // A call that is over is not kept: its next fact reads it anew.
                if desk.with(|board| board.now(call)).is_some() {
                    turn.running.insert(call, running);
                }
                done
            }
            Err(error) => Err(error),
        };
        // Whoever asked may have gone.
        let _ = answer.send(done);
    }
}

/// Whether what is decided of it may depend on the case its call belongs to: what a person asks at a seat, and what a phone
/// does. A timer that runs out in the same instant may as well have been sooner.
fn matters(work: &Work, call: CallId) -> bool {
    match work {
        Work::Asked(..) => true,
        Work::Heard(Input::Leg(leg, _)) => leg.call == call,
        Work::Bind(binding) => binding.call == call,
        Work::Heard(_) | Work::Keep(..) | Work::Duty(_) => false,
    }
}

/// What takes back that somebody supervises.
fn undoing(asked: &Asked) -> Option<Asked> {
    match asked {
        Asked::Listen(call) | Asked::Whisper(call) | Asked::Barge(call) => {
            Some(Asked::Unsupervise(*call))
        }
        _ => None,
    }
}

fn partner_trunk(desk: &VoiceDesk, arrival: &Arrival) -> bool {
    desk.setup
        .plan
        .partners
        .values()
        .any(|p| p.platform && p.trunk == arrival.trunk)
}

fn drain(turn: &mut Turn, first: Option<Work>) -> Vec<Work> {
    let mut batch: Vec<Work> = first.into_iter().collect();
    while batch.len() < BATCH {
        match turn.inbox.try_recv() {
            Ok(work) => batch.push(work),
            Err(_) => break,
        }
    }
    batch
}

pub(super) fn carry_out(desk: &VoiceDesk, orders: Vec<Order>) {
    if orders.is_empty() {
        return;
    }
    match desk.engine.get() {
        Some(engine) => engine.carry_out(orders),
        None => tracing::warn!(orders = orders.len(), "no engine is connected"),
    }
}

fn tell(desk: &VoiceDesk, seats: &BTreeSet<SeatName>, calls: &BTreeSet<CallId>) {
    if seats.is_empty() && calls.is_empty() {
        return;
    }
    let word = Word {
        seats: seats.iter().map(SeatName::as_str).collect(),
        calls: calls.iter().map(ToString::to_string).collect(),
    };
    let json = serde_json::to_string(&word).unwrap_or_default();
    // Nobody listening is no fault. No id: a console that comes back asks for what is.
    let _ = desk
        .live
        .send(Bytes::from(format!("event: voice\ndata: {json}\n\n")));
}

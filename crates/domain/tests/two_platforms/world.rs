//! Two real deciders and two queues that keep their order, and what must hold of them together.

use crate::county::{MORNING, intake, link_of, rules, sign};
use domain::case::{
    Case, Command, Context, Decision, Event, HandOverMode, HandOverState, Holder, Outcome,
    PeerFact, Refusal, Rules, decide, evolve, mirror, receive,
};
use domain::clock::{Calendar, Millis};
use domain::desk::Desk;
use std::collections::VecDeque;

/// A fact on its way. `crossed` says that the other side had spoken, or spoke before this
/// arrived, without its sender having heard of it: only then may it not fit.
#[derive(Debug, Clone)]
pub(crate) struct Flying {
    pub(crate) fact: PeerFact,
    pub(crate) crossed: bool,
}

/// One platform.
#[derive(Debug, Clone, Default)]
pub(crate) struct Side {
    pub(crate) case: Option<Case>,
    /// What it has said and the other has not heard.
    pub(crate) out: VecDeque<Flying>,
}

/// The last word on who holds it, from the union of both logs: the acceptance or binding
/// decision with the highest count; before any, the first receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ledger {
    pub(crate) epoch: u32,
    pub(crate) binding: bool,
    pub(crate) holder: Desk,
    /// Each side has a part of its own.
    pub(crate) parallel: bool,
}

/// The ground both stand on.
pub(crate) struct Ground {
    calendar: Calendar,
    police: Rules,
    hotline: Rules,
}

impl Ground {
    pub(crate) fn new() -> Self {
        Self {
            calendar: Calendar::plain(),
            police: rules(Desk::Police),
            hotline: rules(Desk::Hotline),
        }
    }

    /// The same, with the arbiter at `desk`.
    pub(crate) fn with_arbiter_at(desk: Desk) -> Self {
        let mut ground = Self::new();
        for rules in [&mut ground.police, &mut ground.hotline] {
            let here = rules.desk == desk;
            for link in &mut rules.links {
                link.arbiter = here;
            }
        }
        ground
    }

    fn context(&self, desk: Desk, now: Millis) -> Context<'_> {
        Context {
            now,
            rules: match desk {
                Desk::Police => &self.police,
                Desk::Hotline => &self.hotline,
            },
            calendar: &self.calendar,
            danger_unit: None,
            clocks: None,
        }
    }
}

/// What happens next.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// Somebody at the desk asks for something.
    Act(Desk, Box<Command>),
    /// The oldest fact this desk has said arrives at the other.
    Deliver(Desk),
    /// The clock of the offer this desk has in the air runs out.
    TimeOut(Desk),
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Became {
    /// Something happened.
    Done,
    /// There was nothing to do, or the desk was told no.
    Nothing,
    /// A fact of the peer did not fit, in a genuine race.
    Raced(&'static str, &'static str),
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) police: Side,
    pub(crate) hotline: Side,
    pub(crate) ledger: Ledger,
}

fn name(fact: &PeerFact) -> &'static str {
    match fact {
        PeerFact::Offered(_) => "offered",
        PeerFact::Accepted { .. } => "accepted",
        PeerFact::Refused { .. } => "refused",
        PeerFact::Withdrawn { .. } => "withdrawn",
        PeerFact::WithdrawalConfirmed { .. } => "withdrawal_confirmed",
        PeerFact::Decided { .. } => "decided",
        PeerFact::ArbitrationAsked { .. } => "arbitration_asked",
        PeerFact::Arbitrated { .. } => "arbitrated",
        PeerFact::Bound { .. } => "bound",
        PeerFact::Noted { .. } => "noted",
    }
}

impl World {
    /// A citizen called `first`.
    pub(crate) fn new(ground: &Ground, first: Desk, dangerous: bool) -> Self {
        let mut world = Self {
            police: Side::default(),
            hotline: Side::default(),
            ledger: Ledger {
                epoch: 0,
                binding: false,
                holder: first,
                parallel: false,
            },
        };
        let danger = if dangerous {
            vec![sign("fire")]
        } else {
            Vec::new()
        };
        let ctx = ground.context(first, MORNING);
        let events = receive(&intake(first.as_str(), danger), None, None, &ctx).unwrap();
        world.happen(first, &events, MORNING).unwrap();
        world
    }

    pub(crate) fn side(&self, desk: Desk) -> &Side {
        match desk {
            Desk::Police => &self.police,
            Desk::Hotline => &self.hotline,
        }
    }

    fn side_mut(&mut self, desk: Desk) -> &mut Side {
        match desk {
            Desk::Police => &mut self.police,
            Desk::Hotline => &mut self.hotline,
        }
    }

    /// Whether every fact has arrived.
    pub(crate) fn is_quiet(&self) -> bool {
        self.police.out.is_empty() && self.hotline.out.is_empty()
    }

    /// Folds events into a side, tells the peer, and keeps the ledger.
    fn happen(&mut self, desk: Desk, events: &[Event], at: Millis) -> Result<(), String> {
        for event in events {
            let side = self.side_mut(desk);
            let case = match side.case.take() {
                Some(case) => evolve(case, event, at),
                None => domain::case::begin(desk.as_str().into(), event, at)
                    .ok_or("a log begins with a reception")?,
            };
            let fact = mirror(&case, event, at, case.version, "某单位", String::new());
            let claim = claim(&case, event, self.ledger);
            let side = self.side_mut(desk);
            side.case = Some(case);
            if let Some(fact) = fact {
                let crossed = !self.side(desk.other()).out.is_empty();
                for flying in &mut self.side_mut(desk.other()).out {
                    flying.crossed = true;
                }
                self.side_mut(desk).out.push_back(Flying { fact, crossed });
            }
            if let Some(claim) = claim {
                self.count(claim)?;
            }
        }
        Ok(())
    }

    fn count(&mut self, claim: Ledger) -> Result<(), String> {
        let now = self.ledger;
        let later =
            claim.epoch > now.epoch || (claim.epoch == now.epoch && claim.binding && !now.binding);
        if later {
            self.ledger = claim;
        } else if claim.parallel && !now.parallel && claim.epoch == now.epoch {
            self.ledger.parallel = true;
        } else if claim.epoch == now.epoch
            && claim.binding == now.binding
            && claim.holder != now.holder
            && claim.epoch > 0
        {
            return Err(format!(
                "two took it at count {}: {claim:?} and {now:?}",
                claim.epoch
            ));
        }
        Ok(())
    }

    /// Whether the step would do nothing at all; cheaper than taking it.
    pub(crate) fn is_idle(&self, ground: &Ground, step: &Step, now: Millis) -> bool {
        match step {
            Step::Act(desk, command) => self
                .side(*desk)
                .case
                .as_ref()
                .is_none_or(|case| decide(case, command, &ground.context(*desk, now)).is_err()),
            Step::Deliver(from) => self.side(*from).out.is_empty(),
            Step::TimeOut(desk) => self
                .side(*desk)
                .case
                .as_ref()
                .and_then(Case::sent_in_the_air)
                .is_none_or(|h| h.state != HandOverState::Offered),
        }
    }

    /// Takes one step. An error is a broken law.
    pub(crate) fn step(
        &mut self,
        ground: &Ground,
        step: &Step,
        now: Millis,
    ) -> Result<Became, String> {
        let became = match step {
            Step::Act(desk, command) => self.ask(ground, *desk, command, now)?,
            Step::TimeOut(desk) => {
                let Some(deadline) = self.side(*desk).case.as_ref().and_then(|case| {
                    let sent = case.sent_in_the_air()?;
                    case.deadlines
                        .iter()
                        .find(|d| d.leg.as_ref() == Some(&sent.id))
                }) else {
                    return Ok(Became::Nothing);
                };
                let (deadline, due) = (deadline.id.clone(), deadline.due.max(now));
                self.ask(ground, *desk, &Command::DeadlineReached { deadline }, due)?
            }
            Step::Deliver(from) => self.deliver(ground, *from, now)?,
        };
        if became != Became::Nothing {
            self.check()?;
        }
        Ok(became)
    }

    fn ask(
        &mut self,
        ground: &Ground,
        desk: Desk,
        command: &Command,
        now: Millis,
    ) -> Result<Became, String> {
        let Some(case) = &self.side(desk).case else {
            return Ok(Became::Nothing);
        };
        match decide(case, command, &ground.context(desk, now)) {
            Err(_) => Ok(Became::Nothing),
            Ok(events) => {
                self.happen(desk, &events, now)?;
                Ok(Became::Done)
            }
        }
    }

    fn deliver(&mut self, ground: &Ground, from: Desk, now: Millis) -> Result<Became, String> {
        let Some(Flying { fact, crossed }) = self.side_mut(from).out.pop_front() else {
            return Ok(Became::Nothing);
        };
        let to = from.other();
        let ctx = ground.context(to, now);
        let link = link_of(to);
        let kind = name(&fact);
        let events = match (&self.side(to).case, &fact) {
            (None, PeerFact::Offered(body)) => receive(
                &intake(to.as_str(), Vec::new()),
                Some((&link, body)),
                None,
                &ctx,
            ),
            (None, other) => return Err(format!("{from} spoke of no case: {other:?}")),
            (Some(case), _) => decide(case, &Command::Peer { link, fact }, &ctx),
        };
        match events {
            Ok(events) => {
                self.happen(to, &events, now)?;
                Ok(Became::Done)
            }
            Err(Refusal::PeerMismatch(why)) if crossed => Ok(Became::Raced(kind, why)),
            Err(other) => Err(format!("{to} refused {kind} without a race: {other}")),
        }
    }

    /// Lets everything arrive that is on its way.
    pub(crate) fn drain(&mut self, ground: &Ground, now: Millis) -> Result<(), String> {
        while !self.is_quiet() {
            self.step(ground, &Step::Deliver(Desk::Police), now)?;
            self.step(ground, &Step::Deliver(Desk::Hotline), now)?;
        }
        Ok(())
    }

    fn own(&self, desk: Desk) -> bool {
        self.side(desk)
            .case
            .as_ref()
            .is_some_and(|case| matches!(case.holder, Holder::Own { .. }))
    }

    /// Whether a word is on its way to `desk` that will tell it who holds the case, or a decision
    /// of its own to the other side, which will confirm it.
    fn will_hear(&self, desk: Desk) -> bool {
        let told = self.side(desk.other()).out.iter().any(|flying| {
            matches!(
                flying.fact,
                PeerFact::Accepted { .. }
                    | PeerFact::Decided { .. }
                    | PeerFact::Arbitrated { .. }
                    | PeerFact::Bound { .. }
            )
        });
        let asks = self.side(desk).out.iter().any(
            |flying| matches!(flying.fact, PeerFact::Arbitrated { to, .. } if to == desk.other().into()),
        );
        told || asks
    }

    /// Law 2 across the platforms.
    pub(crate) fn check(&self) -> Result<(), String> {
        let (police, hotline) = (self.own(Desk::Police), self.own(Desk::Hotline));
        let holder = self.ledger.holder;
        if !police && !hotline {
            return Err("nobody says that it answers for the case".to_owned());
        }
        if !self.ledger.parallel {
            if !self.own(holder) {
                return Err(format!("{holder} holds it and does not know it"));
            }
            if self.own(holder.other()) && !self.will_hear(holder.other()) {
                return Err(format!(
                    "{} says it holds what {holder} holds and will not hear of it",
                    holder.other()
                ));
            }
        }
        for side in [&self.police, &self.hotline] {
            let Some(case) = &side.case else { continue };
            if case.closed_at.is_some() && case.outcome.is_none() {
                return Err("closed without an outcome".to_owned());
            }
            if matches!(case.holder, Holder::Own { .. }) && case.outcome == Some(Outcome::SentBack)
            {
                return Err("it holds what it sent back".to_owned());
            }
        }
        if self.is_quiet() {
            self.check_quiet()?;
        }
        Ok(())
    }

    /// Both have heard everything: they must agree.
    fn check_quiet(&self) -> Result<(), String> {
        let (Some(police), Some(hotline)) = (&self.police.case, &self.hotline.case) else {
            return Ok(());
        };
        if !self.ledger.parallel && self.own(Desk::Police) == self.own(Desk::Hotline) {
            return Err("both or neither say that they answer for the case".to_owned());
        }
        if police.epoch != hotline.epoch {
            return Err(format!("counts {} and {}", police.epoch, hotline.epoch));
        }
        if police.epoch != self.ledger.epoch && !self.ledger.parallel {
            return Err(format!("{} in the logs", self.ledger.epoch));
        }
        if (police.arbitration, police.bound) != (hotline.arbitration, hotline.bound) {
            return Err("they do not agree about arbitration".to_owned());
        }
        if police.awaits_bound || hotline.awaits_bound {
            return Err("a confirmation is awaited that will not come".to_owned());
        }
        let parts = |case: &Case| case.twin.as_ref().map(|twin| twin.parallel);
        if parts(police) != parts(hotline) {
            return Err("they do not agree whether each has a part".to_owned());
        }
        for (mine, theirs) in [(police, hotline), (hotline, police)] {
            let heard = |rule: &str| theirs.danger.iter().any(|d| d.sign.rule == rule);
            if let Some(sign) = mine.live_danger().find(|sign| !heard(&sign.rule)) {
                return Err(format!("{} never heard of {}", theirs.desk, sign.rule));
            }
            for sent in mine.hand_overs.iter().filter(|h| h.sent) {
                let there = theirs.hand_over(&sent.id).map(|h| h.state);
                let fits = match sent.state {
                    state if state.in_the_air() => there == Some(HandOverState::Offered),
                    HandOverState::Withdrawn => {
                        there.is_none_or(|state| state != HandOverState::Offered)
                    }
                    state => there == Some(state),
                };
                if !fits {
                    return Err(format!("offer {sent:?} is {there:?} on the other side"));
                }
            }
            for known in theirs.hand_overs.iter().filter(|h| !h.sent) {
                if mine.hand_over(&known.id).is_none() {
                    return Err(format!("offer {} came from nowhere", known.id));
                }
            }
        }
        Ok(())
    }
}

/// Who holds it by this event, if the event says so.
fn claim(case: &Case, event: &Event, now: Ledger) -> Option<Ledger> {
    let claim = |epoch, binding, holder| {
        Some(Ledger {
            epoch,
            binding,
            holder,
            parallel: false,
        })
    };
    match event {
        Event::OfferAccepted { offer, epoch, .. } => {
            let mode = case.hand_over(offer).map(|h| h.mode);
            if mode == Some(HandOverMode::Parallel) {
                Some(Ledger {
                    parallel: true,
                    ..now
                })
            } else {
                claim(*epoch, false, case.desk)
            }
        }
        Event::ConsultDecided {
            decision,
            epoch,
            here: true,
            ..
        } => match decision {
            Decision::Police => claim(*epoch, false, Desk::Police),
            Decision::Hotline => claim(*epoch, false, Desk::Hotline),
            Decision::Undecided if case.first_here => claim(*epoch, false, case.desk),
            Decision::Undecided => claim(*epoch, false, case.desk.other()),
            Decision::Both => Some(Ledger {
                parallel: true,
                ..now
            }),
        },
        // A binding decision moves it where the bound side takes it, as an acceptance does.
        Event::Arbitrated { to, epoch, .. } if *to == case.desk.into() => {
            claim(*epoch, true, case.desk)
        }
        _ => None,
    }
}

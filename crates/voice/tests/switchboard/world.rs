//! A desk, an engine that does what it is told, and a clock set by hand.

use std::collections::{BTreeMap, BTreeSet};
use voice::call::*;
use voice::queue::{Class, Needs, Skills};

/// What the scripted engine knows of a leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    Arrived,
    Dialled(Target),
    Up,
    /// Its end was ordered; it is heard when the script says so.
    Ending,
    Over,
}

pub(crate) struct World {
    pub(crate) board: Switchboard,
    pub(crate) now: Moment,
    pub(crate) lines: BTreeMap<LegId, Line>,
    pub(crate) ends: BTreeMap<LegId, u32>,
    pub(crate) hears: BTreeMap<(LegId, LegId), Gain>,
    pub(crate) prompts: BTreeMap<LegId, PromptName>,
    /// Rows of sentences that were played.
    pub(crate) rows: Vec<Vec<PromptName>>,
    pub(crate) recording: BTreeMap<LegId, Recording>,
    pub(crate) timers: BTreeSet<(Moment, TimerId)>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) orders: Vec<Order>,
    pub(crate) placed: Vec<Placing>,
    /// The engine confirms ends at once.
    pub(crate) prompt_engine: bool,
    next_call: u128,
    kills: u128,
}

pub(crate) const POLICE: &str = "police";
pub(crate) const ENGLISH: Skills = Skills(1);
pub(crate) const POLICE_ADVICE: Skills = Skills(2);

pub(crate) fn plan() -> Plan {
    let mut plan = Plan::new(DeskKind::Hotline, "12345");
    plan.trunks.insert(
        "city".into(),
        TrunkPlan {
            class: Class::Normal,
            needs: Needs::default(),
            base: 0,
        },
    );
    plan.trunks.insert(
        "alarm".into(),
        TrunkPlan {
            class: Class::Emergency,
            needs: Needs::default(),
            base: 0,
        },
    );
    for (name, number, platform) in [(POLICE, "110", true), ("ambulance", "120", false)] {
        plan.partners.insert(
            name.to_owned(),
            Partner {
                trunk: name.into(),
                number: number.to_owned(),
                policy: "full".into(),
                platform,
            },
        );
    }
    plan.outward = Some(("city".into(), "plain".into()));
    plan.overflow = Some(POLICE.to_owned());
    plan
}

impl World {
    pub(crate) fn new(plan: Plan) -> World {
        let mut next = 1u128 << 100;
        let names: Names = Box::new(move || {
            next += 1;
            CallId(next)
        });
        World {
            board: Switchboard::new(plan, names),
            now: Moment(1_000_000),
            lines: BTreeMap::new(),
            ends: BTreeMap::new(),
            hears: BTreeMap::new(),
            prompts: BTreeMap::new(),
            rows: Vec::new(),
            recording: BTreeMap::new(),
            timers: BTreeSet::new(),
            facts: Vec::new(),
            orders: Vec::new(),
            placed: Vec::new(),
            prompt_engine: true,
            next_call: 0,
            kills: 0,
        }
    }

    pub(crate) fn with_seats(plan: Plan, seats: &[&str]) -> World {
        let mut world = World::new(plan);
        for name in seats {
            world.seat(name, Skills::NONE);
        }
        world
    }

    pub(crate) fn seat(&mut self, name: &str, skills: Skills) {
        self.board.seat_known(self.now, name.into(), skills, false);
        self.hear(Input::Phone(name.into(), PhoneState::There));
        self.ask(name, Asked::Ready).unwrap();
    }

    pub(crate) fn hear(&mut self, input: Input) -> Step {
        let step = self.board.step(self.now, input);
        self.carry_out(&step);
        step
    }

    pub(crate) fn ask(&mut self, seat: &str, asked: Asked) -> Result<(), Denied> {
        match self.hear(Input::Seat(seat.into(), asked)).denied {
            None => Ok(()),
            Some(denied) => Err(denied),
        }
    }

    pub(crate) fn arrival(&mut self, trunk: &str, number: &str) -> Arrival {
        self.next_call += 1;
        Arrival {
            call: CallId(self.next_call),
            trunk: trunk.into(),
            caller: CallerHeaders {
                from: format!("<sip:{number}@carrier.invalid>;tag=1"),
                ..CallerHeaders::default()
            },
            called: "12345".to_owned(),
            correlation: Correlation::default(),
        }
    }

    pub(crate) fn call(&mut self, trunk: &str, number: &str) -> CallId {
        self.call_to(trunk, number, "12345")
    }

    /// As `call`, to a number of several that this desk answers.
    pub(crate) fn call_to(&mut self, trunk: &str, number: &str, called: &str) -> CallId {
        let mut arrival = self.arrival(trunk, number);
        called.clone_into(&mut arrival.called);
        let call = arrival.call;
        self.lines.insert(LegId::arrived(call), Line::Arrived);
        self.hear(Input::Arrived(Box::new(arrival)));
        call
    }

    pub(crate) fn leg(&mut self, leg: LegId, heard: Heard) {
        match &heard {
            Heard::Answered => {
                self.lines.insert(leg, Line::Up);
            }
            Heard::Ended { .. } | Heard::Failed(_) => self.over(leg),
            _ => {}
        }
        self.hear(Input::Leg(leg, heard));
    }

    fn over(&mut self, leg: LegId) {
        self.lines.insert(leg, Line::Over);
        *self.ends.entry(leg).or_default() += 1;
        self.hears
            .retain(|(from, to), _| *from != leg && *to != leg);
        self.prompts.remove(&leg);
        self.recording.remove(&leg);
    }

    pub(crate) fn ended(&mut self, leg: LegId, by: Ender) {
        self.leg(
            leg,
            Heard::Ended {
                by,
                cause: Cause::sip(200),
            },
        );
    }

    fn carry_out(&mut self, step: &Step) {
        self.facts.extend(step.facts.iter().cloned());
        let mut confirm = Vec::new();
        for order in &step.orders {
            self.orders.push(order.clone());
            match order {
                Order::Place(placing) => {
                    assert!(
                        self.lines
                            .insert(placing.leg, Line::Dialled(placing.to.clone()))
                            .is_none(),
                        "leg {} placed twice",
                        placing.leg
                    );
                    self.placed.push((**placing).clone());
                }
                Order::Ring(_) | Order::PickUp(_) | Order::ReferProgress { .. } => {}
                Order::Answer(leg) => {
                    if self.lines.get(leg) == Some(&Line::Arrived) && self.prompt_engine {
                        confirm.push((*leg, true));
                    }
                }
                Order::Refuse { leg, .. } | Order::End { leg, .. } => {
                    let line = self.lines.get(leg).expect("an end of a leg that is known");
                    assert!(
                        !matches!(line, Line::Ending | Line::Over),
                        "leg {leg} ended twice"
                    );
                    self.lines.insert(*leg, Line::Ending);
                    if self.prompt_engine {
                        confirm.push((*leg, false));
                    }
                }
                Order::Hear { from, to, gain } => {
                    if *gain == Gain::SILENT {
                        self.hears.remove(&(*from, *to));
                    } else {
                        self.hears.insert((*from, *to), *gain);
                    }
                }
                Order::Play { leg, prompt, .. } => {
                    self.prompts.insert(*leg, prompt.clone());
                }
                Order::PlayRow { leg, name, prompts } => {
                    assert_eq!(self.lines.get(leg), Some(&Line::Up), "nobody hears it");
                    self.prompts.insert(*leg, name.clone());
                    self.rows.push(prompts.clone());
                }
                Order::StopPrompt(leg) => {
                    self.prompts.remove(leg);
                }
                Order::Record { leg, state } => {
                    self.recording.insert(*leg, *state);
                }
                Order::SendDigit { .. } => {}
                Order::StartTimer { timer, after_ms } => {
                    self.timers.insert((self.now.after(*after_ms), *timer));
                }
            }
        }
        for (leg, up) in confirm {
            if up {
                self.leg(leg, Heard::Answered);
            } else {
                self.recorded(leg);
                self.ended(leg, Ender::Local);
            }
        }
    }

    /// Says that the recording of the leg was sealed, if there is one.
    pub(crate) fn recorded(&mut self, leg: LegId) {
        if self.recording.remove(&leg).is_some() {
            let sealed = Sealed {
                recording: leg.to_string(),
                seconds: 1,
                gaps: 0,
                head: [0; 32],
            };
            self.hear(Input::Leg(leg, Heard::Recorded(sealed)));
        }
    }

    /// Lets time pass, timers ringing as they come.
    pub(crate) fn pass(&mut self, millis: u64) {
        let until = self.now.after(millis);
        while let Some((at, timer)) = self.timers.first().copied().filter(|(at, _)| *at <= until) {
            self.timers.remove(&(at, timer));
            self.now = self.now.max(at);
            self.hear(Input::TimerDue(timer));
        }
        self.now = until;
    }

    /// The seat's leg that rings in the call.
    pub(crate) fn ringing(&self, call: CallId, seat: &str) -> Option<LegId> {
        self.lines.iter().find_map(|(leg, line)| {
            (leg.call == call && *line == Line::Dialled(Target::Seat(seat.into()))).then_some(*leg)
        })
    }

    /// The far leg that rings in the call.
    pub(crate) fn far(&self, call: CallId) -> LegId {
        self.lines
            .iter()
            .rev()
            .find_map(|(leg, line)| {
                (leg.call == call && matches!(line, Line::Dialled(Target::Trunk { .. })))
                    .then_some(*leg)
            })
            .expect("somebody far is dialled")
    }

    /// A call that a seat has answered.
    pub(crate) fn talk(&mut self, trunk: &str, number: &str, seat: &str) -> (CallId, LegId, LegId) {
        let call = self.call(trunk, number);
        let leg = self.ringing(call, seat).expect("it rings there");
        self.leg(leg, Heard::Answered);
        (call, LegId::arrived(call), leg)
    }

    pub(crate) fn hear_each_other(&self, a: LegId, b: LegId) -> bool {
        self.hears.contains_key(&(a, b)) && self.hears.contains_key(&(b, a))
    }

    pub(crate) fn says(&self, what: impl Fn(&What) -> bool) -> bool {
        self.facts.iter().any(|fact| what(&fact.what))
    }

    pub(crate) fn count(&self, what: impl Fn(&What) -> bool) -> usize {
        self.facts.iter().filter(|fact| what(&fact.what)).count()
    }

    pub(crate) fn record(&self, call: CallId) -> Option<&CallRecord> {
        self.facts.iter().find_map(|fact| match &fact.what {
            What::Over(record) if record.call == call => Some(&**record),
            _ => None,
        })
    }

    /// The program is killed and started again after a while: what was kept is read, the engine has those lines again that were
    /// up and that `there` names, and of the rest nothing is known any more.
    pub(crate) fn kill(&mut self, away: u64, there: impl Fn(LegId) -> bool) -> Step {
        let mut left = LeftBehind::default();
        let calls: BTreeSet<CallId> = self.lines.keys().map(|leg| leg.call).collect();
        let waiting = self.board.waiting().map(|waiting| waiting.call);
        for call in calls.iter().copied().chain(waiting) {
            if let Some(text) = self.board.keep_call(call) {
                left.call(&text).unwrap();
            }
            if let Some(text) = self.board.keep_call_back(call) {
                left.call_back(&text).unwrap();
            }
        }
        for seat in self.board.seats() {
            left.seat(&self.board.keep_seat(&seat.name).unwrap())
                .unwrap();
        }
        let phones: Vec<SeatName> = self
            .board
            .seats()
            .filter(|seat| seat.phone)
            .map(|seat| seat.name.clone())
            .collect();
        self.kills += 1;
        let mut next = (1u128 << 100) + (self.kills << 64);
        let names: Names = Box::new(move || {
            next += 1;
            CallId(next)
        });
        self.board = Switchboard::new(self.board.plan().clone(), names);
        self.now = self.now.after(away);
        self.timers.clear();
        self.hears.clear();
        self.prompts.clear();
        let mut lines = BTreeSet::new();
        for leg in self.lines.keys().copied().collect::<Vec<_>>() {
            match self.lines.get(&leg) {
                Some(Line::Up) if there(leg) => {
                    lines.insert(leg);
                }
                Some(Line::Over) | None => {}
                Some(_) => {
                    self.lines.insert(leg, Line::Over);
                    *self.ends.entry(leg).or_default() += 1;
                }
            }
        }
        self.recording.retain(|leg, _| !lines.contains(leg));
        let files = std::mem::take(&mut self.recording);
        let step = self.board.resume(self.now, left, &lines);
        self.carry_out(&step);
        // Files without an end are sealed, whoever's they were.
        let off: Vec<LegId> = step
            .orders
            .iter()
            .filter_map(|order| match order {
                Order::Record {
                    leg,
                    state: Recording::Off,
                } => Some(*leg),
                _ => None,
            })
            .collect();
        for leg in off {
            assert!(files.contains_key(&leg), "{leg} was recorded");
            self.recorded(leg);
        }
        for phone in phones {
            self.hear(Input::Phone(phone, PhoneState::There));
        }
        step
    }
}

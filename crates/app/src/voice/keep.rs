//! What outlives a killed program: with every change of a call its snapshot is written, in the change of the facts it follows
//! from, before the orders that follow are given. So a restart finds no call without its record and no record without its call.

use super::VoiceDesk;
use super::turn::Turn;
use crate::App;
use ::voice::call::{CallId, Fact, Keep, LegId, SeatName, What};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{CallSnapshotRow, VoiceRecord};

pub(super) const CALL: &str = "call";
pub(super) const LEG: &str = "leg";
pub(super) const CALL_BACK: &str = "call_back";
pub(super) const SEAT: &str = "seat";
pub(super) const PHONE: &str = "phone";

/// What the loop remembers of what it wrote.
#[derive(Default)]
pub(super) struct Keeping {
    /// Snapshots of calls as they were written last: the same one is not written twice.
    pub(super) written: HashMap<CallId, String>,
    /// Legs and seats whose rows are there.
    legs: BTreeSet<LegId>,
    seats: BTreeSet<SeatName>,
    /// What the engine kept and the store did not take: written with the next, before it.
    owed: Vec<Kept>,
}

/// What the engine keeps of a leg or a phone; nothing any more without a text.
pub(super) type Kept = (Keep, Option<String>);

/// What a turn of the loop has to write besides facts.
#[derive(Default)]
pub(super) struct Changed {
    pub(super) calls: BTreeSet<CallId>,
    pub(super) seats: BTreeSet<SeatName>,
    pub(super) kept: Vec<Kept>,
}

/// The rows of a turn: those of a call go with its facts.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) of_call: BTreeMap<CallId, Vec<VoiceRecord>>,
    pub(super) others: Vec<VoiceRecord>,
    /// What of the engine is among them: owed again, if they are not taken.
    kept: Vec<Kept>,
}

impl App {
    /// The rows that follow from what changed.
    pub(super) fn voice_kept(
        &self,
        desk: &VoiceDesk,
        turn: &mut Turn,
        facts: &[Fact],
        changed: Changed,
    ) -> Rows {
        let mut rows = Rows::default();
        let mut kept = std::mem::take(&mut turn.keeping.owed);
        kept.extend(changed.kept);
        for (what, text) in &kept {
            let call = match what {
                Keep::Leg(leg) => Some(leg.call),
                Keep::Phone(_) => None,
            };
            let (kind, id, there) = match what {
                Keep::Leg(leg) => {
                    let legs = &mut turn.keeping.legs;
                    let there = if text.is_some() {
                        !legs.insert(*leg)
                    } else {
                        legs.remove(leg)
                    };
                    (LEG, leg.to_string(), there)
                }
                Keep::Phone(seat) => (PHONE, seat.to_string(), false),
            };
            let row = self.kept_row(desk, kind, id, call, text.clone(), there);
            match call {
                Some(call) => rows.of_call.entry(call).or_default().push(row),
                None => rows.others.push(row),
            }
        }
        rows.kept = kept;
        let of_facts = facts.iter().map(|fact| fact.call);
        let calls: BTreeSet<CallId> = changed.calls.into_iter().chain(of_facts).collect();
        for call in calls {
            let state = desk.with(|board| board.keep_call(call));
            match state {
                Some(state) => {
                    let before = turn.keeping.written.get(&call);
                    if before == Some(&state) {
                        continue;
                    }
                    let there = before.is_some_and(|before| !before.is_empty());
                    let row = self.kept_row(
                        desk,
                        CALL,
                        call.to_string(),
                        Some(call),
                        Some(state.clone()),
                        there,
                    );
                    turn.keeping.written.insert(call, state);
                    rows.of_call.entry(call).or_default().push(row);
                }
                // Over: nothing of it is kept, whatever was before.
                None => {
                    if turn.keeping.written.remove(&call).is_some() {
                        turn.keeping.forget_legs(call);
                        let ended = VoiceRecord::Ended {
                            home: desk.setup.home.clone(),
                            call_id: call.to_string(),
                        };
                        rows.of_call.insert(call, vec![ended]);
                    }
                }
            }
        }
        let backs: BTreeSet<CallId> = facts.iter().filter_map(call_back_of).collect();
        for of in backs {
            let state = desk.with(|board| board.keep_call_back(of));
            rows.others
                .push(self.kept_row(desk, CALL_BACK, of.to_string(), None, state, false));
        }
        for seat in changed.seats {
            let state = desk.with(|board| board.keep_seat(&seat));
            let name = seat.to_string();
            let there = !turn.keeping.seats.insert(seat);
            rows.others
                .push(self.kept_row(desk, SEAT, name, None, state, there));
        }
        rows
    }

    /// `there`: its row is known to be there.
    fn kept_row(
        &self,
        desk: &VoiceDesk,
        kind: &str,
        id: String,
        call: Option<CallId>,
        state: Option<String>,
        there: bool,
    ) -> VoiceRecord {
        let (home, kind) = (desk.setup.home.clone(), kind.to_owned());
        let call_id = call.map(|call| call.to_string()).unwrap_or_default();
        match state {
            Some(state) => {
                let row = Box::new(CallSnapshotRow {
                    home,
                    call_id,
                    kind,
                    id,
                    at: self.now(),
                    state,
                });
                if there {
                    VoiceRecord::KeptAgain(row)
                } else {
                    VoiceRecord::Kept(row)
                }
            }
            None => VoiceRecord::Forgotten {
                home,
                call_id,
                kind,
                id,
            },
        }
    }
}

impl Keeping {
    /// Whether the legs of a call have rows is not known, or they have none.
    fn forget_legs(&mut self, call: CallId) {
        let of = |no| LegId { call, no };
        let legs: Vec<LegId> = self.legs.range(of(0)..=of(u16::MAX)).copied().collect();
        for leg in legs {
            self.legs.remove(&leg);
        }
    }

    /// The store did not take a call's rows: its snapshot is made anew, and what the engine kept of it is owed.
    pub(super) fn refused(&mut self, rows: &Rows, call: Option<CallId>) {
        match call {
            Some(call) => {
                // Nothing is kept with an empty text: it is written anew, or removed, with the next change.
                self.written.insert(call, String::new());
                self.forget_legs(call);
            }
            None => self.seats.clear(),
        }
        let owed = rows.kept.iter().filter(|(what, _)| match what {
            Keep::Leg(leg) => Some(leg.call) == call,
            Keep::Phone(_) => call.is_none(),
        });
        self.owed.extend(owed.cloned());
    }
}

/// The call-back that a fact changes, by the name of the dropped call.
fn call_back_of(fact: &Fact) -> Option<CallId> {
    match &fact.what {
        What::CallBackMade { .. }
        | What::CallBackTried { .. }
        | What::CallBackFailed { .. }
        | What::CallBackReached { .. }
        | What::CallBackNeedless { .. } => Some(fact.call),
        What::CallBackWaits { of, .. } => Some(*of),
        What::Dialled { call_back, .. } => *call_back,
        _ => None,
    }
}

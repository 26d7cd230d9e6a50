//! An announcement 语音通知: a number is rung, hears sentences and answers by a key (R15). One leg, nobody at a seat.

use super::fact::{Announced, Failure, Outcome, What};
use super::input::{Announcement, Cause, Destination};
use super::name::{CallId, LegId, Moment, PromptName};
use super::order::{Order, Target};
use super::state::{Announcing, LegState, Party, Stage, Telling};
use super::switchboard::{Due, Switchboard};
use crate::queue::Class;

/// Keys that are taken of one announcement; more are somebody playing.
const KEYS_MOST: u8 = 20;

/// What a row of an announcement is called.
fn row(round: u32) -> PromptName {
    PromptName::new(format!("announcement/{round}"))
}

impl Switchboard {
    /// Rings the number. What cannot be is said at once, as what came of it.
    pub(crate) fn announce(&mut self, now: Moment, announcement: Announcement) {
        let id = announcement.call;
        if self.calls.contains_key(&id) {
            return;
        }
        let number = announcement.number;
        let to = Destination::Number(number.clone());
        let mut call = super::inbound::blank(id, now, Class::Normal);
        call.stage = Stage::Announcing;
        call.number = Some(number.clone());
        call.to = Some(to.clone());
        call.announcing = Some(Announcing {
            sentences: announcement.sentences,
            thanks: announcement.thanks,
            asks: announcement.asks,
            telling: Telling::Ringing,
            heard: 0,
            left: self.plan.announce_times,
            again: 0,
            keys: 0,
            round: 0,
            over: false,
        });
        self.fact(now, id, What::AnnouncementBegan { number });
        match self.resolve(&to) {
            Ok((target, _)) => {
                if let Target::Trunk { trunk, .. } = &target {
                    call.trunk = Some(trunk.clone());
                }
                let leg = call.add(Party::Far(to), LegState::Dialling, now);
                call.principal = Some(leg);
                let origin = call.origin(&self.plan.short_number);
                self.calls.insert(id, call);
                self.place(leg, target, origin);
            }
            Err(_) => {
                self.calls.insert(id, call);
                self.announced(now, id, Announced::Failed(Failure::Unreachable));
                self.wind_down(now, id);
            }
        }
    }

    /// Nobody need hear it any more.
    pub(crate) fn withdraw(&mut self, now: Moment, id: CallId) {
        let going = self.telling(id).is_some_and(|at| at != Telling::Thanking);
        if going {
            self.announced(now, id, Announced::Failed(Failure::TakenBack));
            self.wind_down(now, id);
        }
    }

    pub(crate) fn announcement_rings(&mut self, now: Moment, leg: LegId) {
        if self.telling(leg.call) == Some(Telling::Ringing) {
            self.fact(now, leg.call, What::AnnouncementRang);
        }
    }

    pub(crate) fn announcement_answered(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        call.answered = Some(now);
        call.outcome = Some(Outcome::Reached);
        let after_ms = now.since(call.began);
        self.fact(now, id, What::AnnouncementAnswered { after_ms });
        self.start_timer(Due::AnnounceMost(id), self.plan.announce_most_ms);
        self.say(id);
    }

    /// It has rung long enough.
    pub(crate) fn announcement_unanswered(&mut self, now: Moment, id: CallId) {
        if self.telling(id) == Some(Telling::Ringing) {
            self.announced(now, id, Announced::Failed(Failure::NoAnswer));
        }
    }

    /// A row was heard to its end.
    pub(crate) fn announcement_ended(&mut self, now: Moment, id: CallId, prompt: &PromptName) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let leg = call.principal;
        let Some(telling) = &mut call.announcing else {
            return;
        };
        // A key has begun another row meanwhile.
        if *prompt != row(telling.round) {
            return;
        }
        match telling.telling {
            Telling::Saying => {
                telling.telling = Telling::Listening;
                telling.heard = telling.heard.saturating_add(1);
                telling.left = telling.left.saturating_sub(1);
                let (time, round) = (telling.heard, telling.round);
                let quiet = match (telling.left, telling.asks) {
                    (0, true) => self.plan.announce_key_ms,
                    _ => self.plan.announce_pause_ms,
                };
                self.fact(now, id, What::AnnouncementHeard { time });
                self.start_timer(Due::Announce(id, round), quiet);
            }
            Telling::Thanking => {
                if let Some(leg) = leg {
                    self.end(leg, Cause::sip(200));
                }
            }
            Telling::Ringing | Telling::Listening => {}
        }
    }

    /// No key has come for long enough.
    pub(crate) fn announcement_quiet(&mut self, now: Moment, id: CallId, round: u32) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        let leg = call.principal;
        let Some(telling) = &call.announcing else {
            return;
        };
        if call.stage != Stage::Announcing
            || telling.round != round
            || telling.telling != Telling::Listening
        {
            return;
        }
        if telling.left > 0 {
            self.say(id);
        } else if let Some(leg) = leg {
            self.announced(now, id, Announced::Heard);
            self.end(leg, Cause::sip(200));
        }
    }

    /// It has taken as long as it may, whether or not an end was heard.
    pub(crate) fn announcement_long(&mut self, now: Moment, id: CallId) {
        let call = self.calls.get(&id);
        let Some(call) = call.filter(|call| call.stage == Stage::Announcing) else {
            return;
        };
        let leg = call.principal;
        self.announcement_left(now, id, Failure::Unreachable);
        if let Some(leg) = leg {
            self.end(leg, Cause::sip(200));
        }
    }

    /// A key: 1 answers for it, 2 asks for it again; any other is a fact and nothing else.
    pub(crate) fn announcement_key(&mut self, now: Moment, leg: LegId, key: char) {
        let id = leg.call;
        let again_most = self.plan.announce_again;
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        if call.stage != Stage::Announcing || call.principal != Some(leg) || !call.up(Some(leg)) {
            return;
        }
        let Some(telling) = &mut call.announcing else {
            return;
        };
        if telling.telling == Telling::Thanking || telling.keys >= KEYS_MOST {
            return;
        }
        telling.keys = telling.keys.saturating_add(1);
        let mut acknowledged = false;
        let mut again = false;
        if key == '1' && telling.asks {
            telling.telling = Telling::Thanking;
            acknowledged = true;
        } else if key == '2' && telling.again < again_most {
            telling.again = telling.again.saturating_add(1);
            telling.left = telling.left.max(1);
            again = true;
        }
        let thanks = telling.thanks.clone();
        self.fact(now, id, What::AnnouncementKey { key });
        if acknowledged {
            self.announced(now, id, Announced::Acknowledged);
            if thanks.is_empty() {
                self.end(leg, Cause::sip(200));
            } else {
                self.play_row(id, thanks);
            }
        } else if again {
            self.say(id);
        }
    }

    /// The line is gone: what was heard until then counts.
    pub(crate) fn announcement_left(&mut self, now: Moment, id: CallId, failure: Failure) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        let heard = call.announcing.as_ref().is_some_and(|a| a.heard > 0);
        let announced = match (call.answered, heard) {
            (None, _) => Announced::Failed(failure),
            (Some(_), true) => Announced::Heard,
            (Some(_), false) => Announced::HungUp,
        };
        self.announced(now, id, announced);
    }

    fn telling(&self, id: CallId) -> Option<Telling> {
        let call = self.calls.get(&id)?;
        let announcing = call.announcing.as_ref()?;
        (call.stage == Stage::Announcing).then_some(announcing.telling)
    }

    pub(crate) fn say(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let Some(telling) = &mut call.announcing else {
            return;
        };
        telling.telling = Telling::Saying;
        let sentences = telling.sentences.clone();
        self.play_row(id, sentences);
    }

    fn play_row(&mut self, id: CallId, prompts: Vec<PromptName>) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let (Some(leg), Some(telling)) = (call.principal, &mut call.announcing) else {
            return;
        };
        telling.round = telling.round.saturating_add(1);
        let name = row(telling.round);
        self.order(Order::PlayRow { leg, name, prompts });
    }

    /// Says what came of it, the first time.
    fn announced(&mut self, now: Moment, id: CallId, announced: Announced) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let Some(telling) = &mut call.announcing else {
            return;
        };
        if std::mem::replace(&mut telling.over, true) {
            return;
        }
        self.fact(now, id, What::Announced { announced });
    }
}

//! The browser as a seat's phone: who may open it, and which of two pages has it.

use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{CallColleagueView, PhoneAnswer, PhoneOffer};
use ::voice::browser::{Phones, Refused};
use ::voice::call::SeatName;
use domain::right::{Action, Actor};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Which page has each seat's phone.
#[derive(Default)]
pub(crate) struct Pages(Mutex<HashMap<SeatName, String>>);

impl Pages {
    /// Whether another page than this one has taken the seat's phone since.
    fn taken(&self, seat: &SeatName, former: &str) -> bool {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.get(seat).is_some_and(|page| page != former)
    }

    fn keep(&self, seat: SeatName, page: String) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.insert(seat, page);
    }

    /// Lets a page go; false if it had the phone no more.
    fn leave(&self, seat: &SeatName, page: &str) -> bool {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let had = pages.get(seat).is_some_and(|kept| kept == page);
        if had {
            pages.remove(seat);
        }
        had
    }
}

/// Offer and answer as the engine has them.
#[derive(Serialize, Deserialize)]
struct Description {
    #[serde(rename = "type")]
    kind: String,
    sdp: String,
}

impl App {
    /// Gives the desk what opens browsers' phones; without, seats have hard phones only.
    pub fn connect_phones(&self, phones: Arc<dyn Phones>) {
        if let Some(desk) = self.voice_desk() {
            // The first one stays: there is one engine a desk.
            let _ = desk.phones.set(phones);
        }
    }

    /// Opens the page of the signed-in person as the phone of their seat, or opens it again after it was loaded anew or its
    /// connection broke: a call that is up goes on in it. A page that another one has taken over from since does not get the
    /// phone back by asking as its former holder, so that two pages do not take it from each other for ever.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::NotFound`] where there is no desk, or no port for browsers; [`AppError::Invalid`] for
    /// an offer that cannot be answered (`malformed_offer`) and for a page that was taken over from (`phone_elsewhere`).
    pub async fn open_phone(
        &self,
        actor: &Actor,
        offer: &PhoneOffer,
    ) -> Result<PhoneAnswer, AppError> {
        allow(actor, Action::TakeCalls)?;
        let desk = self.voice_desk().ok_or(AppError::NotFound)?;
        let phones = desk.phones.get().ok_or(AppError::NotFound)?;
        let seat = SeatName::new(actor.account.as_str());
        if let Some(former) = &offer.former
            && desk.pages.taken(&seat, former)
        {
            return Err(AppError::field(
                "former",
                "phone_elsewhere",
                "another page has this seat's phone now",
            ));
        }
        let malformed =
            |why: String| AppError::field("sdp", "malformed_offer", format!("no offer: {why}"));
        let described = Description {
            kind: "offer".to_owned(),
            sdp: offer.sdp.clone(),
        };
        let described =
            serde_json::to_string(&described).map_err(|error| malformed(error.to_string()))?;
        let answer =
            phones
                .open(seat.clone(), described)
                .await
                .map_err(|refused| match refused {
                    Refused::Offer(why) => malformed(why),
                    Refused::NoPort => AppError::NotFound,
                    Refused::Ended => {
                        AppError::Unavailable("the desk of calls does not run".to_owned())
                    }
                })?;
        let answer: Description =
            serde_json::from_str(&answer).map_err(|error| AppError::Internal(error.to_string()))?;
        let page = self.new_id();
        desk.pages.keep(seat, page.clone());
        Ok(PhoneAnswer {
            sdp: answer.sdp,
            page,
        })
    }

    /// The page goes, and the seat has no phone any more; nothing happens if another page has it since.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::NotFound`] where there is no desk, or no port for browsers.
    pub fn close_phone(&self, actor: &Actor, page: &str) -> Result<(), AppError> {
        allow(actor, Action::TakeCalls)?;
        let desk = self.voice_desk().ok_or(AppError::NotFound)?;
        let phones = desk.phones.get().ok_or(AppError::NotFound)?;
        let seat = SeatName::new(actor.account.as_str());
        if desk.pages.leave(&seat, page) {
            phones.close(seat);
        }
        Ok(())
    }

    /// The seats that are signed on besides the own one: whom a call can be brought to.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn call_colleagues(&self, actor: &Actor) -> Result<Vec<CallColleagueView>, AppError> {
        allow(actor, Action::TakeCalls)?;
        let Some(desk) = self.voice_desk() else {
            return Ok(Vec::new());
        };
        let own = SeatName::new(actor.account.as_str());
        let seats: Vec<(String, bool)> = desk.with(|board| {
            board
                .seats()
                .filter(|seat| seat.name != own && seat.phone && seat.state.on_duty())
                .map(|seat| (seat.name.to_string(), seat.free()))
                .collect()
        });
        let accounts = self.inner.store.accounts().await?;
        let names: HashMap<&str, &str> = accounts
            .iter()
            .map(|row| (row.id.as_str(), row.name.as_str()))
            .collect();
        let mut shown: Vec<CallColleagueView> = seats
            .into_iter()
            .map(|(account, free)| CallColleagueView {
                name: names
                    .get(account.as_str())
                    .map_or_else(|| account.clone(), |name| (*name).to_owned()),
                account,
                free,
            })
            .collect();
        // Who can take it now stands first.
        shown.sort_by(|a, b| (!a.free, &a.name).cmp(&(!b.free, &b.name)));
        Ok(shown)
    }
}

#[cfg(test)]
mod test {
    use super::*;

    #[test]
    fn a_page_that_was_taken_over_from_neither_has_nor_closes_the_phone() {
        let pages = Pages::default();
        let seat = SeatName::new("a");
        assert!(!pages.taken(&seat, "one"), "nobody has it");
        pages.keep(seat.clone(), "one".to_owned());
        assert!(!pages.taken(&seat, "one"));
        pages.keep(seat.clone(), "two".to_owned());
        assert!(pages.taken(&seat, "one"));
        assert!(!pages.leave(&seat, "one"), "the former page closes nothing");
        assert!(pages.leave(&seat, "two"));
        assert!(!pages.taken(&seat, "one"), "it is free again");
    }
}

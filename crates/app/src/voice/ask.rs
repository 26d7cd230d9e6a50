//! What people do at a seat: rights are asked here, whether it can be now the machine says.

use super::turn::Binding;
use super::{VoiceDesk, Work};
use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{CallDeskView, CallTo, SeatAgreed, SeatAsk, SeatBreak};
use ::voice::call::{Agreed, Asked, BreakReason, CallId, Denied, Destination, SeatName};
use domain::right::{Action, Actor};
use tokio::sync::oneshot;

/// The first byte of a token says how to read it.
const TOKEN: u8 = 1;

/// What goes to the other platform in User-to-User: case and call, by which its own case for ours is found (R74). It is no proof
/// of anything: it is read on a trunk of the other platform only and leads to a case that its reader must be allowed to see.
pub(super) fn token(case: &str, call: CallId) -> Option<Vec<u8>> {
    let case = CallId::parse(case)?;
    let mut token = vec![TOKEN];
    token.extend_from_slice(&case.0.to_be_bytes());
    token.extend_from_slice(&call.0.to_be_bytes());
    Some(token)
}

/// The other platform's case of a token.
pub(super) fn case_of_token(token: &[u8]) -> Option<String> {
    let (version, rest) = token.split_first()?;
    let case = rest
        .first_chunk::<16>()
        .filter(|_| *version == TOKEN && rest.len() == 32)?;
    Some(CallId(u128::from_be_bytes(*case)).to_string())
}

impl App {
    /// A person at a seat asks for something; answered with the seat as it is then.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::NotFound`] where there is no desk; [`AppError::Invalid`] with the machine's
    /// stable key when it cannot be now. Nothing was changed then.
    pub async fn ask_seat(&self, actor: &Actor, ask: &SeatAsk) -> Result<CallDeskView, AppError> {
        let supervising = matches!(
            ask,
            SeatAsk::Listen { .. }
                | SeatAsk::Whisper { .. }
                | SeatAsk::Barge { .. }
                | SeatAsk::Unsupervise { .. }
        );
        let right = if supervising {
            Action::SuperviseCalls
        } else {
            Action::TakeCalls
        };
        allow(actor, right)?;
        let desk = self.voice_desk().ok_or(AppError::NotFound)?;
        let asked = self.asked(ask)?;
        let record = supervising.then(|| {
            let call = call_of(ask).unwrap_or_default();
            Box::new(self.audit_row(actor, "supervise_call", &format!("call/{call}"), mode(ask)))
        });
        let (answer, done) = oneshot::channel();
        let account = actor.account.as_str();
        let work = Work::Asked(
            SeatName::new(account),
            desk.skills_of(account),
            desk.setup.backup.iter().any(|name| name == account),
            asked,
            record,
            answer,
        );
        let closed = || AppError::Unavailable("the desk of calls does not run".to_owned());
        desk.send(work).ok_or_else(closed)?;
        done.await.map_err(|_| closed())??;
        self.call_desk(actor).await
    }

    /// Binds a call to a case: from now on, and for what happened so far, its facts are the case's.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::NotFound`] for a call or a case there is not, or that the reader may not know of;
    /// [`AppError::Invalid`] for a call that belongs to another case.
    pub async fn bind_call(&self, actor: &Actor, call: &str, case: &str) -> Result<(), AppError> {
        allow(actor, Action::TakeCalls)?;
        let desk = self.voice_desk().ok_or(AppError::NotFound)?;
        let id = CallId::parse(call).ok_or(AppError::NotFound)?;
        let known = self.load(case).await?;
        self.readable(actor, &known.after)?;
        let (answer, done) = oneshot::channel();
        let closed = || AppError::Unavailable("the desk of calls does not run".to_owned());
        desk.send(Work::Bind(Box::new(Binding {
            call: id,
            case: known.after.id.to_string(),
            read: Some(Box::new(known)),
            answer,
        })))
        .ok_or_else(closed)?;
        done.await.map_err(|_| closed())?
    }

    fn asked(&self, ask: &SeatAsk) -> Result<Asked, AppError> {
        let id = || {
            call_of(ask)
                .and_then(CallId::parse)
                .ok_or_else(|| AppError::field("call", "malformed", "no name of a call"))
        };
        Ok(match ask {
            SeatAsk::Ready => Asked::Ready,
            SeatAsk::Break { reason } => Asked::Break(match reason {
                SeatBreak::Rest => BreakReason::Rest,
                SeatBreak::Meal => BreakReason::Meal,
                SeatBreak::Meeting => BreakReason::Meeting,
                SeatBreak::Paperwork => BreakReason::Paperwork,
                SeatBreak::NotAnswering => {
                    return Err(AppError::field(
                        "reason",
                        "machine_only",
                        "the machine sets it",
                    ));
                }
            }),
            SeatAsk::Offline => Asked::Offline,
            SeatAsk::WrappedUp => Asked::WrappedUp,
            SeatAsk::KeepWrapUp => Asked::KeepWrapUp,
            SeatAsk::Answer { .. } => Asked::Answer(id()?),
            SeatAsk::Decline { .. } => Asked::Decline(id()?),
            SeatAsk::HangUp { .. } => Asked::HangUp(id()?),
            SeatAsk::Hold { .. } => Asked::Hold(id()?),
            SeatAsk::Retrieve { .. } => Asked::Retrieve(id()?),
            SeatAsk::Mute { on, .. } => Asked::Mute(id()?, *on),
            SeatAsk::Digit { digit, .. } => {
                let mut keys = digit.chars();
                match (keys.next(), keys.next()) {
                    (Some(key @ ('0'..='9' | '*' | '#')), None) => Asked::Digit(id()?, key),
                    _ => return Err(AppError::field("digit", "malformed", "one key of a phone")),
                }
            }
            SeatAsk::Transfer { to, .. } => Asked::Transfer(id()?, destination(to)),
            SeatAsk::Consult { to, .. } => Asked::Consult(id()?, destination(to)),
            SeatAsk::Join { .. } => Asked::Join(id()?),
            SeatAsk::HandOver { .. } => Asked::HandOver(id()?),
            SeatAsk::DropConsult { .. } => Asked::DropConsult(id()?),
            SeatAsk::Decide { agreed, .. } => Asked::Decide(
                id()?,
                match agreed {
                    SeatAgreed::Police => Agreed::Police,
                    SeatAgreed::Hotline => Agreed::Hotline,
                    SeatAgreed::Both => Agreed::Both,
                    SeatAgreed::Undecided => Agreed::Undecided,
                },
            ),
            SeatAsk::Listen { .. } => Asked::Listen(id()?),
            SeatAsk::Whisper { .. } => Asked::Whisper(id()?),
            SeatAsk::Barge { .. } => Asked::Barge(id()?),
            SeatAsk::Unsupervise { .. } => Asked::Unsupervise(id()?),
            SeatAsk::PauseRecording { on, .. } => Asked::PauseRecording(id()?, *on),
            SeatAsk::Dial { to, call_back } => Asked::Dial {
                call: self.new_call(),
                to: destination(to),
                call_back: match call_back {
                    None => None,
                    Some(of) => Some(CallId::parse(of).ok_or_else(|| {
                        AppError::field("call_back", "malformed", "no name of a call")
                    })?),
                },
            },
        })
    }
}

fn call_of(ask: &SeatAsk) -> Option<&str> {
    match ask {
        SeatAsk::Answer { call }
        | SeatAsk::Decline { call }
        | SeatAsk::HangUp { call }
        | SeatAsk::Hold { call }
        | SeatAsk::Retrieve { call }
        | SeatAsk::Mute { call, .. }
        | SeatAsk::Digit { call, .. }
        | SeatAsk::Transfer { call, .. }
        | SeatAsk::Consult { call, .. }
        | SeatAsk::Join { call }
        | SeatAsk::HandOver { call }
        | SeatAsk::DropConsult { call }
        | SeatAsk::Decide { call, .. }
        | SeatAsk::Listen { call }
        | SeatAsk::Whisper { call }
        | SeatAsk::Barge { call }
        | SeatAsk::Unsupervise { call }
        | SeatAsk::PauseRecording { call, .. } => Some(call),
        SeatAsk::Ready
        | SeatAsk::Break { .. }
        | SeatAsk::Offline
        | SeatAsk::WrappedUp
        | SeatAsk::KeepWrapUp
        | SeatAsk::Dial { .. } => None,
    }
}

fn destination(to: &CallTo) -> Destination {
    match to {
        CallTo::Partner(name) => Destination::Partner(name.clone()),
        CallTo::Seat(account) => Destination::Seat(SeatName::new(account.as_str())),
        CallTo::Number(number) => Destination::Number(number.clone()),
    }
}

/// How somebody supervises, as the trail says it.
fn mode(ask: &SeatAsk) -> &'static str {
    match ask {
        SeatAsk::Listen { .. } => "listen",
        SeatAsk::Whisper { .. } => "whisper",
        SeatAsk::Barge { .. } => "barge",
        _ => "leave",
    }
}

/// The machine's no as the edge says it.
pub(super) fn denied(denied: Denied) -> AppError {
    match denied {
        Denied::NoSuchCall => AppError::NotFound,
        other => AppError::field("ask", other.key(), "this cannot be done now"),
    }
}

impl VoiceDesk {
    /// The names of partners, the other platform first.
    pub(super) fn partner_names(&self) -> Vec<&String> {
        let partners = &self.setup.plan.partners;
        let mut names: Vec<&String> = partners.keys().collect();
        names.sort_by_key(|name| (partners.get(*name).is_none_or(|p| !p.platform), *name));
        names
    }
}

#[cfg(test)]
mod test {
    use super::*;

    #[test]
    fn r74_a_token_gives_back_the_case_it_was_made_of() {
        let case = "0192a000-0000-7000-8000-000000000001";
        let token = token(case, CallId(7)).unwrap();
        assert!(token.len() <= 128, "User-to-User takes no more");
        assert_eq!(case_of_token(&token).as_deref(), Some(case));
        assert_eq!(case_of_token(&token[1..]), None);
        assert_eq!(case_of_token(&[]), None);
        let mut later = token;
        later[0] = 2;
        assert_eq!(
            case_of_token(&later),
            None,
            "a later version is not guessed at"
        );
    }
}

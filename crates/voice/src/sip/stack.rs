//! The stack: one endpoint with its dialogs, by numbers of ours.

use super::goodbye::Goodbye;
use super::guard::{Guard, Refused};
use super::kept::{Former, KeptDialog};
use super::listening::{Door, groups, transports};
use super::policy::From;
use super::registrar::Registrar;
use super::reliable::{Reliable, Step};
use super::settings::{Account, Settings, Trunk};
use super::timer::Session;
use super::value::encoded;
use super::watch::Watch;
use super::word::{DialogNo, Said};
use crate::call::{Cause, SeatName, TrunkName};
use rsipstack::EndpointBuilder;
use rsipstack::dialog::DialogId;
use rsipstack::dialog::authenticate::Credential;
use rsipstack::dialog::dialog::TransactionHandle;
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::dialog::invitation::InviteOption;
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::platform::CancellationToken;
use rsipstack::sip::{Header, HostWithPort, StatusCode, Uri};
use rsipstack::transaction::endpoint::{EndpointInnerRef, EndpointOption};
use rsipstack::transaction::transaction::TransactionEventSender;
use rsipstack::transport::SipAddr;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;

/// What we can do, in Allow.
pub(super) const ALLOWED: &str =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, INFO, UPDATE, REFER, NOTIFY, MESSAGE, REGISTER";

/// Why the stack cannot do something.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An address cannot be listened on.
    #[error("{0} cannot be listened on for SIP")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The stack below says no.
    #[error("SIP: {0}")]
    Stack(String),
    /// There is no such trunk in the configuration.
    #[error("no trunk {0}")]
    NoTrunk(TrunkName),
    /// The seat has no phone that is registered.
    #[error("no phone at {0}")]
    NoPhone(SeatName),
}

impl std::convert::From<rsipstack::Error> for Failure {
    fn from(error: rsipstack::Error) -> Self {
        Self::Stack(error.to_string())
    }
}

/// A call to place.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Who stands in From.
    pub from: From,
    /// Other headers.
    pub headers: Vec<(&'static str, String)>,
    /// Our SDP.
    pub offer: Vec<u8>,
}

/// The other side waits for an answer to its offer; without one it gets 488.
#[derive(Debug)]
pub struct Reply {
    pub(super) handle: TransactionHandle,
    /// What a 200 must say besides.
    pub(super) headers: Vec<Header>,
}

/// One dialog as we keep it.
pub(super) struct Held {
    pub(super) dialog: InviteDialog,
    /// It came on a trunk: how its request is answered.
    pub(super) arrived: Option<TransactionEventSender>,
    /// It counts among the calls of trunks.
    pub(super) counts: bool,
    /// Where its other side is, as far as that is needed before it is up.
    pub(super) peer: Option<SipAddr>,
    /// What was agreed on its timer, once it is up.
    pub(super) session: Option<Session>,
    /// Its caller insists that what is said before the answer arrives.
    pub(super) reliable: Option<Reliable>,
    /// We ask for a change of the session, and are not answered yet.
    pub(super) asking: bool,
    /// Where it is told how a transfer goes that it asked for.
    pub(super) progress: Option<UnboundedSender<u16>>,
}

pub(super) struct Shared {
    pub(super) endpoint: EndpointInnerRef,
    pub(super) layer: Arc<DialogLayer>,
    pub(super) settings: Settings,
    pub(super) guard: Arc<Guard>,
    pub(super) registrar: Registrar,
    pub(super) held: Mutex<HashMap<DialogNo, Held>>,
    /// What a BYE said, until its dialog's end is told.
    pub(super) byes: Mutex<HashMap<String, Cause>>,
    /// Ends that wait for a request under way.
    ends: Mutex<HashMap<DialogNo, Cause>>,
    pub(super) arrived: AtomicUsize,
    pub(super) said: UnboundedSender<Said>,
    next: AtomicU64,
    stop: CancellationToken,
    /// Ends that are being said.
    ending: watch::Sender<usize>,
}

/// The handle.
pub struct Stack {
    pub(super) shared: Arc<Shared>,
}

impl Stack {
    /// Listens and begins to tell. `secret` is random: it signs challenges.
    ///
    /// # Errors
    /// [`Failure::Listen`] for an address that is taken or not ours.
    pub async fn start(
        settings: Settings,
        secret: &[u8],
        said: UnboundedSender<Said>,
    ) -> Result<Self, Failure> {
        let former = Former::default();
        Self::resume(settings, secret, said, former)
            .await
            .map(|(stack, _)| stack)
    }

    /// As [`Stack::start`], with what a former program left: its dialogs and registrations are there again before the first
    /// message is read. For each dialog its number, or nothing if it cannot be had again.
    ///
    /// # Errors
    /// As [`Stack::start`].
    pub async fn resume(
        settings: Settings,
        secret: &[u8],
        said: UnboundedSender<Said>,
        former: Former,
    ) -> Result<(Self, Vec<Option<DialogNo>>), Failure> {
        let stop = CancellationToken::new();
        let guard = Arc::new(Guard::new(groups(&settings)));
        let layer = transports(&settings, &guard, &stop).await?;
        let endpoint = EndpointBuilder::new()
            .with_user_agent("liandong")
            .with_option(EndpointOption {
                callid_suffix: Some(settings.domain.clone()),
                ..EndpointOption::default()
            })
            .with_cancel_token(stop.clone())
            .with_transport_layer(layer)
            .with_transport_inspector(Box::new(Door {
                guard: Arc::clone(&guard),
                settings: settings.clone(),
            }))
            .with_inspector(Box::new(super::challenge::Answers))
            .build();
        let incoming = endpoint.incoming_transactions()?;
        let shared = Arc::new(Shared {
            endpoint: Arc::clone(&endpoint.inner),
            layer: Arc::new(DialogLayer::new(Arc::clone(&endpoint.inner))),
            registrar: Registrar::new(settings.domain.clone(), settings.phones.clone(), secret),
            settings,
            guard,
            held: Mutex::new(HashMap::new()),
            byes: Mutex::new(HashMap::new()),
            ends: Mutex::new(HashMap::new()),
            arrived: AtomicUsize::new(0),
            said,
            next: AtomicU64::new(1),
            stop,
            ending: watch::Sender::new(0),
        });
        for (seat, text, age) in &former.phones {
            if shared.registrar.resume(seat, text, *age, Instant::now()) {
                shared.tell(Said::Phone(seat.clone(), true));
            }
        }
        let again = former.dialogs.iter().map(|kept| {
            shared
                .resume(kept)
                .inspect_err(|error| tracing::warn!(%error, "a dialog cannot be taken up again"))
                .ok()
        });
        let again = again.collect();
        tokio::spawn(async move { endpoint.serve().await });
        for goodbye in former.goodbyes {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                if let Err(error) = goodbye.say(&shared).await {
                    tracing::debug!(%error, "somebody is rung for nobody until their own patience ends");
                }
            });
        }
        let listening = Arc::clone(&shared);
        tokio::spawn(async move { listening.listen(incoming).await });
        super::trunk::watch(&shared);
        Ok((Self { shared }, again))
    }

    /// What has to be kept of a dialog that is up, so that it can be had again.
    #[must_use]
    pub fn keep(&self, no: DialogNo) -> Option<KeptDialog> {
        self.shared.held().get(&no).and_then(KeptDialog::of)
    }

    /// What is to be said, should the program be killed while a dialog is not answered.
    #[must_use]
    pub fn goodbye(&self, no: DialogNo) -> Option<Goodbye> {
        let held = self.shared.held();
        held.get(&no)
            .and_then(|held| Goodbye::of(&self.shared, held))
    }

    /// What was turned away before it was read.
    #[must_use]
    pub fn refused(&self) -> &Refused {
        self.shared.guard.refused()
    }

    /// Dialogs that are held.
    #[must_use]
    pub fn dialogs(&self) -> usize {
        self.shared.held().len()
    }

    /// A trunk by its name.
    #[must_use]
    pub fn trunk(&self, name: &TrunkName) -> Option<&Trunk> {
        self.shared.settings.trunks.iter().find(|t| t.name == *name)
    }

    /// The trunks by name.
    pub fn trunks(&self) -> impl Iterator<Item = &TrunkName> {
        self.shared.settings.trunks.iter().map(|t| &t.name)
    }

    /// Our domain.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.shared.settings.domain
    }

    /// Whether a seat's hard phone is registered.
    #[must_use]
    pub fn has_phone(&self, seat: &SeatName) -> bool {
        self.shared.registrar.find(seat, Instant::now()).is_some()
    }

    /// Calls a number on a trunk.
    ///
    /// # Errors
    /// [`Failure::NoTrunk`], or what the stack says of the request.
    pub fn place(
        &self,
        trunk: &TrunkName,
        number: &str,
        invite: Invite,
    ) -> Result<DialogNo, Failure> {
        let trunk = self
            .trunk(trunk)
            .ok_or_else(|| Failure::NoTrunk(trunk.clone()))?;
        let target = format!("sip:{}@{}:{}", encoded(number), trunk.host, trunk.port);
        let destination = address(trunk)?;
        self.invite(&target, destination, trunk.account.as_ref(), invite)
    }

    /// Calls a seat's hard phone.
    ///
    /// # Errors
    /// [`Failure::NoPhone`], or what the stack says of the request.
    pub fn ring(&self, seat: &SeatName, invite: Invite) -> Result<DialogNo, Failure> {
        let (_, binding) = self
            .shared
            .registrar
            .find(seat, Instant::now())
            .ok_or_else(|| Failure::NoPhone(seat.clone()))?;
        self.invite(&binding.contact, binding.source, None, invite)
    }

    fn invite(
        &self,
        target: &str,
        destination: SipAddr,
        account: Option<&Account>,
        invite: Invite,
    ) -> Result<DialogNo, Failure> {
        let shared = &self.shared;
        let mut headers: Vec<Header> = invite
            .headers
            .into_iter()
            .map(|(name, value)| Header::Other(name.to_owned(), value))
            .collect();
        headers.push(Header::Supported("timer, replaces, histinfo, uui".into()));
        headers.push(Header::Allow(ALLOWED.into()));
        let seconds = shared.settings.session_seconds;
        headers.push(Header::Other(
            "Session-Expires".to_owned(),
            seconds.to_string(),
        ));
        headers.push(Header::Other("Min-SE".to_owned(), "90".to_owned()));
        let option = InviteOption {
            caller_display_name: invite.from.display.as_deref().map(super::value::escaped),
            caller: uri(&invite.from.uri)?,
            callee: uri(target)?,
            destination: Some(destination.clone()),
            contact: shared
                .layer
                .build_local_contact(Some("liandong".to_owned()), None)?,
            credential: account.map(credential),
            headers: Some(headers),
            offer: Some(invite.offer),
            support_prack: true,
            ..InviteOption::default()
        };
        let (state, states) = shared.layer.new_dialog_state_channel();
        let (dialog, result) = shared.layer.do_invite_async(option, state)?;
        let no = shared.hold(dialog.clone(), None, Some(destination));
        tokio::spawn(Watch::new(no, shared, dialog, states).placed(result));
        Ok(no)
    }

    /// Says that it rings (180), or with SDP that it has sound before its answer (183).
    pub fn progress(&self, no: DialogNo, sdp: Option<Vec<u8>>) {
        self.shared.step(no, Step::Progress(sdp));
    }

    /// Answers a call that arrived (200).
    pub fn answer(&self, no: DialogNo, sdp: Vec<u8>) {
        self.shared.step(no, Step::Answer(sdp));
    }

    /// Turns away a call that arrived.
    pub fn refuse(&self, no: DialogNo, cause: &Cause, retry_after: Option<u32>) {
        let Some(held) = self.shared.release(no) else {
            return;
        };
        super::watch::refuse(&self.shared, &held, cause, retry_after);
    }

    /// Ends a dialog in whatever state it is: CANCEL, BYE, or 480 to a call that arrived. Nothing of it
    /// is told any more.
    pub fn end(&self, no: DialogNo, cause: &Cause) {
        let Some(held) = self.shared.release(no) else {
            return;
        };
        let shared = Arc::clone(&self.shared);
        let cause = cause.clone();
        self.shared.ending.send_modify(|ending| *ending += 1);
        tokio::spawn(async move {
            super::watch::end(&shared, no, &held, &cause).await;
            shared.ending.send_modify(|ending| *ending -= 1);
        });
    }

    /// Neither hears nor says anything from now on.
    pub fn stop(&self) {
        self.shared.stop.cancel();
    }

    /// Until the other sides know of every end: whoever stops before hangs up on nobody.
    pub async fn ended(&self) {
        // The sender is ours: it does not go.
        let _ = self
            .shared
            .ending
            .subscribe()
            .wait_for(|ending| *ending == 0)
            .await;
    }

    /// Answers the other side's offer; `None` refuses it (488), and the session stays as it was.
    pub fn agree(&self, reply: Reply, sdp: Option<Vec<u8>>) {
        tokio::spawn(async move {
            let answered = match sdp {
                Some(sdp) => {
                    let mut headers = reply.headers;
                    headers.push(sdp_type());
                    reply
                        .handle
                        .respond(StatusCode::OK, Some(headers), Some(sdp))
                        .await
                }
                None => reply.handle.reply(StatusCode::NotAcceptableHere).await,
            };
            if answered.is_err() {
                tracing::debug!("an offer was taken back before it was answered");
            }
        });
    }

    /// Tells a phone to take the call that rings there, as if its handset were lifted (NOTIFY, Event: talk).
    pub fn talk(&self, no: DialogNo) {
        let Some(dialog) = self.shared.dialog(no) else {
            return;
        };
        tokio::spawn(async move {
            let headers = vec![
                Header::Other("Event".to_owned(), "talk".to_owned()),
                Header::Other("Subscription-State".to_owned(), "active".to_owned()),
            ];
            if let Err(error) = dialog.notify(Some(headers), None).await {
                tracing::debug!(%error, "a phone cannot be told to talk");
            }
        });
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    /// Says when everything is to end.
    pub(super) fn stopped(&self) -> CancellationToken {
        self.stop.clone()
    }

    pub(super) fn held(&self) -> std::sync::MutexGuard<'_, HashMap<DialogNo, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn dialog(&self, no: DialogNo) -> Option<InviteDialog> {
        self.held().get(&no).map(|h| h.dialog.clone())
    }

    pub(super) fn hold(
        &self,
        dialog: InviteDialog,
        arrived: Option<TransactionEventSender>,
        peer: Option<SipAddr>,
    ) -> DialogNo {
        let no = DialogNo(self.next.fetch_add(1, Ordering::Relaxed));
        let counts = arrived.is_some();
        if counts {
            self.arrived.fetch_add(1, Ordering::Relaxed);
        }
        let held = Held {
            dialog,
            arrived,
            counts,
            peer,
            session: None,
            reliable: None,
            asking: false,
            progress: None,
        };
        self.held().insert(no, held);
        no
    }

    /// What was agreed on a dialog's timer.
    pub(super) fn agreed(&self, no: DialogNo, session: Option<Session>) {
        if let Some(held) = self.held().get_mut(&no) {
            held.session = session;
        }
    }

    /// Takes a dialog out; whoever gets it ends it, and nobody tells of it any more.
    pub(super) fn release(&self, no: DialogNo) -> Option<Held> {
        let held = self.held().remove(&no)?;
        if held.counts {
            self.arrived.fetch_sub(1, Ordering::Relaxed);
        }
        Some(held)
    }

    /// Ends a dialog when the request that is under way in it is done.
    pub(super) fn put_off(&self, no: DialogNo, cause: Cause) {
        self.ends
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(no, cause);
    }

    /// The end that was put off, if there is one; it is given once.
    pub(super) fn due(&self, no: DialogNo) -> Option<Cause> {
        self.ends
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&no)
    }

    pub(super) fn forget(&self, id: &DialogId) {
        self.layer.remove_dialog(id);
        self.byes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id.to_string());
    }

    pub(super) fn tell(&self, said: Said) {
        // Without an engine nobody listens any more.
        let _ = self.said.send(said);
    }
}

pub(super) fn address(trunk: &Trunk) -> Result<SipAddr, Failure> {
    let host = HostWithPort::try_from(format!("{}:{}", trunk.host, trunk.port))
        .map_err(|error| Failure::Stack(error.to_string()))?;
    Ok(SipAddr {
        r#type: Some(trunk.transport.into()),
        addr: host,
    })
}

pub(super) fn credential(account: &Account) -> Credential {
    Credential {
        username: account.user.clone(),
        password: account.password.clone(),
        realm: None,
        auth_username: None,
    }
}

pub(super) fn uri(text: &str) -> Result<Uri, Failure> {
    Uri::try_from(text).map_err(|error| Failure::Stack(error.to_string()))
}

pub(super) fn sdp_type() -> Header {
    Header::ContentType("application/sdp".into())
}

//! One task for every dialog: what the stack below says of it, in our words, until it is over.

use super::message;
use super::stack::{Held, Reply, Shared};
use super::timer::{self, Session};
use super::word::{DialogNo, Said, Word};
use crate::call::{Cause, Ender};
use rsipstack::dialog::dialog::{
    DialogState, DialogStateReceiver, TerminatedReason, TransactionHandle,
};
use rsipstack::dialog::invitation::InviteAsyncResult;
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Header, Method, Request, Response, StatusCode};
use rsipstack::transaction::key::TransactionRole;
use rsipstack::transaction::transaction::TransactionEvent;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError};
use tokio::task::JoinHandle;
use tokio::time::Instant;

pub(super) struct Watch {
    pub(super) no: DialogNo,
    pub(super) shared: Arc<Shared>,
    pub(super) dialog: InviteDialog,
    pub(super) states: DialogStateReceiver,
    /// CSeq of the last ACK that was looked at.
    acknowledged: AtomicU32,
}

impl Watch {
    pub(super) fn new(
        no: DialogNo,
        shared: &Arc<Shared>,
        dialog: InviteDialog,
        states: DialogStateReceiver,
    ) -> Self {
        Self {
            no,
            shared: Arc::clone(shared),
            dialog,
            states,
            acknowledged: AtomicU32::new(0),
        }
    }

    /// A call that we placed.
    pub(super) async fn placed(mut self, result: JoinHandle<InviteAsyncResult>) {
        while let Some(state) = self.states.recv().await {
            match state {
                DialogState::Early(_, response) => self.early(response),
                DialogState::Confirmed(_, response) => {
                    let session = timer::as_answered(&response);
                    self.shared.agreed(self.no, session);
                    self.tell(Word::Answered(response.body));
                    return self.up(session).await;
                }
                DialogState::Terminated(..) => break,
                other => self.amid(other, &mut None),
            }
        }
        let cause = match result.await {
            Ok(Ok((_, Some(response)))) => message::failure(&response),
            Ok(Ok((_, None))) => Cause::sip(408),
            _ => Cause::sip(503),
        };
        if self.shared.release(self.no).is_some() {
            self.tell(Word::Failed(cause));
        }
        self.shared.forget(&self.dialog.id());
    }

    /// A call that arrived.
    pub(super) async fn arrived(mut self) {
        while let Some(state) = self.states.recv().await {
            match state {
                DialogState::Confirmed(..) => {
                    let request = self.dialog.initial_request();
                    let session = timer::as_asked(&request, &self.shared.settings);
                    self.shared.agreed(self.no, session);
                    let body = self.acknowledgement().unwrap_or_default();
                    self.tell(Word::Acknowledged(body));
                    return self.up(session).await;
                }
                DialogState::Terminated(_, reason) => return self.over(&reason),
                other => self.amid(other, &mut None),
            }
        }
        self.over(&TerminatedReason::Timeout);
    }

    /// A call of a former program: whether its other side is still there is asked at once, and its timer begins anew. Where
    /// we refresh the session the question does that, too, since nobody knows how late it is.
    pub(super) async fn resumed(self, session: Option<Session>) {
        match session {
            Some(session) if session.ours => self.refresh(session),
            _ => self.ask(),
        }
        self.up(session).await;
    }

    /// Asks the other side for a sign of life (RFC 3261, 11): whoever knows nothing of the dialog says 481.
    fn ask(&self) {
        let dialog = self.dialog.clone();
        let (no, shared) = (self.no, Arc::clone(&self.shared));
        tokio::spawn(async move {
            let answer = dialog.request(Method::Options, None, None).await;
            gone(&shared, no, answer).await;
        });
    }

    async fn up(mut self, mut session: Option<Session>) {
        let mut due = session.map(|s| Instant::now() + s.wait());
        loop {
            let far = Instant::now() + std::time::Duration::from_secs(86_400);
            tokio::select! {
                state = self.states.recv() => match state {
                    None => return self.over(&TerminatedReason::Timeout),
                    Some(DialogState::Terminated(_, reason)) => return self.over(&reason),
                    Some(other) => {
                        if self.amid_up(other, &mut session) {
                            due = session.map(|s| Instant::now() + s.wait());
                        }
                    }
                },
                () = tokio::time::sleep_until(due.unwrap_or(far)) => match session {
                    Some(session) if session.ours => {
                        self.refresh(session);
                        due = Some(Instant::now() + session.wait());
                    }
                    Some(_) => return self.expired().await,
                    None => {}
                },
            }
        }
    }

    /// Whether the session was refreshed.
    fn amid_up(&self, state: DialogState, session: &mut Option<Session>) -> bool {
        let refreshed = matches!(state, DialogState::Updated(..));
        self.amid(state, session);
        refreshed
    }

    /// The other side said nothing in time.
    async fn expired(self) {
        let Some(held) = self.shared.release(self.no) else {
            return;
        };
        let cause = Cause {
            text: Some("Session Timer Expired".to_owned()),
            ..Cause::sip(408)
        };
        self.tell(Word::Ended(Ender::Network, cause.clone()));
        end(&self.shared, self.no, &held, &cause).await;
        self.shared.forget(&self.dialog.id());
    }

    fn refresh(&self, session: Session) {
        let dialog = self.dialog.clone();
        let (no, shared) = (self.no, Arc::clone(&self.shared));
        tokio::spawn(async move {
            let headers = vec![
                session.header(true),
                Header::Supported("timer".into()),
                Header::Other("Min-SE".to_owned(), "90".to_owned()),
            ];
            let answer = dialog.update(Some(headers), None).await;
            gone(&shared, no, answer).await;
        });
    }

    fn early(&self, response: Response) {
        if response.body.is_empty() {
            self.tell(Word::Ringing);
        } else {
            self.tell(Word::Early(response.body));
        }
    }

    /// Requests within the dialog.
    fn amid(&self, state: DialogState, session: &mut Option<Session>) {
        match state {
            DialogState::Updated(_, request, handle) => self.offered(request, handle, session),
            DialogState::Refer(_, request, handle) => self.refer(&request, handle),
            DialogState::Info(_, request, handle) => {
                if let Some(key) = key(&request) {
                    self.tell(Word::Key(key));
                }
                reply(handle, StatusCode::OK, Vec::new());
            }
            DialogState::Confirmed(..) => {
                // Whoever asked for our offer answers it here.
                if let Some(body) = self.acknowledgement().filter(|body| !body.is_empty()) {
                    self.tell(Word::Agreed(body));
                }
                if let Some(cause) = self.shared.due(self.no) {
                    let (shared, dialog) = (Arc::clone(&self.shared), self.dialog.clone());
                    tokio::spawn(async move { bye(&shared, &dialog, &cause).await });
                }
            }
            DialogState::Options(_, _, handle)
            | DialogState::Message(_, _, handle)
            | DialogState::Notify(_, _, handle) => reply(handle, StatusCode::OK, Vec::new()),
            _ => {}
        }
    }

    /// Body of an ACK that was not looked at yet.
    fn acknowledgement(&self) -> Option<Vec<u8>> {
        let ack = self.dialog.last_remote_ack()?;
        let sequence = message::sequence(&ack)?;
        let before = self.acknowledged.swap(sequence, Ordering::Relaxed);
        (before != sequence).then_some(ack.body)
    }

    fn offered(&self, request: Request, handle: TransactionHandle, session: &mut Option<Session>) {
        if let Some(headers) = timer::too_short(&request) {
            return reply(handle, StatusCode::SessionIntervalTooSmall, headers);
        }
        let asked = timer::as_asked(&request, &self.shared.settings);
        let headers = asked.map(|s| s.header(false)).into_iter().collect();
        if asked.is_some() {
            *session = asked;
            self.shared.agreed(self.no, asked);
        }
        if request.body.is_empty() && request.method == Method::Update {
            // Nothing but a refresh.
            return reply(handle, StatusCode::OK, headers);
        }
        self.tell(Word::Offered(request.body, Reply { handle, headers }));
    }

    fn refer(&self, request: &Request, handle: TransactionHandle) {
        let value = message::first(request, "Refer-To").unwrap_or_default();
        let Some(to) = super::value::user(value) else {
            return reply(handle, StatusCode::BadRequest, Vec::new());
        };
        let replaces = message::replaces(value).and_then(|(call, to, from)| {
            // Its to-tag is what our side calls local, or remote: both ways round are looked at.
            let held = self.shared.held();
            held.iter()
                .find(|(_, h)| {
                    let id = h.dialog.id();
                    id.call_id == call
                        && ((id.local_tag == to && id.remote_tag == from)
                            || (id.local_tag == from && id.remote_tag == to))
                })
                .map(|(no, _)| *no)
        });
        reply(handle, StatusCode::Accepted, Vec::new());
        self.tell(Word::Refer { to, replaces });
    }

    fn over(self, reason: &TerminatedReason) {
        let id = self.dialog.id();
        let bye = self
            .shared
            .byes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id.to_string());
        if self.shared.release(self.no).is_some() {
            let (by, cause) = match reason {
                TerminatedReason::Timeout => (Ender::Network, Cause::sip(408)),
                TerminatedReason::UacCancel => (Ender::Remote, Cause::sip(487)),
                TerminatedReason::ProxyError(status)
                | TerminatedReason::UacOther(status)
                | TerminatedReason::UasOther(status) => {
                    (Ender::Network, Cause::sip(u16::from(status.clone())))
                }
                _ => (Ender::Remote, bye.unwrap_or_else(|| Cause::sip(200))),
            };
            self.tell(Word::Ended(by, cause));
        }
        self.shared.forget(&id);
    }

    fn tell(&self, word: Word) {
        self.shared.tell(Said::Dialog(self.no, word));
    }
}

/// Ends a dialog whose other side does not know it or does not answer: 408 and 481 say so (RFC 5057).
async fn gone(shared: &Arc<Shared>, no: DialogNo, answer: rsipstack::Result<Option<Response>>) {
    let gone = match answer {
        Ok(Some(answer)) => matches!(u16::from(answer.status_code), 408 | 481),
        Ok(None) => false,
        Err(_) => true,
    };
    if gone && let Some(held) = shared.release(no) {
        let cause = Cause::sip(408);
        shared.tell(Said::Dialog(no, Word::Ended(Ender::Network, cause.clone())));
        end(shared, no, &held, &cause).await;
    }
}

fn reply(handle: TransactionHandle, status: StatusCode, headers: Vec<Header>) {
    tokio::spawn(async move {
        if handle.respond(status, Some(headers), None).await.is_err() {
            tracing::debug!("a request was taken back before it was answered");
        }
    });
}

/// A key in the body of an INFO.
fn key(request: &Request) -> Option<char> {
    let text = std::str::from_utf8(&request.body).ok()?;
    let kind = message::first(request, "Content-Type")?.to_ascii_lowercase();
    let text = match kind.split(';').next()?.trim() {
        "application/dtmf-relay" => text.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("signal")
                .then_some(value.trim())
        })?,
        "application/dtmf" => text.trim(),
        _ => return None,
    };
    let key = text.chars().next()?.to_ascii_uppercase();
    crate::media::dtmf::is_key(key).then_some(key)
}

/// Turns away a call that arrived.
pub(super) fn refuse(shared: &Shared, held: &Held, cause: &Cause, retry_after: Option<u32>) {
    let Some(answer) = &held.arrived else { return };
    let response = turned_away(shared, held, cause, retry_after);
    if answer.send(TransactionEvent::Respond(response)).is_err() {
        tracing::debug!("a call that arrived was over before it could be turned away");
    }
    shared.forget(&held.dialog.id());
}

/// The final answer to a call that arrived.
pub(super) fn turned_away(
    shared: &Shared,
    held: &Held,
    cause: &Cause,
    retry_after: Option<u32>,
) -> Response {
    let request = held.dialog.initial_request();
    let status = StatusCode::from(cause.sip.clamp(400, 699));
    let mut response = shared.endpoint.make_response(&request, status, None);
    // The same tag as in whatever was said before.
    for header in response.headers.iter_mut() {
        if let Header::To(to) = header {
            let value = to.to_string();
            let value = value
                .split_once(':')
                .map_or("", |(_, v)| v)
                .trim()
                .to_owned();
            *to = format!("{value};tag={}", held.dialog.id().local_tag).into();
        }
    }
    response
        .headers
        .push(Header::Reason(message::reason(cause).into()));
    if let Some(seconds) = retry_after {
        response
            .headers
            .push(Header::RetryAfter(seconds.to_string().into()));
    }
    response
}

/// Ends a dialog that was released.
pub(super) async fn end(shared: &Shared, no: DialogNo, held: &Held, cause: &Cause) {
    let dialog = &held.dialog;
    match (dialog.role(), dialog.state()) {
        (_, DialogState::Terminated(..)) => shared.forget(&dialog.id()),
        (
            TransactionRole::Server,
            DialogState::Calling(_) | DialogState::Trying(_) | DialogState::Early(..),
        ) => {
            let unavailable = Cause::sip(480);
            refuse(
                shared,
                held,
                if cause.sip < 400 { &unavailable } else { cause },
                None,
            );
        }
        // Its task stays until the final answer, and forgets it then.
        (
            TransactionRole::Client,
            DialogState::Calling(_) | DialogState::Trying(_) | DialogState::Early(..),
        ) => {
            cancel(dialog).await;
        }
        (_, DialogState::Confirmed(..) | DialogState::WaitAck(..)) => {
            bye(shared, dialog, cause).await;
        }
        // Amid a request of the other side no BYE can be sent: as soon as that is done.
        _ => {
            shared.put_off(no, cause.clone());
            if matches!(dialog.state(), DialogState::Confirmed(..))
                && let Some(cause) = shared.due(no)
            {
                bye(shared, dialog, &cause).await;
            }
        }
    }
}

async fn bye(shared: &Shared, dialog: &InviteDialog, cause: &Cause) {
    let headers = vec![Header::Reason(message::reason(cause).into())];
    if let Err(error) = dialog.bye_with_headers(Some(headers)).await {
        tracing::debug!(%error, "the other side does not answer to the end of a call");
    }
    shared.forget(&dialog.id());
}

async fn cancel(dialog: &InviteDialog) {
    if let Err(error) = dialog.cancel().await {
        tracing::debug!(%error, "the other side does not answer to a CANCEL");
    }
}

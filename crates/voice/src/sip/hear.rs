//! Requests that come in: new calls, registrations, questions, and what belongs to a dialog.

use super::message;
use super::reliable::Reliable;
use super::stack::{ALLOWED, Shared};
use super::watch::Watch;
use super::word::{Incoming, Said};
use rsipstack::dialog::dialog::Dialog;
use rsipstack::sip::uri::Scheme;
use rsipstack::sip::{Header, Method, Request, StatusCode};
use rsipstack::transaction::transaction::Transaction;
use rsipstack::transport::SipAddr;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

/// Extensions somebody may insist on.
const SUPPORTED: [&str; 6] = [
    super::reliable::TAG,
    "timer",
    "replaces",
    "histinfo",
    "norefersub",
    "uui",
];

impl Shared {
    pub(super) async fn listen(
        self: Arc<Self>,
        mut incoming: tokio::sync::mpsc::UnboundedReceiver<Transaction>,
    ) {
        while let Some(transaction) = incoming.recv().await {
            let shared = Arc::clone(&self);
            tokio::spawn(async move {
                if let Err(error) = shared.hear(transaction).await {
                    tracing::debug!(%error, "a request came to nothing");
                }
            });
        }
    }

    async fn hear(self: Arc<Self>, mut transaction: Transaction) -> rsipstack::Result<()> {
        if transaction.original.method != Method::Ack
            && let Some(status) = unfit(&transaction.original)
        {
            return transaction.reply(status).await;
        }
        let in_dialog =
            message::first(&transaction.original, "To").is_some_and(|to| to.contains(";tag="));
        if in_dialog {
            return self.within(transaction).await;
        }
        match transaction.original.method {
            Method::Invite => self.arrival(transaction).await,
            Method::Register => {
                let source = source(&transaction);
                let answer =
                    self.registrar
                        .register(&transaction.original, &source, Instant::now());
                if let Some((seat, kept)) = answer.kept {
                    self.tell(Said::Bound(seat, kept));
                }
                if let Some((seat, there)) = answer.changed {
                    self.tell(Said::Phone(seat, there));
                }
                transaction
                    .reply_with(answer.status, answer.headers, None)
                    .await
            }
            Method::Options => {
                let headers = vec![
                    Header::Allow(ALLOWED.into()),
                    Header::Accept("application/sdp".into()),
                ];
                transaction.reply_with(StatusCode::OK, headers, None).await
            }
            Method::Ack => Ok(()),
            Method::Bye
            | Method::PRack
            | Method::Update
            | Method::Info
            | Method::Refer
            | Method::Notify => {
                transaction
                    .reply(StatusCode::CallTransactionDoesNotExist)
                    .await
            }
            _ => {
                let headers = vec![Header::Allow(ALLOWED.into())];
                transaction
                    .reply_with(StatusCode::MethodNotAllowed, headers, None)
                    .await
            }
        }
    }

    async fn within(self: &Arc<Self>, mut transaction: Transaction) -> rsipstack::Result<()> {
        let Some(Dialog::Invite(mut dialog)) = self.layer.match_dialog(&transaction) else {
            if transaction.original.method == Method::Ack {
                return Ok(());
            }
            return transaction
                .reply(StatusCode::CallTransactionDoesNotExist)
                .await;
        };
        if transaction.original.method == Method::Bye {
            let cause = message::cause(&transaction.original, 200, None);
            let mut byes = self.byes.lock().unwrap_or_else(PoisonError::into_inner);
            byes.insert(dialog.id().to_string(), cause);
        }
        if self.crosses(&transaction.original, &dialog.id()) {
            return transaction.reply(StatusCode::RequestPending).await;
        }
        if transaction.original.method == Method::PRack {
            return self.prack(&dialog, transaction).await;
        }
        dialog.handle(&mut transaction).await
    }

    async fn arrival(self: &Arc<Self>, mut transaction: Transaction) -> rsipstack::Result<()> {
        let request = &transaction.original;
        let peer = source(&transaction);
        let from = peer.get_socketaddr().ok();
        let Some(trunk) = from.and_then(|from| self.settings.trunk_of(from)) else {
            return transaction.reply(StatusCode::Forbidden).await;
        };
        let unknown: Vec<String> = message::values(request, "Require")
            .into_iter()
            .filter(|tag| !SUPPORTED.iter().any(|s| s.eq_ignore_ascii_case(tag)))
            .collect();
        if !unknown.is_empty() {
            let headers = vec![Header::Unsupported(unknown.join(", ").into())];
            return transaction
                .reply_with(StatusCode::BadExtension, headers, None)
                .await;
        }
        if message::first(request, "Max-Forwards").is_some_and(|v| v.trim() == "0") {
            return transaction.reply(StatusCode::TooManyHops).await;
        }
        let kind = message::first(request, "Content-Type").unwrap_or_default();
        let sdp = kind
            .trim()
            .to_ascii_lowercase()
            .starts_with("application/sdp");
        if !request.body.is_empty() && !sdp {
            let headers = vec![Header::Accept("application/sdp".into())];
            return transaction
                .reply_with(StatusCode::UnsupportedMediaType, headers, None)
                .await;
        }
        if let Some(headers) = super::timer::too_short(request) {
            return transaction
                .reply_with(StatusCode::SessionIntervalTooSmall, headers, None)
                .await;
        }
        if self.arrived.load(Ordering::Relaxed) >= self.settings.most_calls {
            let headers = vec![Header::RetryAfter("5".into())];
            return transaction
                .reply_with(StatusCode::ServiceUnavailable, headers, None)
                .await;
        }
        let insists = super::reliable::wanted(request);
        let incoming = Incoming {
            trunk: trunk.name.clone(),
            caller: message::caller(request),
            called: message::called(request),
            correlation: message::correlation(request),
            offer: request.body.clone(),
            headers: message::all(request),
        };
        let (state, states) = self.layer.new_dialog_state_channel();
        let mut dialog = self
            .layer
            .get_or_create_server_invite(&transaction, state, None, None)?;
        let answer = transaction.tu_sender.clone();
        let no = self.hold(dialog.clone(), Some(answer), Some(peer));
        if let Some(held) = self.held().get_mut(&no) {
            held.reliable = insists.then(Reliable::default);
        }
        self.tell(Said::Arrived(no, Box::new(incoming)));
        tokio::spawn(Watch::new(no, self, dialog.clone(), states).arrived());
        dialog.handle(&mut transaction).await
    }
}

/// Why a request is refused whatever it asks for (RFC 3261, 8.1.1.5 and 8.2.2.1).
pub(super) fn unfit(request: &Request) -> Option<StatusCode> {
    let method = message::first(request, "CSeq").and_then(|value| value.split_whitespace().nth(1));
    if method.is_none_or(|method| method != request.method.to_string()) {
        return Some(StatusCode::BadRequest);
    }
    match &request.uri.scheme {
        Some(Scheme::Sip | Scheme::Sips) => None,
        Some(Scheme::Other(other)) if other.eq_ignore_ascii_case("tel") => None,
        // One with dots or digits is read as none.
        _ => Some(StatusCode::UnsupportedUriScheme),
    }
}

/// Where a message came from.
fn source(transaction: &Transaction) -> SipAddr {
    transaction
        .connection
        .as_ref()
        .and_then(|c| {
            let mut address = c.get_remote_addr()?.clone();
            address.r#type = Some(c.transport());
            Some(address)
        })
        .unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)).into())
}

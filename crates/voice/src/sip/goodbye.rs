//! What is said for a dialog that was not confirmed when the program was killed, so that nobody's phone rings for nobody: to a
//! caller the final answer, to a phone that rings the CANCEL. Neither needs the transaction that is gone.

use super::settings::Transport;
use super::stack::{Failure, Held, Shared};
use crate::call::Cause;
use rsipstack::dialog::dialog::DialogState;
use rsipstack::sip::prelude::{HasHeaders as _, HeadersExt as _};
use rsipstack::sip::{Header, HostWithPort, Method, Request, SipMessage, StatusCodeKind};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transaction::transaction::Transaction;
use rsipstack::transport::SipAddr;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A message that is ready, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goodbye {
    message: String,
    transport: Option<Transport>,
    host: String,
}

impl Goodbye {
    /// `None` for a dialog that is answered, or at its end.
    pub(super) fn of(shared: &Shared, held: &Held) -> Option<Self> {
        let peer = held.peer.as_ref()?;
        let unanswered = matches!(
            held.dialog.state(),
            DialogState::Calling(_) | DialogState::Trying(_) | DialogState::Early(..)
        );
        let message = match held.dialog.role() {
            _ if !unanswered => return None,
            TransactionRole::Server => {
                super::watch::turned_away(shared, held, &Cause::sip(480), None).to_string()
            }
            TransactionRole::Client => cancel(held.dialog.initial_request())?.to_string(),
        };
        Some(Self {
            message,
            transport: peer.r#type.and_then(Transport::of),
            host: peer.addr.to_string(),
        })
    }

    /// Says it, once.
    pub(super) async fn say(self, shared: &Arc<Shared>) -> Result<(), Failure> {
        let broken = |error: rsipstack::sip::Error| Failure::Stack(error.to_string());
        let to = SipAddr {
            r#type: self.transport.map(Into::into),
            addr: HostWithPort::try_from(self.host).map_err(broken)?,
        };
        match SipMessage::try_from(self.message).map_err(broken)? {
            SipMessage::Response(response) => {
                let layer = &shared.endpoint.transport_layer;
                let (connection, to) = layer.lookup(&to, None).await?;
                connection
                    .send(SipMessage::Response(response), Some(&to))
                    .await?;
            }
            SipMessage::Request(request) => {
                let key = TransactionKey::from_request(&request, TransactionRole::Client)?;
                let endpoint = Arc::clone(&shared.endpoint);
                let mut transaction = Transaction::new_client(key, request, endpoint, None);
                transaction.destination = Some(to);
                transaction.send().await?;
                // It is repeated until it is answered.
                while let Some(message) = transaction.receive().await {
                    if let SipMessage::Response(response) = message
                        && response.status_code.kind() != StatusCodeKind::Provisional
                    {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The CANCEL of an INVITE: its Via, its number, no body (RFC 3261, 9.1).
fn cancel(invite: Request) -> Option<Request> {
    let mut request = invite;
    let number = request.cseq_header().ok()?.seq().ok()?;
    request
        .headers_mut()
        .retain(|h| !matches!(h, Header::ContentLength(_) | Header::ContentType(_)));
    request.method = Method::Cancel;
    request
        .cseq_header_mut()
        .ok()?
        .mut_seq(number)
        .ok()?
        .mut_method(Method::Cancel)
        .ok()?;
    request.body = Vec::new();
    request.headers.push(Header::ContentLength(0_u32.into()));
    Some(request)
}

//! Where messages are read: sockets, streams, and the guard before them.

use super::guard::{Group, Guard};
use super::settings::Settings;
use super::socket::Guarded;
use super::stack::Failure;
use crate::call::Cause;
use rsipstack::platform::CancellationToken;
use rsipstack::sip::prelude::HeadersExt as _;
use rsipstack::sip::{Header, Method, Request, Response, SipMessage, StatusCode};
use rsipstack::transaction::endpoint::TransportEventInspector;
use rsipstack::transport::udp::UdpConnection;
use rsipstack::transport::{
    SipConnection, TcpListenerConnection, TlsConfig, TlsListenerConnection, TransportEvent,
    TransportLayer,
};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

/// Looks at every message before the stack does: of a stream the guard is asked (datagrams were asked about before they were
/// read), and challenges are fitted.
pub(super) struct Door {
    pub(super) guard: Arc<Guard>,
    pub(super) settings: Settings,
}

#[async_trait::async_trait]
impl TransportEventInspector for Door {
    async fn handle(&self, mut event: TransportEvent) -> Option<TransportEvent> {
        let TransportEvent::Incoming(message, connection, from) = &mut event else {
            return Some(event);
        };
        let from = from.get_socketaddr().ok();
        if connection.is_reliable() {
            if !from.is_some_and(|a| self.guard.admits(a.ip(), Instant::now())) {
                return None;
            }
            if let SipMessage::Request(request) = message
                && let Some(answer) = untagged(request)
            {
                // Whoever does not get it asks again.
                let _ = connection.send(answer.into(), None).await;
                return None;
            }
        }
        if let SipMessage::Response(response) = message
            && matches!(
                response.status_code,
                StatusCode::Unauthorized | StatusCode::ProxyAuthenticationRequired
            )
        {
            let trunk = from.and_then(|from| self.settings.trunk_of(from));
            let account = trunk.and_then(|trunk| trunk.account.as_ref());
            if !super::challenge::fit(response, account.is_some_and(|a| a.md5))
                && let Some(trunk) = trunk
            {
                tracing::warn!(trunk = %trunk.name, "the trunk asks for a digest that may not be used: see md5 in its configuration");
            }
        }
        Some(event)
    }
}

/// The refusal of a request without a tag in From, which the stack below would only drop. `None` for all others.
fn untagged(request: &Request) -> Option<Response> {
    let tagged = request
        .from_header()
        .ok()
        .is_some_and(|from| from.tag().is_ok_and(|tag| tag.is_some()));
    if tagged || request.method == Method::Ack {
        return None;
    }
    let mut headers: Vec<Header> = request
        .headers
        .iter()
        .filter(|header| {
            matches!(
                header,
                Header::Via(_)
                    | Header::From(_)
                    | Header::To(_)
                    | Header::CallId(_)
                    | Header::CSeq(_)
            )
        })
        .cloned()
        .collect();
    let cause = Cause {
        text: Some("no tag in From".to_owned()),
        ..Cause::sip(400)
    };
    headers.push(Header::Reason(super::message::reason(&cause).into()));
    headers.push(Header::ContentLength(0_u32.into()));
    Some(Response {
        status_code: StatusCode::BadRequest,
        headers: headers.into(),
        ..Response::default()
    })
}

pub(super) fn groups(settings: &Settings) -> Vec<Group> {
    let trunks = settings.trunks.iter().map(|t| Group {
        nets: t.sources.clone(),
        rate: t.rate,
    });
    let phones = Group {
        nets: settings.phone_nets.clone(),
        rate: settings.phone_rate,
    };
    trunks.chain([phones]).collect()
}

pub(super) async fn transports(
    settings: &Settings,
    guard: &Arc<Guard>,
    stop: &CancellationToken,
) -> Result<TransportLayer, Failure> {
    let layer = TransportLayer::new(stop.clone());
    let known = Arc::clone(guard);
    layer.set_whitelist(move |ip| {
        let known = known.knows(ip);
        async move { known }
    });
    let outside = |address: SocketAddr| {
        settings
            .external
            .map(|ip| SocketAddr::new(ip, address.port()))
    };
    if let Some(address) = settings.udp {
        let socket = Guarded::bind(address, Arc::clone(guard))
            .map_err(|error| Failure::Listen(address, error))?;
        let connection =
            UdpConnection::from_socket(Arc::new(socket), outside(address), Some(stop.clone()))
                .await?;
        layer.add_transport(SipConnection::Udp(connection));
    }
    if let Some(address) = settings.tcp {
        free(address)?;
        let listener = TcpListenerConnection::new(address, outside(address)).await?;
        layer.add_transport(SipConnection::TcpListener(listener));
    }
    if let Some(tls) = &settings.tls {
        free(tls.address)?;
        let config = TlsConfig {
            cert: Some(tls.certificate.clone()),
            key: Some(tls.key.clone()),
            ca_certs: tls.roots.clone(),
            ..TlsConfig::default()
        };
        layer.set_tls_config(config.clone());
        let listener =
            TlsListenerConnection::new(tls.address, outside(tls.address), config).await?;
        layer.add_transport(SipConnection::TlsListener(listener));
    }
    Ok(layer)
}

/// The stack binds stream listeners later and only logs what fails; whoever starts us is told now.
fn free(address: SocketAddr) -> Result<(), Failure> {
    std::net::TcpListener::bind(address)
        .map(drop)
        .map_err(|error| Failure::Listen(address, error))
}

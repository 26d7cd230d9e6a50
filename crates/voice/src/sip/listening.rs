//! Where messages are read: sockets, streams, and the guard before them.

use super::guard::{Group, Guard};
use super::settings::Settings;
use super::socket::Guarded;
use super::stack::Failure;
use rsipstack::platform::CancellationToken;
use rsipstack::transaction::endpoint::TransportEventInspector;
use rsipstack::transport::udp::UdpConnection;
use rsipstack::transport::{
    SipConnection, TcpListenerConnection, TlsConfig, TlsListenerConnection, TransportEvent,
    TransportLayer,
};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

/// Asks the guard about every message of a stream; datagrams were asked before they were read.
pub(super) struct Streams(pub(super) Arc<Guard>);

#[async_trait::async_trait]
impl TransportEventInspector for Streams {
    async fn handle(&self, event: TransportEvent) -> Option<TransportEvent> {
        if let TransportEvent::Incoming(_, connection, from) = &event
            && connection.is_reliable()
            && !from
                .get_socketaddr()
                .is_ok_and(|a| self.0.admits(a.ip(), Instant::now()))
        {
            return None;
        }
        Some(event)
    }
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

//! What every handler has at hand: the application and the terms of this edge.

use crate::live::Seats;
use crate::throttle::Throttle;
use app::App;
use axum::http::HeaderValue;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use tokio::sync::watch;

/// How often somebody without a session may ask, a minute.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Tries to sign in with one login from one address.
    pub sign_in: u32,
    /// Tries to sign in from one address, whatever the login.
    pub sign_in_address: u32,
    /// Reports of citizens from one address.
    pub public_report: u32,
    /// Looks at a report from one address.
    pub public_follow: u32,
    /// Tries of a telephone number at one report, whatever the address.
    pub public_number: u32,
    /// Questions from one address whether words speak of danger.
    pub public_danger: u32,
    /// Looks at one confirmation link, whatever the address.
    pub confirm: u32,
    /// Delivery reports from one address.
    pub reports: u32,
    /// Short messages from the address of a gateway.
    pub messages: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            sign_in: 10,
            // A whole desk may sit behind one address and change shifts at once.
            sign_in_address: 120,
            public_report: 10,
            public_follow: 60,
            public_number: 6,
            public_danger: 120,
            confirm: 12,
            reports: 6_000,
            messages: 3_000,
        }
    }
}

/// The terms of one edge.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether browsers reach it over TLS: the cookie is then `Secure` and `__Host-`.
    pub tls: bool,
    /// Turns true when the server stops; live streams end then. A dropped sender ends them too.
    pub shutdown: watch::Receiver<bool>,
    /// Whether `/metrics` answers here.
    pub metrics: bool,
    /// Proxies whose word on the client's address is taken (`X-Forwarded-For`, last entry).
    pub trusted_proxies: Vec<IpAddr>,
    /// Rates for those without a session.
    pub rates: Rates,
    /// Live streams one account may have open.
    pub live_per_account: u32,
}

impl Options {
    /// The usual terms.
    #[must_use]
    pub fn new(shutdown: watch::Receiver<bool>) -> Self {
        Self {
            tls: false,
            shutdown,
            metrics: true,
            trusted_proxies: Vec::new(),
            rates: Rates::default(),
            live_per_account: 16,
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Edge(Arc<Inner>);

struct Inner {
    app: App,
    options: Options,
    platform: String,
    cookie: String,
    throttles: Throttles,
    queries: Queries,
    seats: Seats,
    policy: HeaderValue,
    requests: AtomicU64,
}

/// The query names each operation documents, by route and method.
pub(crate) type Queries = HashMap<String, HashMap<&'static str, Vec<String>>>;

/// One throttle a rate.
pub(crate) struct Throttles {
    pub(crate) sign_in: Throttle,
    pub(crate) sign_in_address: Throttle,
    pub(crate) public_report: Throttle,
    pub(crate) public_follow: Throttle,
    pub(crate) public_number: Throttle,
    pub(crate) public_danger: Throttle,
    pub(crate) confirm: Throttle,
    pub(crate) reports: Throttle,
    pub(crate) messages: Throttle,
}

impl Edge {
    pub(crate) fn new(app: App, options: Options, queries: Queries) -> Self {
        let platform = app.config().platform.id.clone();
        let prefix = if options.tls { "__Host-" } else { "" };
        let rates = options.rates;
        let tiles = app.config().map.tiles.as_ref();
        let policy = crate::gate::policy(tiles.and_then(app::place::Tiles::origin));
        Self(Arc::new(Inner {
            cookie: format!("{prefix}liandong_{platform}"),
            seats: Seats::new(platform.clone()),
            platform,
            app,
            policy,
            throttles: Throttles {
                sign_in: Throttle::a_minute(rates.sign_in),
                sign_in_address: Throttle::a_minute(rates.sign_in_address),
                public_report: Throttle::a_minute(rates.public_report),
                public_follow: Throttle::a_minute(rates.public_follow),
                public_number: Throttle::a_minute(rates.public_number),
                public_danger: Throttle::a_minute(rates.public_danger),
                confirm: Throttle::a_minute(rates.confirm),
                reports: Throttle::a_minute(rates.reports),
                messages: Throttle::a_minute(rates.messages),
            },
            options,
            queries,
            requests: AtomicU64::new(0),
        }))
    }

    pub(crate) fn app(&self) -> &App {
        &self.0.app
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    /// The platform's id, the label of its metrics.
    pub(crate) fn platform(&self) -> &str {
        &self.0.platform
    }

    pub(crate) fn cookie(&self) -> &str {
        &self.0.cookie
    }

    pub(crate) fn throttles(&self) -> &Throttles {
        &self.0.throttles
    }

    pub(crate) fn queries(&self) -> &Queries {
        &self.0.queries
    }

    /// What a page may load.
    pub(crate) fn policy(&self) -> &HeaderValue {
        &self.0.policy
    }

    pub(crate) fn seats(&self) -> &Seats {
        &self.0.seats
    }

    pub(crate) fn requests(&self) -> &AtomicU64 {
        &self.0.requests
    }
}

//! A hotline of the fictional county with a person for every role.

use api::{Options, Rates};
use app::chance::SeededChance;
use app::clock::HandClock;
use app::config::{AppConfig, Peer, Platform};
use app::{App, Jobs, NewAccount, Parts};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use bytes::Bytes;
use domain::case::{LinkRule, Rules};
use domain::clock::{Limit, Limits, Span};
use domain::desk::{Desk, Tier};
use domain::id::{LinkId, UnitId};
use domain::right::Role;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use store::{Store, StoreConfig};
use tokio::sync::watch;
use tower::ServiceExt as _;
use triage::Engine;

/// 2026-11-20 09:00 in the county.
pub(crate) const NOON: i64 = 1_795_136_400_000;
pub(crate) const LINK: &str = "wanglan-110";
pub(crate) const PASSWORD: &str = "an invented password";
/// The unit the clerk and the crew belong to, and one that has nothing to do with their cases.
pub(crate) const UNIT: &str = "urban-management";
pub(crate) const OTHER_UNIT: &str = "ecology";

/// Everything that must never be seen by who has no business with it.
pub(crate) const NUMBER: &str = "10000000042";
pub(crate) const CONTACT: &str = "10000000077";
pub(crate) const NAME: &str = "欧阳虚构";
pub(crate) const ROOM: &str = "5021";
pub(crate) const SECRETS: [&str; 4] = [NUMBER, CONTACT, NAME, ROOM];

/// The beginning of a picture, which is all of it that anybody looks at.
pub(crate) const PICTURE: &[u8] = b"\x89PNG\r\n\x1A\n and the rest";

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// No cookie.
    Nobody,
    /// A cookie that was never given out.
    Forged,
    /// Somebody with one role. Clerk and crew belong to [`UNIT`].
    Role(Role),
    /// A clerk of [`OTHER_UNIT`].
    OtherClerk,
}

impl Who {
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![Self::Nobody, Self::Forged, Self::OtherClerk];
        all.extend(Role::ALL.iter().map(|role| Self::Role(*role)));
        all
    }

    fn login(self) -> String {
        match self {
            Self::Role(role) => format!("x.{}", role.as_str()),
            other => format!("{other:?}").to_lowercase(),
        }
    }
}

pub(crate) struct Hotline {
    _dir: tempfile::TempDir,
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) shutdown: watch::Sender<bool>,
    /// The ear of the desk of calls, once it is open.
    pub(crate) lines: OnceLock<app::VoiceControl>,
    _jobs: Jobs,
    cookies: Mutex<HashMap<Who, String>>,
    keys: AtomicU64,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// The key of a problem; checks that it is a whole one.
    #[track_caller]
    pub(crate) fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text()
        );
        let problem: api::Problem = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem.status, self.status.as_u16());
        assert!(!problem.title.is_empty());
        problem.kind.into_string()
    }
}

fn engine() -> Arc<Engine> {
    static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
    Arc::clone(ENGINE.get_or_init(|| Arc::new(Engine::shipped().unwrap())))
}

/// A road, so that there is a map.
const MAP: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
    "properties":{"kind":"road","name":"望江路","houses":100},
    "geometry":{"type":"LineString","coordinates":[[125.5,27.5],[125.52,27.5]]}}]}"#;

fn config(folder: &std::path::Path) -> AppConfig {
    let tiles = folder.join("county.pmtiles");
    testkit::tile::write_archive(&tiles, true);
    AppConfig {
        platform: Platform {
            id: "wanglan-12345".to_owned(),
            name: "望澜县12345热线".to_owned(),
            desk: Desk::Hotline,
            tier: Tier::County,
            demo: true,
            node: 1,
        },
        rules: Rules {
            desk: Desk::Hotline,
            desk_unit: UnitId::from("desk-12345"),
            links: vec![LinkRule {
                link: LinkId::from(LINK),
                peer_desk: Desk::Police,
                arbiter: true,
            }],
            answer: Limit {
                span: Span::Minutes(30),
                amber: 75,
            },
            limits: Limits::default(),
            returns: 2,
            return_within: Span::Days(1),
            crossings_back: 2,
            extensions: 1,
            danger_unit: UnitId::from("station-central"),
        },
        peers: vec![Peer {
            link: LINK.to_owned(),
            platform: "wanglan-110".to_owned(),
            name: "望澜县110".to_owned(),
            tier: Tier::County,
        }],
        backflow_days: 30,
        attachments: app::config::Attachments::default(),
        session_idle: 3_600_000,
        session_most: 43_200_000,
        lock_after: 5,
        lock_for: 900_000,
        map: app::place::SiteMap {
            archive: Some(Arc::new(app::place::TileArchive::open(&tiles).unwrap())),
            vector: Some(Arc::new(app::place::Gazetteer::read(MAP).unwrap())),
            ..app::place::SiteMap::default()
        },
        clocks: app::catalogue::Configured::default(),
        search: Some(folder.join("search")),
        supervision: app::shipped_book().expect("the shipped rules of supervision hold"),
        reach: crate::reach::settings(),
        press: app::config::PressConfig::default(),
        message: crate::message::settings(),
    }
}

impl Hotline {
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("desk.sqlite3");
        let config_of_store = StoreConfig::Sqlite { path, readers: 2 };
        Store::migrate(&config_of_store).await.unwrap();
        let store = Store::open(&config_of_store).await.unwrap();
        let clock = Arc::new(HandClock::new(NOON));
        let app = App::open(Parts {
            config: config(dir.path()),
            store,
            clock: clock.clone(),
            chance: Arc::new(SeededChance::new(7)),
            engine: engine(),
        })
        .await
        .unwrap();
        crate::key::hold(&app, dir.path()).await;
        let jobs = Jobs::start(&app, Vec::new());
        let (shutdown, stopped) = watch::channel(false);
        let mut options = Options::new(stopped);
        options.rates = Rates {
            sign_in: 1_000,
            sign_in_address: 1_000,
            public_report: 1_000,
            public_follow: 1_000,
            public_number: 1_000,
            public_danger: 1_000,
            confirm: 1_000,
            reports: 1_000,
            messages: 1_000,
        };
        change(&mut options);
        Self {
            _dir: dir,
            router: api::router(app.clone(), options),
            app,
            clock,
            shutdown,
            lines: OnceLock::new(),
            _jobs: jobs,
            cookies: Mutex::default(),
            keys: AtomicU64::new(0),
        }
    }

    /// The cookie of somebody, who is made and signed in when first asked for.
    pub(crate) async fn cookie(&self, who: Who) -> Option<String> {
        match who {
            Who::Nobody => return None,
            Who::Forged => {
                return Some(format!("liandong_wanglan-12345={}", "0".repeat(64)));
            }
            _ => {}
        }
        if let Some(cookie) = self.cookies.lock().unwrap().get(&who) {
            return Some(cookie.clone());
        }
        let (roles, unit) = match who {
            Who::OtherClerk => (vec![Role::Clerk], OTHER_UNIT),
            Who::Role(role @ (Role::Clerk | Role::Crew)) => (vec![role], UNIT),
            Who::Role(role) => (vec![role], "desk-12345"),
            _ => unreachable!(),
        };
        self.app
            .make_account(&NewAccount {
                login: who.login(),
                name: format!("虚构 {}", who.login()),
                password: PASSWORD.to_owned(),
                roles,
                unit: unit.to_owned(),
            })
            .await
            .unwrap();
        let (token, _) = self.app.sign_in(&who.login(), PASSWORD).await.unwrap();
        let cookie = format!("liandong_wanglan-12345={token}");
        self.cookies.lock().unwrap().insert(who, cookie.clone());
        Some(cookie)
    }

    pub(crate) fn login(who: Who) -> String {
        who.login()
    }

    /// A key nobody used yet.
    pub(crate) fn key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// A request as the console makes it, with a fresh key.
    pub(crate) async fn request(
        &self,
        who: Who,
        method: Method,
        uri: &str,
    ) -> axum::http::request::Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header(header::HOST, "desk.invalid")
            .header("sec-fetch-site", "same-origin")
            .header("idempotency-key", self.key());
        if let Some(cookie) = self.cookie(who).await {
            request = request.header(header::COOKIE, cookie);
        }
        request
    }

    pub(crate) async fn get(&self, who: Who, uri: &str) -> Answer {
        let request = self.request(who, Method::GET, uri).await;
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// The folder this platform lies in.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self._dir.path()
    }

    /// Binds a call to a case.
    pub(crate) async fn put(&self, who: Who, uri: &str, case: &str) -> Answer {
        let request = self.request(who, Method::PUT, uri).await;
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let body = json!({"case": case}).to_string();
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Asks for something at the own seat.
    pub(crate) async fn ask(&self, who: Who, body: &str) -> Answer {
        self.send_json(who, Method::PUT, "/api/calls/desk", body)
            .await
    }

    pub(crate) async fn send_json(
        &self,
        who: Who,
        method: Method,
        uri: &str,
        body: &str,
    ) -> Answer {
        let request = self.request(who, method, uri).await;
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let body = Body::from(body.to_owned());
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn delete(&self, who: Who, uri: &str) -> Answer {
        let request = self.request(who, Method::DELETE, uri).await;
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Brings the search index up to the log.
    pub(crate) async fn indexed(&self) {
        self.app.index_now(|_| {}).await.unwrap();
    }

    /// How an export ended. It says so itself; until then others have their turn.
    pub(crate) async fn export_ended(&self, who: Who, id: &str) -> String {
        loop {
            let view = self.get(who, &format!("/api/exports/{id}")).await.json();
            let state = text(&view, "state");
            if state != "running" {
                return state.to_owned();
            }
            tokio::task::yield_now().await;
        }
    }

    /// Waits for the end of an export and forgets it.
    pub(crate) async fn export_done(&self, who: Who, id: &str) {
        assert_eq!(self.export_ended(who, id).await, "done");
        self.delete(who, &format!("/api/exports/{id}")).await;
    }

    pub(crate) async fn post(&self, who: Who, uri: &str, body: &Value) -> Answer {
        self.post_text(who, uri, body.to_string()).await
    }

    pub(crate) async fn post_text(&self, who: Who, uri: &str, body: impl Into<Body>) -> Answer {
        let request = self
            .request(who, Method::POST, uri)
            .await
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn post_keyed(&self, who: Who, uri: &str, body: &Value, key: &str) -> Answer {
        let mut request = self
            .request(who, Method::POST, uri)
            .await
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        request
            .headers_mut()
            .insert("idempotency-key", key.parse().unwrap());
        self.send(request).await
    }

    /// A citizen's report, with its number and key.
    pub(crate) async fn report(&self) -> (String, String) {
        let body = json!({"narrative": "路灯坏了三天", "number": "10000000043"});
        let answer = self.post(Who::Nobody, "/api/public/reports", &body).await;
        let receipt = answer.json();
        (
            text(&receipt, "no").to_owned(),
            text(&receipt, "key").to_owned(),
        )
    }

    /// A report whose answer its citizen has been told.
    pub(crate) async fn answered_report(&self) -> (String, String) {
        let (no, key) = self.report().await;
        let (lead, clerk) = (Who::Role(Role::Lead), Who::Role(Role::Clerk));
        for (who, command) in [
            (lead, json!({"command": "dispatch", "lead": UNIT})),
            (clerk, json!({"command": "sign", "leg": "a1"})),
            (
                clerk,
                json!({"command": "give_result", "leg": "a1", "text": "已换灯泡",
                    "public_reply": "路灯已修好", "solved": "solved"}),
            ),
            (
                lead,
                json!({"command": "review", "passed": true, "reason": "看过照片"}),
            ),
        ] {
            let answer = self.command(who, &no, &command).await;
            assert_eq!(answer.status, StatusCode::OK, "{command} {}", answer.text());
        }
        (no, key)
    }

    /// Sends a file as its whole body.
    pub(crate) async fn send_file(&self, who: Who, uri: &str, bytes: &[u8], key: &str) -> Answer {
        let request = self
            .request(who, Method::POST, uri)
            .await
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("x-report-key", key)
            .header("x-file-name", "a.png");
        self.send(request.body(Body::from(bytes.to_vec())).unwrap())
            .await
    }

    /// Adds a file to a case.
    pub(crate) async fn attach(&self, who: Who, case: &str, bytes: &[u8], name: &str) -> Answer {
        let uri = format!("/api/cases/{case}/attachments");
        let request = self
            .request(who, Method::POST, &uri)
            .await
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("x-file-name", name);
        self.send(request.body(Body::from(bytes.to_vec())).unwrap())
            .await
    }

    /// Opens a live stream.
    pub(crate) async fn live(&self, who: Who, uri: &str, headers: &[(&str, &str)]) -> Line {
        let mut request = self.request(who, Method::GET, uri).await;
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        Line {
            headers: response.headers().clone(),
            body: response.into_body(),
            rest: String::new(),
        }
    }

    /// A contact the operator takes; gives the case.
    pub(crate) async fn take(&self, contact: &Value) -> Value {
        let answer = self
            .post(Who::Role(Role::Operator), "/api/contacts", contact)
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json()
    }

    /// A case of [`UNIT`], dispatched, with every secret in it.
    pub(crate) async fn dispatched(&self, confidential: bool) -> Value {
        let mut contact = contact();
        contact["confidential"] = json!(confidential);
        contact["then"] = json!({"command": "dispatch", "lead": UNIT});
        self.take(&contact).await
    }

    pub(crate) async fn command(&self, who: Who, case: &str, command: &Value) -> Answer {
        self.post(who, &format!("/api/cases/{case}/commands"), command)
            .await
    }
}

/// An open live stream.
pub(crate) struct Line {
    pub(crate) headers: HeaderMap,
    body: Body,
    rest: String,
}

impl Line {
    /// The next event, blank line and all; empty when the stream has ended. A stream that says
    /// nothing for ten seconds is a failed test.
    pub(crate) async fn next(&mut self) -> String {
        tokio::time::timeout(Duration::from_secs(10), self.patient())
            .await
            .expect("a live stream says nothing")
    }

    /// As [`Line::next`], for as long as it takes.
    pub(crate) async fn patient(&mut self) -> String {
        loop {
            if let Some(end) = self.rest.find("\n\n") {
                let event = self.rest[..end + 2].to_owned();
                self.rest.drain(..end + 2);
                return event;
            }
            match self.body.frame().await {
                None => return String::new(),
                Some(frame) => {
                    let bytes = frame.unwrap().into_data().unwrap();
                    self.rest.push_str(std::str::from_utf8(&bytes).unwrap());
                }
            }
        }
    }

    /// The next event of a kind, with its id and data; others are passed over.
    pub(crate) async fn next_of(&mut self, kind: &str) -> (Option<i64>, Value) {
        loop {
            let event = self.next().await;
            assert!(!event.is_empty(), "the stream ended before a {kind}");
            let field = |name: &str| {
                event
                    .lines()
                    .find_map(|line| line.strip_prefix(name))
                    .map(|v| v.trim().to_owned())
            };
            if field("event:").as_deref() == Some(kind) {
                let id = field("id:").map(|id| id.parse().unwrap());
                let data = serde_json::from_str(&field("data:").unwrap()).unwrap();
                return (id, data);
            }
        }
    }
}

/// A contact with every secret in it, and no danger.
pub(crate) fn contact() -> Value {
    json!({
        "channel": "phone",
        "narrative": format!("小区门口有人占道经营，回电{CONTACT}"),
        "place": format!("望江路18号3栋{ROOM}室"),
        "district": "城东街道",
        "caller_number": NUMBER,
        "contact_number": CONTACT,
        "caller_name": NAME,
    })
}

/// The text of a field.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {value}"))
}

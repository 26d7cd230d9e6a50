//! call-lab: callers, phones or another platform's trunk, made by the program, to try a trunk with.

use super::say;
use crate::voice::{secret, unguessable};
use anyhow::Context as _;
use app::chance::SystemChance;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use voice::call::{Cause, Ender};
use voice::lab::{Far, Manner, Seen, Settings, Stage};
use voice::media::line::Sound;
use voice::media::tone::Tone;
use voice::sip::policy::{From, Policy};
use voice::sip::settings::{Account, Transport, Trunk};
use voice::sip::word::DialogNo;

/// Call a platform, or take its calls: prints every step, and which headers arrived.
#[derive(clap::Args)]
pub(crate) struct CallLab {
    /// The platform's SIP address.
    #[arg(long, default_value = "127.0.0.1:5060")]
    platform: SocketAddr,
    /// The laboratory's own SIP address.
    #[arg(long, default_value = "127.0.0.2:5060")]
    listen: SocketAddr,
    /// How messages travel: udp, tcp or tls.
    #[arg(long, default_value = "udp", value_parser = transport)]
    transport: Transport,
    /// First port of sound; four hundred are used.
    #[arg(long, default_value_t = 21_000)]
    ports: u16,
    /// Register as a phone with this user.
    #[arg(long, requires = "password_file")]
    user: Option<String>,
    /// A file with its password.
    #[arg(long)]
    password_file: Option<PathBuf>,
    /// Call this number.
    #[arg(long)]
    call: Option<String>,
    /// So many calls, one after another.
    #[arg(long, default_value_t = 1, requires = "call")]
    calls: u32,
    /// Milliseconds between their beginnings.
    #[arg(long, default_value_t = 1000)]
    every: u64,
    /// Who calls; each next caller's number is one higher.
    #[arg(long, default_value_t = 10_000_000_001)]
    from: u64,
    /// Seconds each talks before it hangs up.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Answer what comes in after so many milliseconds.
    #[arg(long, default_value_t = 1500)]
    answer: u64,
    /// Ring and never answer.
    #[arg(long)]
    ring: bool,
    /// Turn away what comes in with this status.
    #[arg(long, value_parser = clap::value_parser!(u16).range(400..700))]
    refuse: Option<u16>,
    /// Say a tone of so many hertz instead of babble.
    #[arg(long)]
    tone: Option<u16>,
    /// Say every half second how loud the other side is, 0 to 32767.
    #[arg(long)]
    meter: bool,
    /// End after so many seconds; without, and without --call, it goes on until it is stopped.
    #[arg(long)]
    stop_after: Option<u64>,
}

fn transport(text: &str) -> Result<Transport, String> {
    match text {
        "udp" => Ok(Transport::Udp),
        "tcp" => Ok(Transport::Tcp),
        "tls" => Ok(Transport::Tls),
        other => Err(format!("{other} is none of udp, tcp, tls")),
    }
}

/// The platform, as the laboratory's trunk.
const PLATFORM: &str = "platform";

impl CallLab {
    /// Runs it. Exit code 1, if a call of its own was not answered or heard nothing.
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let far = Far::start(self.settings()?)
            .await
            .context("the laboratory cannot start")?;
        let mut told = HashMap::new();
        let mut placed = Vec::new();
        let began = Instant::now();
        loop {
            self.call_on(&far, began, &mut placed)?;
            let seen = far.seen();
            for call in &seen {
                tell(json, &far, call, &mut told)?;
                if self.meter && call.stage == Stage::Up {
                    meter(json, &far, call, &mut told)?;
                }
            }
            for call in &placed {
                let talked = seen.iter().find(|s| s.no == *call).and_then(|s| s.up);
                if talked.is_some_and(|up| up.elapsed() >= Duration::from_secs(self.seconds)) {
                    note_sound(json, &far, *call, &mut told)?;
                    far.end(*call);
                }
            }
            let all = self.call.is_some() && placed.len() == usize::try_from(self.calls)?;
            let over = |no: &DialogNo| far.look(*no).is_some_and(|s| s.over.is_some());
            let late = self
                .stop_after
                .is_some_and(|s| began.elapsed() >= Duration::from_secs(s));
            if late || (all && placed.iter().all(over)) {
                break;
            }
            tokio::select! {
                _ = far.wait(Duration::from_millis(100), |_| false) => {}
                stop = tokio::signal::ctrl_c() => {
                    stop?;
                    break;
                }
            }
        }
        far.stop(PATIENCE).await;
        for call in far.seen() {
            tell(json, &far, &call, &mut told)?;
        }
        let good = placed
            .iter()
            .all(|no| told.get(no).is_some_and(|t| t.up && t.loud));
        Ok(ExitCode::from(u8::from(!good)))
    }

    fn settings(&self) -> anyhow::Result<Settings> {
        let account = match (&self.user, &self.password_file) {
            (Some(user), Some(file)) => Some(Account {
                user: user.clone(),
                password: secret(file)?,
                md5: false,
            }),
            _ => None,
        };
        let address = self.listen.ip();
        let trunk = Trunk {
            name: PLATFORM.into(),
            host: self.platform.ip().to_string(),
            port: self.platform.port(),
            transport: self.transport,
            sources: vec![self.platform.ip().to_string().parse()?],
            rate: 10_000,
            number: None,
            registers: account.is_some(),
            account,
            policy: Policy::default(),
            probed: true,
        };
        let listen = |transport| (self.transport == transport).then_some(self.listen);
        anyhow::ensure!(
            self.transport != Transport::Tls,
            "the laboratory has no certificate of its own: take udp or tcp"
        );
        Ok(Settings {
            sip: voice::sip::Settings {
                udp: listen(Transport::Udp),
                tcp: listen(Transport::Tcp),
                tls: None,
                external: None,
                domain: "lab.invalid".to_owned(),
                trunks: vec![trunk],
                phones: Vec::new(),
                phone_nets: Vec::new(),
                phone_rate: 1,
                most_calls: 10_000,
                session_seconds: 1800,
            },
            address,
            ports: self.ports..=self.ports.saturating_add(400),
            says: match self.tone {
                Some(hertz) => Sound::Tone(Tone::steady(f64::from(hertz), 6000)),
                None => Settings::babbles(u32::try_from(self.from % 8)?),
            },
            manner: match self.refuse {
                Some(status) => Manner::Refuse(status),
                None if self.ring => Manner::Ring,
                None => Manner::Answer(self.answer),
            },
            chance: unguessable(Arc::new(SystemChance)),
        })
    }

    /// Places the calls whose time has come.
    fn call_on(&self, far: &Far, began: Instant, placed: &mut Vec<DialogNo>) -> anyhow::Result<()> {
        let Some(number) = &self.call else {
            return Ok(());
        };
        let every = u128::from(self.every.max(1));
        let due = usize::try_from(began.elapsed().as_millis() / every + 1)?;
        while placed.len() < due.min(usize::try_from(self.calls)?) {
            let caller = self.from.saturating_add(u64::try_from(placed.len())?);
            let from = From {
                display: None,
                uri: format!("sip:{caller}@lab.invalid;user=phone"),
            };
            let headers = vec![("P-Asserted-Identity", format!("<tel:{caller}>"))];
            placed.push(far.call(&PLATFORM.into(), number, from, headers)?);
        }
        Ok(())
    }
}

/// What was said of a call already.
#[derive(Default)]
struct Told {
    stage: Option<Stage>,
    keys: usize,
    up: bool,
    loud: bool,
    metered: Option<Instant>,
}

/// How long the platform may take to hear that the calls are over.
const PATIENCE: Duration = Duration::from_secs(5);

/// How loud the last half second was, once each.
const METERED: Duration = Duration::from_millis(500);

fn meter(
    json: bool,
    far: &Far,
    call: &Seen,
    told: &mut HashMap<DialogNo, Told>,
) -> anyhow::Result<()> {
    let state = told.entry(call.no).or_default();
    if state.metered.is_some_and(|at| at.elapsed() < METERED) {
        return Ok(());
    }
    state.metered = Some(Instant::now());
    let (no, loudness) = (call.no.0, far.loudness(call.no));
    let value = json!({ "call": no, "event": "loudness", "loudness": loudness });
    say(json, &value, &format!("call {no}: loudness {loudness}"))
}

fn tell(
    json: bool,
    far: &Far,
    call: &Seen,
    told: &mut HashMap<DialogNo, Told>,
) -> anyhow::Result<()> {
    let first = !told.contains_key(&call.no);
    let state = told.entry(call.no).or_default();
    let no = call.no.0;
    if let (true, Some(incoming)) = (first, &call.incoming) {
        let headers: Vec<Value> = incoming
            .headers
            .iter()
            .map(|(n, v)| json!({ "name": n, "value": v }))
            .collect();
        let lines: Vec<String> = incoming
            .headers
            .iter()
            .map(|(n, v)| format!("        {n}: {v}"))
            .collect();
        let value = json!({ "call": no, "event": "arrived", "called": incoming.called, "headers": headers });
        say(
            json,
            &value,
            &format!("call {no}: for {}\n{}", incoming.called, lines.join("\n")),
        )?;
    }
    if state.stage.as_ref() != Some(&call.stage) {
        state.up |= call.stage == Stage::Up;
        let (event, words) = stage(&call.stage);
        let after = call.began.elapsed().as_millis();
        let value = json!({ "call": no, "event": event, "after_ms": u64::try_from(after)?, "words": words });
        say(
            json,
            &value,
            &format!("call {no}: {words}, after {after} ms"),
        )?;
        state.stage = Some(call.stage.clone());
    }
    if call.keys.len() > state.keys {
        state.keys = call.keys.len();
        let value = json!({ "call": no, "event": "keys", "keys": call.keys });
        say(json, &value, &format!("call {no}: keys {}", call.keys))?;
    }
    state.loud |= call.stage == Stage::Up && far.loudness(call.no) > 300;
    Ok(())
}

fn note_sound(
    json: bool,
    far: &Far,
    no: DialogNo,
    told: &mut HashMap<DialogNo, Told>,
) -> anyhow::Result<()> {
    let loud = told.entry(no).or_default().loud;
    let gap = far.look(no).map_or(0, |s| s.gap_ms);
    let words = if loud {
        "sound was heard"
    } else {
        "nothing was heard"
    };
    let value = json!({ "call": no.0, "event": "sound", "heard": loud, "longest_gap_ms": gap });
    say(
        json,
        &value,
        &format!("call {}: {words}; longest gap {gap} ms", no.0),
    )
}

fn stage(stage: &Stage) -> (&'static str, String) {
    match stage {
        Stage::Begun => ("begun", "begun".to_owned()),
        Stage::Ringing => ("ringing", "rings".to_owned()),
        Stage::Early => ("early", "sound before the answer".to_owned()),
        Stage::Up => ("up", "talks".to_owned()),
        Stage::Over(by, cause) => ("over", over(*by, cause)),
    }
}

fn over(by: Ender, cause: &Cause) -> String {
    let by = match by {
        Ender::Remote => "ended by the platform",
        Ender::Local => "ended here",
        Ender::Network => "came to nothing",
    };
    let text = cause
        .text
        .as_deref()
        .map_or_else(String::new, |t| format!(", {t}"));
    format!("{by} ({}{text})", cause.sip)
}

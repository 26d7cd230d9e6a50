//! One running platform: store, application, jobs, links, HTTP.

use crate::config::{File, TlsSection};
use crate::voice::VoiceSection;
use anyhow::Context as _;
use app::chance::{Chance, SystemChance};
use app::clock::{Clock, SystemClock};
use app::{App, Jobs, LinkRun, Parts};
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use exchange::carrier::HttpsPushConfig;
use exchange::key::{KeyFolder, read_key_file};
use exchange::{Carrier, HttpsPush, LinkBook, Receiver, SenderSettings};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::sync::watch;

/// A platform that runs.
pub(crate) struct Running {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    jobs: Jobs,
    calls: Option<tokio::task::JoinHandle<()>>,
    line: Option<tokio::task::JoinHandle<()>>,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
    handle: axum_server::Handle<SocketAddr>,
    stop: watch::Sender<bool>,
}

/// Opens the application alone, for commands that need no server.
pub(crate) async fn open(file: &File) -> anyhow::Result<App> {
    open_with(
        file,
        Arc::new(SystemClock::default()),
        Arc::new(SystemChance),
    )
    .await
}

pub(crate) async fn open_with(
    file: &File,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
) -> anyhow::Result<App> {
    let engine = file
        .engine()
        .context("the responsibility list is refused")?;
    open_knowing(file, clock, chance, Arc::new(engine)).await
}

/// The same with a responsibility list that was read already.
pub(crate) async fn open_knowing(
    file: &File,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    engine: Arc<triage::Engine>,
) -> anyhow::Result<App> {
    let store = Store::open(&file.store()?)
        .await
        .context("the store cannot be opened")?;
    let config = file.app(&engine)?;
    Ok(App::open(Parts {
        config,
        store,
        clock,
        chance,
        engine,
    })
    .await?)
}

/// Binds the address: from now on whoever calls waits until somebody answers.
pub(crate) fn bind(file: &File) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(file.listen.address)
        .with_context(|| format!("{} cannot be listened on", file.listen.address))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl Running {
    /// Starts it.
    pub(crate) async fn start(file: &File, app: App) -> anyhow::Result<Self> {
        let mut running = Self::link(file, app, bind(file)?, |carrier| carrier).await?;
        running.mind();
        Ok(running)
    }

    /// Starts it without what minds the time: it answers and has its links, whose carriers are what `lead` makes of them, and
    /// nothing happens by itself.
    pub(crate) async fn link(
        file: &File,
        app: App,
        listener: TcpListener,
        lead: impl Fn(Arc<dyn Carrier>) -> Arc<dyn Carrier>,
    ) -> anyhow::Result<Self> {
        let address = listener.local_addr()?;
        match file.encoder() {
            Ok(Some(encoder)) => {
                let (name, width) = (encoder.name(), encoder.width());
                tracing::info!(name, width, "the heads ask an encoder");
                app.use_encoder(encoder);
            }
            Ok(None) => {}
            // Law 4: the desk takes calls with what is there.
            Err(error) => {
                let why = format!("{:#}", anyhow::Error::new(error));
                tracing::error!(
                    why,
                    "the encoder is refused; triage goes by the words alone"
                );
            }
        }
        let (stop, stopped) = watch::channel(false);
        let jobs = Jobs::link(&app, links(file, &app, lead).await?);
        let line = file.message.start(&app, &SystemChance)?;
        // Before the first page is answered: one that came back at once would be told that there are no calls here.
        let calls = match &file.voice {
            Some(voice) => Some(take_calls(&app, voice, &stop).await?),
            None => None,
        };
        let mut options = api::Options::new(stopped);
        options.tls = file.listen.tls.is_some();
        options.metrics = file.listen.metrics;
        options
            .trusted_proxies
            .clone_from(&file.listen.trusted_proxies);
        let service =
            api::router(app.clone(), options).into_make_service_with_connect_info::<SocketAddr>();
        let handle = axum_server::Handle::new();
        let server = axum_server::from_tcp(listener)?.handle(handle.clone());
        // An answer in two pieces would else wait for the acknowledgement of the first: 40 ms.
        let at_once = NoDelayAcceptor::new();
        let server = match &file.listen.tls {
            None => tokio::spawn(server.acceptor(at_once).serve(service)),
            Some(tls) => {
                let config = certificate(tls).await?;
                let acceptor = RustlsAcceptor::new(config).acceptor(at_once);
                tokio::spawn(server.acceptor(acceptor).serve(service))
            }
        };
        Ok(Self {
            app,
            address,
            jobs,
            calls,
            line,
            server,
            handle,
            stop,
        })
    }

    /// Begins what minds the time; once.
    pub(crate) fn mind(&mut self) {
        self.jobs.mind();
    }

    /// Begins what follows the log; once.
    pub(crate) fn follow(&mut self) {
        self.jobs.follow();
    }

    /// Begins to take calls; once. The logins the section names must be there by now.
    pub(crate) async fn begin_calls(&mut self, voice: &VoiceSection) -> anyhow::Result<()> {
        self.calls = Some(take_calls(&self.app, voice, &self.stop).await?);
        Ok(())
    }

    /// Ends it: no new requests, live streams closed, what is under way finished.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        // Without a listener there is nobody left to tell.
        let _ = self.stop.send(true);
        self.handle.graceful_shutdown(Some(Duration::from_secs(5)));
        self.server.await??;
        if let Some(calls) = self.calls {
            calls.await?;
        }
        // What it has in hand and did not answer for, the carrier brings again.
        if let Some(line) = self.line {
            line.abort();
        }
        self.jobs.stop().await;
        Ok(())
    }
}

/// Begins to take calls; those of a killed process go on before this returns.
async fn take_calls(
    app: &App,
    voice: &VoiceSection,
    stop: &watch::Sender<bool>,
) -> anyhow::Result<tokio::task::JoinHandle<()>> {
    voice.start(app, Arc::new(SystemChance)).await?;
    let (app, mut stopped) = (app.clone(), stop.subscribe());
    Ok(tokio::spawn(async move {
        tokio::select! {
            () = app.run_voice() => {}
            _ = stopped.wait_for(|stop| *stop) => {}
        }
    }))
}

/// Reads the keys the file names and lays over them what was decided in the back office; the book of both.
pub(crate) async fn keys(file: &File, app: &App) -> anyhow::Result<Option<Arc<LinkBook>>> {
    let Some(section) = &file.exchange else {
        return Ok(None);
    };
    let key = read_key_file(&section.key_file, section.key_id.as_deref())?;
    let terms = section
        .link
        .iter()
        .map(|l| {
            l.wire
                .terms()
                .with_context(|| format!("the keys of link {}", l.wire.link))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let own = exchange::PlatformId::new(file.platform.id.clone());
    let book = Arc::new(LinkBook::new(own, key, terms));
    let ground = app::KeyGround {
        book: Arc::clone(&book),
        folder: KeyFolder::of(&section.key_file, section.key_folder.as_deref())?,
        links: section.link.iter().map(|l| l.wire.clone()).collect(),
        // Never the chance of a demonstration, which can be played again.
        chance: Arc::new(SystemChance),
    };
    app.hold_keys(ground)
        .await
        .context("what was decided about keys cannot be read")?;
    Ok(Some(book))
}

async fn links(
    file: &File,
    app: &App,
    lead: impl Fn(Arc<dyn Carrier>) -> Arc<dyn Carrier>,
) -> anyhow::Result<Vec<LinkRun>> {
    let (Some(section), Some(book)) = (&file.exchange, keys(file, app).await?) else {
        return Ok(Vec::new());
    };
    let ports = app::ports(app);
    let clock = app.clone();
    app.receive_with(Arc::new(Receiver::new(
        Arc::clone(&book),
        Arc::new(ports.clone()),
        Arc::new(ports.clone()),
        Arc::new(move || clock.now()),
    )));
    section
        .link
        .iter()
        .map(|link| {
            let root_pem = link
                .wire
                .root_certificate
                .as_ref()
                .map(std::fs::read)
                .transpose()
                .with_context(|| format!("the root certificate of link {}", link.wire.link))?;
            let carrier = HttpsPush::new(&HttpsPushConfig {
                base: link.wire.url.clone(),
                root_pem,
                timeout: Duration::from_secs(20),
            })?;
            Ok(LinkRun {
                link: link.wire.link.as_str().to_owned(),
                book: Arc::clone(&book),
                carrier: lead(Arc::new(carrier)),
                ports: ports.clone(),
                settings: SenderSettings::default(),
            })
        })
        .collect()
}

async fn certificate(tls: &TlsSection) -> anyhow::Result<RustlsConfig> {
    let (certificate, key) = match tls {
        TlsSection::Own { certificate, key } => (certificate.clone(), key.clone()),
        TlsSection::SelfSigned { self_signed, names } => {
            let certificate = self_signed.with_extension("crt");
            let key = self_signed.with_extension("key");
            if !certificate.exists() || !key.exists() {
                let made = rcgen::generate_simple_self_signed(names.clone())?;
                std::fs::write(&certificate, made.cert.pem())?;
                use std::io::Write as _;
                std::fs::OpenOptions::new()
                    .write(true)
                    .create(true)
                    .truncate(true)
                    .mode(0o600)
                    .open(&key)?
                    .write_all(made.signing_key.serialize_pem().as_bytes())?;
                tracing::warn!(
                    certificate = %certificate.display(),
                    "made a self-signed certificate: for a trial only"
                );
            }
            (certificate, key)
        }
    };
    RustlsConfig::from_pem_file(&certificate, &key)
        .await
        .with_context(|| {
            format!(
                "the certificate {} or its key cannot be used",
                certificate.display()
            )
        })
}

/// Runs one platform until it is told to stop.
pub(crate) async fn serve(file: &File) -> anyhow::Result<ExitCode> {
    let app = open(file).await?;
    let mut running = Running::start(file, app).await?;
    running.follow();
    tracing::info!(
        platform = file.platform.id,
        address = %running.address,
        version = env!("CARGO_PKG_VERSION"),
        "serving"
    );
    stop_signal().await?;
    tracing::info!("stopping");
    let store = running.app.store().clone();
    running.stop().await?;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Waits for Ctrl-C or a termination.
pub(crate) async fn stop_signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

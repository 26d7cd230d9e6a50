//! The binary: configuration, wiring, subcommands.
//!
//! Exit codes: 0 done; 1 it went wrong, with the reason on standard error; 2 the command line is
//! wrong; 3 `verify` found a fault, `import` refused lines, `check-config` found a mistake.

mod command;
mod config;
mod demo;
mod message;
mod reach;
mod serve;
mod tier;
mod voice;

use clap::{Parser, Subcommand};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Gives freed memory back: a password hash takes 19 MiB, and the system's allocator keeps that
/// once for every thread that ever made one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// liandong 联动: the 110 and 12345 desks, the departments behind them, and the link between.
#[derive(Parser)]
#[command(name = "liandong", version, max_term_width = 100)]
struct Cli {
    /// Print results as JSON, for programs.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run one platform.
    Serve(Config),
    /// Run a fictional county: two linked platforms with invented people and cases.
    Demo(demo::Settings),
    /// Take contacts from another system's file; each line is taken or refused with its reason.
    Import(command::Import),
    /// Write all cases, one a line; personal data stays masked.
    Export(command::Export),
    /// Check the hash chains and every case against its events; names the first bad position.
    Verify(Config),
    /// Copy the store to a file while the desk works.
    Backup(command::Backup),
    /// Put a copy in the place of the store; the platform must be stopped.
    Restore(command::Restore),
    /// Bring the store's tables up to this program.
    Migrate(Config),
    /// Read the configuration and say what is wrong with it.
    CheckConfig(Config),
    /// Accounts.
    User(command::User),
    /// Working days that change: holidays, and the weekends worked for them.
    Calendar(command::Calendar),
    /// The clock catalogue: which clocks would run, and whether a catalogue is sound.
    Clocks(command::Clocks),
    /// The site's own names of places: import, show, find.
    Places(command::Places),
    /// Keys and dead letters of the links.
    Link(command::Link),
    /// The full-text index.
    Search(command::Search),
    /// Scores: facts anew, publications counted again, a sheet.
    Score(command::Score),
    /// Documents as PDF: a case, a bulletin.
    Press(command::Press),
    /// Ask triage about a sentence.
    Triage(command::Triage),
    /// Callers, phones and trunks made by the program: to try a trunk, and see which headers arrive.
    CallLab(command::CallLab),
    /// Fill a store with invented cases, to measure on.
    #[command(hide = true)]
    Fill(command::Fill),
}

/// Which platform.
#[derive(clap::Args)]
pub(crate) struct Config {
    /// The configuration file.
    #[arg(long, short, default_value = "liandong.toml", env = "LIANDONG_CONFIG")]
    pub(crate) config: PathBuf,
}

/// The SIP stack would write every message with the caller's number into the log.
const DEFAULT_LOG: &str = "info,rsipstack=error";

fn main() -> ExitCode {
    let cli = Cli::parse();
    let log = tracing_subscriber::EnvFilter::try_from_env("LIANDONG_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(DEFAULT_LOG));
    tracing_subscriber::fmt()
        .with_env_filter(log)
        .with_writer(std::io::stderr)
        // It would say so on the same stderr, and panic when that is full: in the midst of a request.
        .log_internal_errors(false)
        .init();
    // Fails only if another provider was installed before, and there is no other.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let json = cli.json;
    match cli.task {
        Task::Serve(at) => serve::serve(&config::read(&at.config)?).await,
        Task::Demo(settings) => demo::run(settings).await,
        Task::Import(import) => import.run(json).await,
        Task::Export(export) => export.run(json).await,
        Task::Verify(at) => command::verify(&at.config, json).await,
        Task::Backup(backup) => backup.run(json).await,
        Task::Restore(restore) => restore.run(json).await,
        Task::Migrate(at) => command::migrate(&at.config, json).await,
        Task::CheckConfig(at) => command::check_config(&at.config, json),
        Task::User(user) => user.run(json).await,
        Task::Calendar(calendar) => calendar.run(json).await,
        Task::Clocks(clocks) => clocks.run(json).await,
        Task::Places(places) => places.run(json).await,
        Task::Link(link) => link.run(json).await,
        Task::Search(search) => search.run(json).await,
        Task::Score(score) => score.run(json).await,
        Task::Press(press) => press.run(json).await,
        Task::Triage(triage) => triage.run(json),
        Task::CallLab(lab) => lab.run(json).await,
        Task::Fill(fill) => fill.run(json).await,
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    // Where it cannot be said, the exit code says it.
    let _ = writeln!(std::io::stderr(), "liandong: {error:#}");
    ExitCode::from(1)
}

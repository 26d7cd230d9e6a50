//! What time and events start: live updates, clocks, sending, reconciliation, the next list.
//!
//! Each job may be run twice or broken off anywhere: what it does is idempotent.

mod clocks;
mod link;
mod nights;
mod press;

pub use link::{LinkRun, traffic};

use crate::App;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The running jobs of an application.
pub struct Jobs {
    app: App,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Jobs {
    /// Starts all of them.
    #[must_use]
    pub fn start(app: &App, links: Vec<LinkRun>) -> Self {
        let mut jobs = Self::begin(app, links);
        jobs.follow();
        jobs
    }

    /// Starts those that follow the log at their own pace: the search index, the facts for scores, what learns from people's
    /// decisions, and what takes addresses apart. At first they take a core for seconds, which whoever waits for the first page
    /// may want, and nobody's command waits for them.
    pub fn follow(&mut self) {
        self.app.inner.teaches.store(true, Ordering::Relaxed);
        self.app.teach_addresses();
        let search = self.app.clone();
        let end = self.stop.subscribe();
        self.tasks
            .spawn(async move { search.run_search(end).await });
        let scores = self.app.clone();
        let end = self.stop.subscribe();
        self.tasks
            .spawn(async move { scores.run_scores(end).await });
        let learning = self.app.clone();
        let end = self.stop.subscribe();
        self.tasks
            .spawn(async move { learning.run_learning(end).await });
    }

    /// Starts all but those that follow.
    #[must_use]
    pub fn begin(app: &App, links: Vec<LinkRun>) -> Self {
        let mut jobs = Self::link(app, links);
        jobs.mind();
        jobs
    }

    /// Starts those without which two platforms do not hear each other: one for live updates, one for each link. What time
    /// sets off is left to whoever moves the clock, until [`Jobs::mind`].
    #[must_use]
    pub fn link(app: &App, links: Vec<LinkRun>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let live = app.clone();
        let mut end = stopped.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = live.publish() => {}
                _ = end.wait_for(|stop| *stop) => {}
            }
        });
        for run in links {
            let app = app.clone();
            let end = stopped.clone();
            tasks.spawn(async move { app.run_link(run, end).await });
        }
        Self {
            app: app.clone(),
            stop,
            tasks,
        }
    }

    /// Starts those that mind the time: one for clocks, one for the nights, one for the responsibility list's versions, one for
    /// the keys of links, one for supervision, one that reaches people, one for short messages, one for the telephones of
    /// whoever is on duty, one that begins bulletins.
    pub fn mind(&mut self) {
        let (app, tasks) = (&self.app, &mut self.tasks);
        let stopped = self.stop.subscribe();
        let clocks = app.clone();
        let end = stopped.clone();
        tasks.spawn(async move { clocks.run_clocks(end).await });
        let nights = app.clone();
        let end = stopped.clone();
        tasks.spawn(async move { nights.run_nights(end).await });
        let lists = app.clone();
        let end = stopped.clone();
        tasks.spawn(async move { lists.run_lists(end).await });
        let keys = app.clone();
        let end = stopped.clone();
        tasks.spawn(async move { keys.run_keys(end).await });
        let supervision = app.clone();
        let end = stopped.clone();
        tasks.spawn(async move { supervision.run_supervision(end).await });
        let reach = app.clone();
        let end = stopped.clone();
        tasks.spawn(async move { reach.run_reach(end).await });
        let duty = app.clone();
        let end = stopped.clone();
        tasks.spawn(async move { duty.run_duty(end).await });
        let messages = app.clone();
        let end = stopped.clone();
        tasks.spawn(async move { messages.run_messages(end).await });
        let press = app.clone();
        tasks.spawn(async move { press.run_press(stopped).await });
    }

    /// Ends them and waits until they have.
    pub async fn stop(mut self) {
        // Without a receiver there is nothing left to stop.
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

impl App {
    /// Takes the receiver of what peers send; without one, batches are refused.
    pub fn receive_with(&self, receiver: Arc<exchange::Receiver>) {
        self.inner.receiver.store(Arc::new(Some(receiver)));
    }

    /// Takes a batch a peer sent and answers with the signed receipt.
    ///
    /// # Errors
    /// Why it was refused whole.
    pub async fn receive_batch(&self, bytes: &[u8]) -> Result<Vec<u8>, exchange::ReceiveError> {
        let receiver = self.inner.receiver.load_full();
        let Some(receiver) = receiver.as_ref() else {
            return Err(exchange::ReceiveError::UnknownLink {
                link: exchange::LinkId::new("none"),
            });
        };
        let receipt = receiver.receive(bytes).await?;
        receipt.encode().map_err(|error| {
            tracing::error!(%error, "a receipt cannot be written");
            exchange::ReceiveError::UnknownLink {
                link: exchange::LinkId::new("none"),
            }
        })
    }
}

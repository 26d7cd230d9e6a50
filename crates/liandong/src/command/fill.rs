//! fill: many invented cases at once, to measure on. They go through the same use cases as any
//! other contact; most are closed at once, the rest stays open.

use super::say;
use crate::Config;
use crate::demo::county::Speech;
use crate::{config, serve};
use app::CommandKey;
use app::chance::SeededChance;
use futures_util::stream::{self, StreamExt as _};
use serde_json::json;
use std::process::ExitCode;

/// Fills a store.
#[derive(clap::Args)]
pub(crate) struct Fill {
    #[command(flatten)]
    config: Config,
    /// How many cases.
    cases: u64,
    /// How many of them stay open.
    #[arg(long, default_value_t = 10_000)]
    open: u64,
    /// Seed of what is invented.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Fill {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let app = serve::open(&config::read(&self.config.config)?).await?;
        let chance = SeededChance::new(self.seed);
        let speech = Speech::new(&chance, &crate::demo::county::map()?);
        let every = (self.cases / self.open.max(1)).max(1);
        let actor = crate::demo::people::desk_actor(&app);
        let done: Vec<anyhow::Result<()>> = stream::iter(0..self.cases)
            .map(|n| {
                let mut contact = speech.contact(n);
                if n % every != 0 {
                    let text = "已按知识库当场答复";
                    contact.dismissed.clear();
                    contact.then = Some(json!({ "command": "answer", "text": text }));
                }
                let (app, actor) = (app.clone(), actor.clone());
                let id = format!("fill/{}/{n}", self.seed);
                async move {
                    let key = CommandKey {
                        digest: id.clone(),
                        id,
                    };
                    match app.take(&actor, contact.clone(), &key).await {
                        Ok(_) => Ok(()),
                        // Dangerous words cannot be answered away: such a case stays open.
                        Err(app::AppError::Refused(_)) => {
                            contact.then = None;
                            app.take(&actor, contact, &key)
                                .await
                                .map(drop)
                                .map_err(Into::into)
                        }
                        Err(error) => Err(error.into()),
                    }
                }
            })
            .buffer_unordered(256)
            .collect()
            .await;
        for one in done {
            one?;
        }
        say(
            json,
            &json!({ "cases": self.cases }),
            &format!("{} cases", self.cases),
        )?;
        app.store().clone().close().await;
        Ok(ExitCode::SUCCESS)
    }
}

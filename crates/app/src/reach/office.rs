//! The channels as an administrator sees them: how they are set up, how they do, a test message.

use super::channel::{ChannelKind, Outgoing, SendError};
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{
    ChannelOutcome, ChannelSetting, ChannelTest, ChannelTested, ChannelView, ChannelsView,
};
use domain::right::{Action, Actor};

const DAY: i64 = 86_400_000;

impl App {
    /// The channels that are set up, and what came of each in the last day.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn channels(&self, actor: &Actor) -> Result<ChannelsView, AppError> {
        allow(actor, Action::Administer)?;
        let reach = &self.inner.config.reach;
        let counts = self.inner.store.channel_counts(self.now() - DAY).await?;
        let view = |channel: ChannelKind, settings: Vec<(&str, String)>, tests: bool| ChannelView {
            channel,
            settings: settings
                .into_iter()
                .map(|(name, value)| ChannelSetting {
                    name: name.to_owned(),
                    value,
                })
                .collect(),
            outcomes: counts
                .iter()
                .filter(|count| count.channel == channel.as_str())
                .map(|count| ChannelOutcome {
                    outcome: count.outcome.clone(),
                    count: count.count,
                    last_at: count.last_at,
                })
                .collect(),
            tests,
        };
        let mut channels = vec![view(ChannelKind::Console, Vec::new(), false)];
        for channel in &reach.channels {
            channels.push(view(channel.kind(), channel.shown(), true));
        }
        if let Some(desk) = self.voice_desk() {
            let fault = self.no_calls();
            let trunk = desk.setup.plan.outward.as_ref();
            let settings = [
                ("trunk", trunk.map(|(trunk, _)| trunk.to_string())),
                ("fault", fault.as_ref().map(|(key, _)| (*key).to_owned())),
                (
                    "missing",
                    fault.as_ref().map(|(_, missing)| missing.clone()),
                ),
            ];
            let settings = settings
                .into_iter()
                .filter_map(|(name, value)| Some((name, value.filter(|v| !v.is_empty())?)))
                .collect();
            channels.push(view(ChannelKind::Phone, settings, fault.is_none()));
        }
        channels.push(view(ChannelKind::Paper, Vec::new(), false));
        let dead = self
            .inner
            .store
            .deliveries_in_state("dead", "", 1_000)
            .await?;
        Ok(ChannelsView {
            channels,
            rules: reach.rules.version().to_owned(),
            public_url: reach.public_url.clone().unwrap_or_default(),
            dead: i64::try_from(dead.len()).unwrap_or(i64::MAX),
        })
    }

    /// Sends a test message and says what came of it. It is sent once a key.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`] for a channel that is not set up, the store's.
    pub async fn test_channel(
        &self,
        actor: &Actor,
        channel: &str,
        order: &ChannelTest,
        key: &CommandKey,
    ) -> Result<ChannelTested, AppError> {
        allow(actor, Action::Administer)?;
        let reach = &self.inner.config.reach;
        let found = reach
            .channels
            .iter()
            .find(|known| known.kind().as_str() == channel);
        let by_phone = channel == ChannelKind::Phone.as_str() && self.voice_desk().is_some();
        if found.is_none() && !by_phone {
            return Err(AppError::NotFound);
        }
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let name = &self.inner.config.platform.name;
        let text = format!("【{name}】通知渠道测试，收到即正常。");
        let message = Outgoing {
            key: self.new_id(),
            to: order.to.trim().to_owned(),
            subject: text.clone(),
            body: serde_json::json!({"kind": "channel_test", "text": text}).to_string(),
            text,
            now: self.now(),
            ..Outgoing::default()
        };
        let sent = match found {
            Some(carrier) => carrier.send(&message).await,
            None => self.ring_on_trial(&message.to),
        };
        let tested = match sent {
            Ok(proof) => ChannelTested {
                taken: true,
                outcome: if proof.arrived { "arrived" } else { "accepted" }.to_owned(),
                detail: proof.said.to_string(),
            },
            Err(SendError::Later { key, detail } | SendError::Never { key, detail }) => {
                ChannelTested {
                    taken: false,
                    outcome: key.to_owned(),
                    detail,
                }
            }
        };
        let detail = serde_json::json!({"channel": channel, "outcome": tested.outcome});
        let audit = self.audit_detailed(actor, "test_channel", channel, "", &detail);
        self.record(key, tested, vec![audit], Vec::new()).await
    }
}

//! Every night each side tells the other what it sent: count and hash of every block of numbers.
//! The other compares with what it received and raises an alarm at the first block that differs.

use super::away;
use crate::App;
use crate::chance::envelope_id;
use crate::draft::to_json;
use crate::error::AppError;
use exchange::reconciliation::{Summarizer, compare};
use exchange::{Comparison, Digest, Direction, LinkId, PortError, Summary};
use store::{Change, NewEnvelope, Record};

/// The kind of the envelope that brings a summary.
pub(crate) const KIND: &str = "reconcile";
const PAGE: i64 = 1_000;

impl App {
    /// Tells the peer behind a link what was sent to it so far.
    ///
    /// # Errors
    /// The store's.
    pub async fn send_summary(&self, link: &str) -> Result<(), AppError> {
        let up_to = self.store().outbox_issued(link).await?;
        let summary = self.sent(link, up_to).await?;
        let envelope = NewEnvelope {
            link: link.to_owned(),
            case_id: KIND.to_owned(),
            kind: KIND.to_owned(),
            body: to_json(&summary)?,
            at: self.now(),
        };
        self.store()
            .append(Change {
                outbox: vec![envelope],
                ..Change::default()
            })
            .await?;
        self.wake(link);
        Ok(())
    }

    /// What this side sent, by the ids its envelopes have: each is a digest of its content.
    pub(crate) async fn sent(&self, link: &str, up_to: i64) -> Result<Summary, AppError> {
        let platform = self.config().platform.id.clone();
        let mut summary = summarizer(link, Direction::Sent, up_to);
        let mut after = 0;
        while after < up_to {
            let rows = self.store().outbox_after(link, after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = last.seq;
            for row in rows.iter().take_while(|row| row.seq <= up_to) {
                let id = envelope_id(&platform, link, row.seq, &row.body);
                add(&mut summary, row.seq, &id)?;
            }
        }
        Ok(summary.finish())
    }

    async fn received(&self, link: &str, up_to: i64) -> Result<Summary, AppError> {
        let mut summary = summarizer(link, Direction::Received, up_to);
        let mut after = 0;
        while after < up_to {
            let rows = self.store().inbox_ids(link, after, up_to, PAGE).await?;
            let Some((last, _)) = rows.last() else { break };
            after = *last;
            for (seq, id) in &rows {
                add(&mut summary, *seq, id)?;
            }
        }
        Ok(summary.finish())
    }

    /// Compares what the peer says it sent with what was received. The difference, if there is one,
    /// is an alarm of the link and the answer to the peer.
    pub(crate) async fn compare_summary(
        &self,
        link: &LinkId,
        body: &str,
    ) -> Result<Option<String>, PortError> {
        let theirs: Summary = match serde_json::from_str(body) {
            Ok(theirs) => theirs,
            Err(error) => return Ok(Some(format!("unreadable summary: {error}"))),
        };
        let up_to = i64::try_from(theirs.up_to).map_err(away)?;
        let ours = self.received(link.as_str(), up_to).await.map_err(away)?;
        let difference = match compare(&ours, &theirs) {
            Comparison::Agree { count } => {
                tracing::info!(link = link.as_str(), count, "both sides hold the same");
                return Ok(None);
            }
            Comparison::NotComparable => "summaries that cannot be compared".to_owned(),
            Comparison::Differ {
                first,
                last,
                ours,
                theirs,
            } => {
                format!("numbers {first} to {last}: {theirs} were sent, {ours} are here")
            }
        };
        tracing::error!(
            link = link.as_str(),
            difference,
            "the two sides do not hold the same"
        );
        let store = self.store();
        let mut state = store
            .link_state(link.as_str())
            .await
            .map_err(away)?
            .unwrap_or_default();
        link.as_str().clone_into(&mut state.link);
        state.alarm = format!("reconciliation: {difference}");
        state.alarm_at = Some(self.now());
        let records = vec![Record::LinkState(state)];
        store
            .append(Change {
                records,
                ..Change::default()
            })
            .await
            .map_err(away)?;
        Ok(Some(difference))
    }
}

fn summarizer(link: &str, direction: Direction, up_to: i64) -> Summarizer {
    Summarizer::new(
        LinkId::new(link),
        direction,
        1,
        u64::try_from(up_to).unwrap_or(0),
    )
}

fn add(summary: &mut Summarizer, seq: i64, id: &str) -> Result<(), AppError> {
    summary
        .add(u64::try_from(seq).unwrap_or(0), Digest::of(id.as_bytes()))
        .map_err(|error| AppError::Internal(error.to_string()))
}

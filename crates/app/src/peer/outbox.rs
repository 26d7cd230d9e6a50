//! What waits to be sent, as envelopes.

use super::{PeerPorts, away};
use crate::chance::envelope_id;
use async_trait::async_trait;
use exchange::{ChainHead, Digest, Envelope, Figures, LinkId, Outbox, PortError};
use serde::Deserialize;
use store::{Change, OutboxRow, Record};

#[derive(Deserialize)]
struct Addressed {
    peer_case: Option<String>,
}

#[async_trait]
impl Outbox for PeerPorts {
    async fn waiting(
        &self,
        link: &LinkId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Envelope>, PortError> {
        let after = i64::try_from(after).map_err(away)?;
        let limit = i64::try_from(limit).map_err(away)?;
        let store = self.app.store();
        let rows = store
            .outbox_after(link.as_str(), after, limit)
            .await
            .map_err(away)?;
        let platform = &self.app.config().platform.id;
        Ok(rows
            .into_iter()
            .map(|row| envelope(platform, row))
            .collect())
    }

    async fn settle(
        &self,
        link: &LinkId,
        up_to: u64,
        refused: &[(u64, String)],
    ) -> Result<(), PortError> {
        let up_to = i64::try_from(up_to).map_err(away)?;
        let link = link.as_str().to_owned();
        let mut records = vec![Record::OutboxAcked {
            link: link.clone(),
            up_to,
        }];
        for (seq, reason) in refused {
            let seq = i64::try_from(*seq).map_err(away)?;
            records.push(Record::OutboxDead {
                link: link.clone(),
                seq,
                reason: reason.clone(),
            });
        }
        self.app
            .store()
            .append(Change {
                records,
                ..Change::default()
            })
            .await
            .map_err(away)?;
        Ok(())
    }

    async fn acknowledged(&self, link: &LinkId) -> Result<u64, PortError> {
        let acked = self
            .app
            .store()
            .outbox_acked(link.as_str())
            .await
            .map_err(away)?;
        u64::try_from(acked).map_err(away)
    }

    async fn issued(&self, link: &LinkId) -> Result<u64, PortError> {
        let issued = self
            .app
            .store()
            .outbox_issued(link.as_str())
            .await
            .map_err(away)?;
        u64::try_from(issued).map_err(away)
    }

    async fn head(&self) -> Result<ChainHead, PortError> {
        let store = self.app.store();
        let last = *store.positions().borrow();
        let rows = store.feed(last.saturating_sub(1), 1).await.map_err(away)?;
        let hash = rows
            .first()
            .and_then(|row| <[u8; 32]>::try_from(row.hash.as_slice()).ok())
            .unwrap_or_default();
        Ok(ChainHead {
            position: u64::try_from(last).map_err(away)?,
            hash: Digest::from_bytes(hash),
        })
    }

    async fn figures(&self) -> Result<Option<Figures>, PortError> {
        let at = self.app.now();
        let of = self.app.figures(at).await.map_err(away)?;
        Ok(Some(Figures {
            at,
            waiting: of.waiting,
            waiting_since: of.waiting_oldest_at,
            open: of.open,
            unowned: of.unowned,
            danger: of.danger,
            overdue: of.overdue,
            taken_today: of.taken_today,
        }))
    }
}

fn envelope(platform: &str, row: OutboxRow) -> Envelope {
    let peer_case = serde_json::from_str::<Addressed>(&row.body)
        .ok()
        .and_then(|message| message.peer_case);
    Envelope {
        v: 1,
        id: envelope_id(platform, &row.link, row.seq, &row.body),
        seq: u64::try_from(row.seq).unwrap_or_default(),
        link: LinkId::new(row.link),
        kind: row.kind,
        schema: 1,
        cause: row.case_id.clone(),
        case: row.case_id,
        peer_case,
        at: row.at,
        body: row.body,
        digest: Digest::of(&[]),
    }
    .sealed()
}

//! What happened to a case, in order: this side's log, and what the peer told of its own.

use crate::App;
use crate::error::AppError;
use crate::view::{Timeline, TimelineItem};
use domain::right::Actor;
use std::collections::HashMap;
use store::LogRow;

impl App {
    /// The timeline both platforms share, after a place in this side's log.
    ///
    /// # Errors
    /// [`AppError::NotFound`], the store's.
    pub async fn timeline(
        &self,
        actor: &Actor,
        case: &str,
        after: i64,
    ) -> Result<Timeline, AppError> {
        let draft = self.load(case).await?;
        self.readable(actor, &draft.after)?;
        let rows = self
            .inner
            .store
            .events(draft.after.id.as_str(), after.max(0), 500)
            .await?;
        let accounts = self.account_names(&rows).await?;
        let peer = draft
            .after
            .twin
            .as_ref()
            .map(|t| self.inner.config.peer_name(t.link.as_str()));
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            unfold(
                self,
                row,
                &accounts,
                peer.as_deref().unwrap_or_default(),
                &mut items,
            )?;
        }
        Ok(Timeline { items })
    }

    async fn account_names(&self, rows: &[LogRow]) -> Result<HashMap<String, String>, AppError> {
        let mut names = HashMap::new();
        let seats = rows.iter().filter_map(seat_in_call);
        for account in rows.iter().map(|row| row.actor.clone()).chain(seats) {
            if !account.is_empty() && !names.contains_key(&account) {
                let name = match self.without_account(&account).await? {
                    Some(name) => name,
                    None => {
                        let row = self.inner.store.account(&account).await?;
                        row.map(|a| a.name).unwrap_or_default()
                    }
                };
                names.insert(account, name);
            }
        }
        Ok(names)
    }
}

/// Where a step of a call says who was brought into it.
fn party(body: &serde_json::Value) -> &'static str {
    if body.get("party").is_some() {
        "/party"
    } else {
        ""
    }
}

/// The colleague a step of a call is about, by account.
fn seat_in_call(row: &LogRow) -> Option<String> {
    if row.kind != "call_noted" {
        return None;
    }
    let body: serde_json::Value = serde_json::from_str(&row.body).ok()?;
    let party = body.pointer(party(&body))?;
    let seat = party.get("to").and_then(serde_json::Value::as_str) == Some("seat");
    let name = party.get("name").and_then(serde_json::Value::as_str);
    name.filter(|_| seat).map(str::to_owned)
}

/// One log row as entries: what the peer told is shown as the peer's, at its own time.
fn unfold(
    app: &App,
    row: &LogRow,
    names: &HashMap<String, String>,
    peer: &str,
    items: &mut Vec<TimelineItem>,
) -> Result<(), AppError> {
    let parse = |text: &str| {
        serde_json::from_str::<serde_json::Value>(text)
            .map_err(|error| AppError::Internal(format!("event {}: {error}", row.pos)))
    };
    let mut body = parse(&row.body)?;
    let told = |entry: &serde_json::Value| -> Result<TimelineItem, AppError> {
        let text = |key: &str| {
            entry
                .get(key)
                .and_then(serde_json::Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        Ok(TimelineItem {
            seq: row.case_seq,
            pos: row.pos,
            kind: text("kind"),
            at: entry
                .get("at")
                .and_then(serde_json::Value::as_i64)
                .unwrap_or(row.at),
            side: "peer".to_owned(),
            actor_name: String::new(),
            unit: String::new(),
            unit_name: Some(text("unit"))
                .filter(|u| !u.is_empty())
                .unwrap_or_else(|| peer.to_owned()),
            body: parse(&text("body"))?,
        })
    };
    if row.kind == "peer_noted" {
        let entry = body.get("entry").cloned().unwrap_or_default();
        items.push(told(&entry)?);
        return Ok(());
    }
    if row.kind == "offer_received"
        && let Some(offer) = body
            .get_mut("body")
            .and_then(serde_json::Value::as_object_mut)
        && let Some(history) = offer.remove("history")
    {
        for entry in history.as_array().into_iter().flatten() {
            items.push(told(entry)?);
        }
    }
    // People know each other by name.
    if let Some(name) = seat_in_call(row).and_then(|seat| names.get(&seat))
        && !name.is_empty()
    {
        let at = party(&body);
        if let Some(shown) = body.pointer_mut(at).and_then(|party| party.get_mut("name")) {
            *shown = name.clone().into();
        }
    }
    // What the peer did is in this side's log as it was heard here; it was the peer all the same.
    let theirs = row.kind.starts_with("peer_")
        || row.kind == "offer_received"
        || body.get("here") == Some(&false.into());
    items.push(TimelineItem {
        seq: row.case_seq,
        pos: row.pos,
        kind: row.kind.clone(),
        at: row.at,
        side: "own".to_owned(),
        actor_name: names.get(&row.actor).cloned().unwrap_or_default(),
        unit: row.unit.clone(),
        unit_name: if theirs && !peer.is_empty() {
            peer.to_owned()
        } else {
            app.unit_name(&row.unit)
        },
        body,
    });
    Ok(())
}

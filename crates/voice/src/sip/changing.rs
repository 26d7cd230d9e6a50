//! Changes of a session that we ask for, and the other side's that cross them (RFC 3261, 14).

use super::stack::{Shared, Stack, sdp_type};
use super::word::{DialogNo, Said, Word};
use rsipstack::dialog::DialogId;
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Method, Request, Response, StatusCode};
use rsipstack::transaction::key::TransactionRole;
use std::sync::Arc;
use std::time::Duration;

/// How often a change is asked for that crosses one of the other side.
const TRIES: usize = 3;

impl Stack {
    /// Changes the session: re-INVITE with this offer; told as [`Word::Agreed`], or nothing if the
    /// other side refuses, and then the session stays as it was.
    pub fn offer(&self, no: DialogNo, sdp: Vec<u8>) {
        let Some(dialog) = self.shared.dialog(no) else {
            return;
        };
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            match shared.ask_for(no, &dialog, sdp).await {
                Ok(Some(answer)) if answer.status_code == StatusCode::OK => {
                    shared.tell(Said::Dialog(no, Word::Agreed(answer.body)));
                }
                Ok(_) => tracing::debug!("the other side refuses to change the session"),
                Err(error) => tracing::debug!(%error, "the session could not be changed"),
            }
        });
    }
}

impl Shared {
    async fn ask_for(
        &self,
        no: DialogNo,
        dialog: &InviteDialog,
        sdp: Vec<u8>,
    ) -> rsipstack::Result<Option<Response>> {
        let mut tries = 1..=TRIES;
        loop {
            self.asking(no, true);
            let answer = dialog
                .reinvite(Some(vec![sdp_type()]), Some(sdp.clone()))
                .await;
            self.asking(no, false);
            let crossed =
                matches!(&answer, Ok(Some(a)) if a.status_code == StatusCode::RequestPending);
            if !crossed || tries.next().is_none() {
                return answer;
            }
            tokio::time::sleep(again(dialog)).await;
        }
    }

    fn asking(&self, no: DialogNo, asking: bool) {
        if let Some(held) = self.held().get_mut(&no) {
            held.asking = asking;
        }
    }

    /// Whether a request would change what we just ask to be changed: it is answered 491.
    pub(super) fn crosses(&self, request: &Request, id: &DialogId) -> bool {
        let changes = match request.method {
            Method::Invite => true,
            Method::Update => !request.body.is_empty(),
            _ => false,
        };
        changes
            && self
                .held()
                .values()
                .any(|held| held.asking && held.dialog.id() == *id)
    }
}

/// When we ask again: who placed the call waits longer, so that both do not meet again.
fn again(dialog: &InviteDialog) -> Duration {
    // The tag was drawn at random.
    let drawn = dialog.id().local_tag.bytes().map(u64::from).sum::<u64>() % 190;
    let least = match dialog.role() {
        TransactionRole::Client => 2100,
        TransactionRole::Server => 0,
    };
    Duration::from_millis(least + drawn * 10)
}

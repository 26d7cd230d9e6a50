//! How a transfer goes that the other side asked for (RFC 3515): told in the order it went.

use super::stack::Stack;
use super::word::DialogNo;
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Header, StatusCode};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

impl Stack {
    /// Tells a phone that asked for a transfer how it goes (NOTIFY, message/sipfrag).
    pub fn refer_progress(&self, no: DialogNo, status: u16) {
        let mut held = self.shared.held();
        let Some(held) = held.get_mut(&no) else {
            return;
        };
        let unsent = match &held.progress {
            Some(progress) => progress.send(status).is_err(),
            None => true,
        };
        if unsent {
            let (progress, statuses) = unbounded_channel();
            // Its receiver is here.
            let _ = progress.send(status);
            held.progress = Some(progress);
            tokio::spawn(tell(held.dialog.clone(), statuses));
        }
    }
}

/// One after the other, until the last word of it.
async fn tell(dialog: InviteDialog, mut statuses: UnboundedReceiver<u16>) {
    while let Some(status) = statuses.recv().await {
        let state = if status < 200 {
            "active"
        } else {
            "terminated;reason=noresource"
        };
        let headers = vec![
            Header::Event("refer".into()),
            Header::SubscriptionState(state.into()),
            Header::ContentType("message/sipfrag".into()),
        ];
        let line = format!("SIP/2.0 {}\r\n", StatusCode::from(status));
        let told = dialog.notify(Some(headers), Some(line.into_bytes())).await;
        if let Err(error) = told {
            tracing::debug!(%error, "a phone does not hear how its transfer goes");
        }
        if status >= 200 {
            return;
        }
    }
}

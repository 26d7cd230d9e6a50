//! What of a dialog and of a phone's registration outlives the program: the stack's own snapshot as a type of ours.

use super::goodbye::Goodbye;
use super::stack::{Failure, Held, Shared, uri};
use super::timer::Session;
use super::watch::Watch;
use super::word::DialogNo;
use crate::call::SeatName;
use rsipstack::dialog::DialogId;
use rsipstack::dialog::dialog::{Dialog, DialogSnapshot, DialogSnapshotState, SessionIdState};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::headers::untyped;
use rsipstack::sip::typed;
use rsipstack::transaction::key::TransactionRole;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Requests of ours that were not kept one by one: the numbers of those that follow are above them. Gaps are allowed
/// (RFC 3261, 12.2.2).
const AHEAD: u32 = 1_000;

/// What a former program left.
#[derive(Debug, Default)]
pub struct Former {
    /// Its dialogs.
    pub dialogs: Vec<KeptDialog>,
    /// What is to be said for those that were not answered.
    pub goodbyes: Vec<Goodbye>,
    /// Its phones' registrations: seat, what was kept ([`super::word::Said::Bound`]), and how many milliseconds ago.
    pub phones: Vec<(SeatName, String, u64)>,
}

/// A dialog that both sides have confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptDialog {
    /// We were called; else we called.
    arrived: bool,
    call_id: String,
    local_tag: String,
    remote_tag: String,
    from: String,
    to: String,
    local_cseq: u32,
    remote_cseq: u32,
    local_contact: Option<String>,
    remote_uri: String,
    remote_contact: Option<String>,
    routes: Vec<String>,
    reliable: bool,
    session_id: Option<(String, Option<String>)>,
    /// Seconds of the session timer, and whether we refresh it.
    timer: Option<(u32, bool)>,
}

impl KeptDialog {
    pub(super) fn of(held: &Held) -> Option<Self> {
        let snapshot = held.dialog.snapshot();
        (snapshot.state == DialogSnapshotState::Confirmed).then(|| Self {
            arrived: snapshot.role == TransactionRole::Server,
            call_id: snapshot.id.call_id,
            local_tag: snapshot.id.local_tag,
            remote_tag: snapshot.id.remote_tag,
            from: snapshot.from.to_string(),
            to: snapshot.to.to_string(),
            local_cseq: snapshot.local_cseq,
            remote_cseq: snapshot.remote_cseq,
            local_contact: snapshot.local_contact.map(|uri| uri.to_string()),
            remote_uri: snapshot.remote_uri.to_string(),
            remote_contact: snapshot.remote_contact.map(|c| c.value().to_owned()),
            routes: snapshot
                .route_set
                .iter()
                .map(|route| route.value().to_owned())
                .collect(),
            reliable: snapshot.supports_100rel,
            session_id: snapshot.session_id.map(|id| (id.local, id.remote)),
            timer: held.session.map(|session| (session.seconds, session.ours)),
        })
    }

    fn snapshot(&self) -> Result<DialogSnapshot, Failure> {
        let broken = |error: rsipstack::sip::Error| Failure::Stack(error.to_string());
        Ok(DialogSnapshot {
            state: DialogSnapshotState::Confirmed,
            role: if self.arrived {
                TransactionRole::Server
            } else {
                TransactionRole::Client
            },
            id: DialogId {
                call_id: self.call_id.clone(),
                local_tag: self.local_tag.clone(),
                remote_tag: self.remote_tag.clone(),
            },
            from: typed::From::parse(&self.from).map_err(broken)?,
            to: typed::To::parse(&self.to).map_err(broken)?,
            local_cseq: self.local_cseq.saturating_add(AHEAD),
            remote_cseq: self.remote_cseq,
            local_contact: self.local_contact.as_deref().map(uri).transpose()?,
            remote_uri: uri(&self.remote_uri)?,
            remote_contact: self
                .remote_contact
                .as_ref()
                .map(|contact| untyped::Contact::new(contact.as_str())),
            route_set: self
                .routes
                .iter()
                .map(|route| untyped::Route::new(route.as_str()))
                .collect(),
            supports_100rel: self.reliable,
            session_id: self
                .session_id
                .clone()
                .map(|(local, remote)| SessionIdState { local, remote }),
        })
    }
}

impl Shared {
    /// Holds a dialog of a former program.
    pub(super) fn hold_again(
        &self,
        dialog: InviteDialog,
        counts: bool,
        session: Option<Session>,
    ) -> DialogNo {
        let no = self.hold(dialog, None, None);
        if counts {
            self.arrived.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(held) = self.held().get_mut(&no) {
            held.counts = counts;
            held.session = session;
        }
        no
    }

    /// Has a dialog of a former program again. Its other side is asked at once whether it is still there.
    pub(super) fn resume(self: &Arc<Self>, kept: &KeptDialog) -> Result<DialogNo, Failure> {
        let snapshot = kept.snapshot()?;
        let id = snapshot.id.clone();
        let (state, states) = self.layer.new_dialog_state_channel();
        let taken = self.layer.restore_from_snapshot(snapshot, state)?;
        let Some(Dialog::Invite(dialog)) = self.layer.get_dialog(&id).filter(|_| taken) else {
            return Err(Failure::Stack("the dialog is there already".to_owned()));
        };
        let session = kept.timer.map(|(seconds, ours)| Session { seconds, ours });
        let no = self.hold_again(dialog.clone(), kept.arrived, session);
        tokio::spawn(Watch::new(no, self, dialog, states).resumed(session));
        Ok(no)
    }
}

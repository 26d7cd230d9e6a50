//! A command as a person sends it: read, checked for rights, and filled in from the list.

use crate::App;
use crate::chance::digest_of;
use crate::error::AppError;
use domain::case::{Case, Classification, Command, Holder, Part};
use domain::id::{CaseId, LegId, UnitId};
use domain::right::{Action, Actor, Resource, may};
use serde::Deserialize;

/// A command of a person. What the machine itself sends is not among them.
#[derive(Debug, Clone)]
pub(crate) enum Order {
    /// As the domain knows it.
    Plain(Command),
    /// More was said; the words lie beside the log.
    AddDetail(String),
    /// Make parts cases of their own.
    Split(Vec<Part>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddDetail {
    #[serde(rename = "command")]
    _command: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Split {
    #[serde(rename = "command")]
    _command: String,
    parts: Vec<Part>,
}

/// Commands only the machine sends: peers, clocks, and the far ends of what touches two cases.
const INTERNAL: [&str; 17] = [
    "attach",
    "note_call",
    "note_message",
    "ask_rating",
    "rate",
    "take_merged",
    "take_child",
    "take_parent",
    "child_closed",
    "child_reopened",
    "deadline_reached",
    "recount",
    "peer",
    "redact",
    "receive",
    "supervise",
    "note_supervision",
];

impl Order {
    /// Reads a command.
    pub(crate) fn parse(value: &serde_json::Value) -> Result<Self, AppError> {
        let name = value
            .get("command")
            .and_then(serde_json::Value::as_str)
            .ok_or_else(|| AppError::field("command", "required", "which command"))?;
        let bad =
            |error: serde_json::Error| AppError::field("command", "unreadable", error.to_string());
        if holds_nul(value) {
            let detail = "holds a NUL character";
            return Err(AppError::field("command", "control_character", detail));
        }
        if INTERNAL.contains(&name) {
            return Err(AppError::field(
                "command",
                "unknown",
                format!("no command {name}"),
            ));
        }
        match name {
            "add_detail" => {
                let read: AddDetail = serde_json::from_value(value.clone()).map_err(bad)?;
                let length = read.text.trim().chars().count();
                if length == 0 || length > super::take::NARRATIVE_MOST {
                    return Err(AppError::field(
                        "text",
                        "text_length",
                        "1 to 4,000 characters",
                    ));
                }
                Ok(Self::AddDetail(read.text.trim().to_owned()))
            }
            "split" => {
                let read: Split = serde_json::from_value(value.clone()).map_err(bad)?;
                if read.parts.is_empty() || read.parts.len() > 10 {
                    return Err(AppError::field("parts", "out_of_range", "1 to 10 parts"));
                }
                for (n, part) in read.parts.iter().enumerate() {
                    let length = part.narrative.trim().chars().count();
                    if length == 0 || length > super::take::NARRATIVE_MOST {
                        let field = format!("parts[{n}].narrative");
                        return Err(AppError::field(
                            &field,
                            "text_length",
                            "1 to 4,000 characters",
                        ));
                    }
                }
                Ok(Self::Split(read.parts))
            }
            _ => Ok(Self::Plain(
                serde_json::from_value(value.clone()).map_err(bad)?,
            )),
        }
    }

    /// The right it asks for.
    pub(crate) const fn action(&self) -> Action {
        match self {
            Self::AddDetail(_) => Action::Remark,
            Self::Split(_) => Action::Decide,
            Self::Plain(command) => action_of(command),
        }
    }

    fn leg(&self) -> Option<&LegId> {
        match self {
            Self::Plain(
                Command::Sign { leg }
                | Command::Contact { leg, .. }
                | Command::Depart { leg, .. }
                | Command::Arrive { leg, .. }
                | Command::Report { leg, .. }
                | Command::Dispute { leg, .. }
                | Command::Suspend { leg, .. }
                | Command::Resume { leg }
                | Command::AskExtension { leg, .. }
                | Command::AskReturn { leg, .. }
                | Command::GiveResult { leg, .. },
            ) => Some(leg),
            _ => None,
        }
    }
}

const fn action_of(command: &Command) -> Action {
    match command {
        Command::Classify { .. } | Command::DismissDanger { .. } => Action::Classify,
        Command::AddDetail { .. } | Command::Urge { .. } | Command::Link { .. } => Action::Remark,
        Command::Answer { .. }
        | Command::Inform { .. }
        | Command::NotAccept { .. }
        | Command::TellToDial { .. }
        | Command::MarkNuisance { .. }
        | Command::Cancel { .. }
        | Command::MergeInto { .. } => Action::Conclude,
        Command::Dispatch { .. } | Command::Withdraw { .. } | Command::Instruct { .. } => {
            Action::Dispatch
        }
        Command::Sign { .. }
        | Command::Contact { .. }
        | Command::Depart { .. }
        | Command::Arrive { .. }
        | Command::Report { .. }
        | Command::Dispute { .. }
        | Command::Suspend { .. }
        | Command::Resume { .. }
        | Command::AskExtension { .. }
        | Command::AskReturn { .. }
        | Command::GiveResult { .. } => Action::WorkLeg,
        Command::DecideExtension { .. } | Command::DecideReturn { .. } | Command::Review { .. } => {
            Action::Decide
        }
        Command::Assign { .. } | Command::SettleDispute { .. } | Command::Arbitrate { .. } => {
            Action::Bind
        }
        Command::FollowUp { .. } | Command::CheckRating { .. } => Action::FollowUp,
        Command::Supervise { .. } | Command::NoteSupervision { .. } => Action::Supervise,
        Command::Flag { .. } | Command::Unflag { .. } => Action::Flag,
        Command::Close { .. } | Command::Reopen { .. } => Action::Close,
        Command::HandOver { .. }
        | Command::WithdrawOffer { .. }
        | Command::AcceptOffer { .. }
        | Command::RefuseOffer { .. }
        | Command::Decide { .. }
        | Command::ReturnToPeer { .. }
        | Command::AskArbitration { .. } => Action::Cross,
        Command::TakeMerged { .. }
        | Command::TakeChild { .. }
        | Command::TakeParent { .. }
        | Command::ChildClosed { .. }
        | Command::ChildReopened { .. }
        | Command::DeadlineReached { .. }
        | Command::Recount { .. }
        | Command::Peer { .. }
        | Command::Attach { .. }
        | Command::NoteCall { .. }
        | Command::NoteMessage { .. }
        | Command::AskRating { .. }
        | Command::Rate { .. }
        | Command::Redact { .. } => Action::Redact,
    }
}

/// The units that have to do with a case.
pub(crate) fn involved(case: &Case) -> Vec<UnitId> {
    let mut units: Vec<UnitId> = case.legs.iter().map(|leg| leg.unit.clone()).collect();
    if let Holder::Own { unit } = &case.holder {
        units.push(unit.clone());
    }
    units.sort();
    units.dedup();
    units
}

impl App {
    /// Refuses what the role table does not grant on this case. A reader who may not even know of
    /// the case is told that there is none.
    pub(crate) fn authorise(
        &self,
        actor: &Actor,
        order: &Order,
        case: Option<&Case>,
    ) -> Result<(), AppError> {
        let units = case.map(involved).unwrap_or_default();
        let leg = case
            .and_then(|case| order.leg().and_then(|id| case.leg(id)))
            .map(|leg| &leg.unit);
        let resource = Resource {
            involved: &units,
            leg,
        };
        if case.is_some() && !may(actor, Action::ReadCase, resource) {
            return Err(AppError::NotFound);
        }
        if may(actor, order.action(), resource) {
            Ok(())
        } else {
            Err(AppError::Forbidden)
        }
    }

    /// The domain's command for an order that is one command, with what the list gives a dispatch.
    pub(crate) fn command_of(
        &self,
        order: &Order,
        classification: &Classification,
    ) -> Result<Command, AppError> {
        match order {
            Order::Plain(Command::Dispatch {
                lead,
                assist,
                first_response,
                limits,
                basis,
                note,
            }) => {
                // What the order leaves open the catalogue says, and the list's row by it.
                let row = self.row_of(classification);
                self.known_units(lead.iter().chain(assist).chain(first_response))?;
                Ok(Command::Dispatch {
                    lead: lead.clone(),
                    assist: assist.clone(),
                    first_response: first_response.clone(),
                    limits: *limits,
                    basis: if basis.is_empty() {
                        row.map(|r| r.basis).unwrap_or_default()
                    } else {
                        basis.clone()
                    },
                    note: note.clone(),
                })
            }
            Order::Plain(Command::Assign {
                unit,
                basis,
                reason,
                limits,
            }) => {
                self.known_units(std::iter::once(unit))?;
                Ok(Command::Assign {
                    unit: unit.clone(),
                    basis: basis.clone(),
                    reason: reason.clone(),
                    limits: *limits,
                })
            }
            Order::Plain(Command::FollowUp { .. }) => Ok(self.with_next_try(order)),
            Order::Plain(command) => Ok(command.clone()),
            Order::AddDetail(text) => {
                let said = self.triage(text, "", "");
                Ok(Command::AddDetail {
                    digest: crate::chance::hex(&digest_of(&[&self.inner.site_key, text])),
                    danger: super::suggest::signs(&said),
                    danger_version: said.danger_version,
                })
            }
            Order::Split(_) => Err(AppError::field(
                "command",
                "not_here",
                "split needs a case that exists",
            )),
        }
    }

    fn known_units<'a>(&self, units: impl Iterator<Item = &'a UnitId>) -> Result<(), AppError> {
        let engine = self.inner.engine.load();
        for unit in units {
            match engine.unit(unit) {
                None => {
                    return Err(AppError::field(
                        "unit",
                        "unknown_unit",
                        format!("no unit {unit}"),
                    ));
                }
                Some(known) if known.desk != self.inner.config.platform.desk => {
                    let detail = format!("{unit} stands behind the other desk: hand over");
                    return Err(AppError::field("unit", "other_desk", detail));
                }
                Some(_) if self.is_disabled(unit) => {
                    let detail = format!("{unit} takes no new work");
                    return Err(AppError::field("unit", "unit_disabled", detail));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// Whether some text in it holds a NUL, which PostgreSQL takes nowhere.
pub(crate) fn holds_nul(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(holds_nul),
        serde_json::Value::Object(fields) => fields.values().any(holds_nul),
        _ => false,
    }
}

/// The other case an order is about: the reader must be able to know of it, too.
pub(crate) const fn reference(order: &Order) -> Option<&CaseId> {
    match order {
        Order::Plain(Command::MergeInto { into }) => Some(into),
        Order::Plain(Command::Link { other, .. }) => Some(other),
        _ => None,
    }
}

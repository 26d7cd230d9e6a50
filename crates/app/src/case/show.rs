//! A case as a reader may see it.

use super::act::ids;
use super::order::{Order, involved};
use crate::App;
use crate::draft::{Draft, deadline_state, next_due};
use crate::error::AppError;
use crate::office::allow;
use crate::view::{
    CaseBrief, CaseView, DangerView, DeadlineView, DueView, HandOverView, HolderView,
    InstructionView, LadderView, LegView, LinkedView, MyLeg, PartView, PersonView, TwinView,
};
use domain::case::{Case, Holder, Leg, Refusal, Taker, decide};
use domain::clock::{Calendar, Deadline, DeadlineState};
use domain::id::CaseId;
use domain::right::{
    Action, Actor, Resource, mask_name, mask_number, mask_persons, mask_place, mask_text, may,
    sees_all, sees_person,
};
use std::collections::HashMap;
use store::{CaseRow, Change, LegRow, PersonRow, Record};

impl App {
    /// A case whole.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for a case the reader may not know of; the store's.
    pub async fn case(&self, actor: &Actor, case: &str) -> Result<CaseView, AppError> {
        let mut draft = self.load(case).await?;
        self.readable(actor, &draft.after)?;
        self.ensure_person(&mut draft).await?;
        self.case_view(actor, &draft).await
    }

    /// Refuses a case the reader has no right to know of, as if there were none.
    pub(crate) fn readable(&self, actor: &Actor, case: &Case) -> Result<(), AppError> {
        let units = involved(case);
        let resource = Resource {
            involved: &units,
            leg: None,
        };
        if may(actor, Action::ReadCase, resource) {
            Ok(())
        } else {
            Err(AppError::NotFound)
        }
    }

    async fn case_view(&self, actor: &Actor, draft: &Draft) -> Result<CaseView, AppError> {
        let case = &draft.after;
        let row = draft
            .before
            .as_ref()
            .map(|(row, _)| row.clone())
            .unwrap_or_default();
        let numbers = self.numbers(actor, case).await?;
        let no_of = |id: &CaseId| numbers.get(id.as_str()).cloned().unwrap_or_default();
        let part = |id: &CaseId, closed: bool| PartView {
            case: id.to_string(),
            no: no_of(id),
            closed,
        };
        let (attachments, attach) = self.attachments(actor, case).await?;
        Ok(CaseView {
            brief: self.brief_of_case(actor, case, &row),
            first_receiver: case.first_receiver.to_string(),
            first_receiver_name: self.unit_name(case.first_receiver.as_str()),
            first: case.first.clone(),
            classification: case.classification.clone(),
            confidential: case.confidential,
            located: case.located,
            epoch: case.epoch,
            person: self.person_view(actor, case, draft.person.as_ref()),
            dangers: case
                .danger
                .iter()
                .map(|d| DangerView {
                    kind: d.sign.kind.clone(),
                    rule: d.sign.rule.clone(),
                    words: d.sign.words.clone(),
                    dismissed: d.dismissed.clone(),
                })
                .collect(),
            police_case: case.police_case.as_ref().map(ToString::to_string),
            legs: self.leg_views(case),
            hand_overs: case
                .hand_overs
                .iter()
                .map(|h| HandOverView {
                    id: h.id.to_string(),
                    link: h.link.to_string(),
                    sent: h.sent,
                    mode: h.mode,
                    state: h.state,
                    offered_at: h.offered_at,
                    answered_at: h.answered_at,
                    note: h.note.clone(),
                })
                .collect(),
            twin: case.twin.as_ref().map(|t| TwinView {
                link: t.link.to_string(),
                peer_name: self.inner.config.peer_name(t.link.as_str()),
                case: t.case.as_ref().map(ToString::to_string),
                no: t.no.clone(),
                closed: t.closed,
                parallel: t.parallel,
            }),
            deadlines: {
                let calendar = self.inner.calendar.load();
                let shown = case.deadlines.iter();
                shown.map(|d| deadline_view(d, &calendar)).collect()
            },
            grounds: {
                let force = self.catalogue_in_force();
                let named = force.catalogue.pauses.iter();
                named
                    .map(|pause| crate::view::GroundView {
                        code: pause.code.clone(),
                        name: pause.name.clone(),
                    })
                    .collect()
            },
            result: case.result.clone().map(|mut r| {
                r.unit = self.unit_name(&r.unit);
                r
            }),
            peer_result: case.peer_result.clone(),
            reviewed: case.reviewed,
            follow_ups: case.follow_ups,
            urged: case.urged,
            returns: case.returns,
            links: case
                .links
                .iter()
                .map(|(id, relation)| LinkedView {
                    case: id.to_string(),
                    no: no_of(id),
                    relation: *relation,
                })
                .collect(),
            parent_no: case
                .parent
                .as_ref()
                .and_then(|id| numbers.get(id.as_str()).cloned()),
            parts: case
                .open_children
                .iter()
                .map(|id| part(id, false))
                .chain(case.closed_children.iter().map(|id| part(id, true)))
                .collect(),
            parent: case.parent.as_ref().map(ToString::to_string),
            open_children: ids(&case.open_children),
            closed_children: ids(&case.closed_children),
            attachments,
            attach,
            supervision: case
                .supervision
                .iter()
                .map(|known| LadderView {
                    measure: known.measure.to_string(),
                    no: known.no.clone(),
                    rung: known.rung.as_str().to_owned(),
                    unit: known.unit.to_string(),
                    unit_name: self.unit_name(known.unit.as_str()),
                    state: known.state.as_str().to_owned(),
                    at: known.at,
                    due: known.due,
                    missed: known.missed,
                    reason: known.reason.clone(),
                })
                .collect(),
            flags: case
                .flags
                .iter()
                .map(|flag| flag.as_str().to_owned())
                .collect(),
            awaiting: self.awaiting_view(case),
            disputes: self.dispute_views(case),
            rating: case.rating.clone(),
            allowed: self.allowed(actor, case),
        })
    }

    /// The numbers of the cases this one has to do with, of those the reader may know of.
    async fn numbers(
        &self,
        actor: &Actor,
        case: &Case,
    ) -> Result<HashMap<String, String>, AppError> {
        let linked = case.links.iter().map(|(id, _)| id);
        let parts = case.open_children.iter().chain(&case.closed_children);
        let mut wanted: Vec<String> = linked
            .chain(parts)
            .chain(&case.parent)
            .map(ToString::to_string)
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut numbers = HashMap::new();
        if wanted.is_empty() {
            return Ok(numbers);
        }
        for row in self.inner.store.cases(&wanted).await? {
            let (id, no) = (row.id.clone(), row.no.clone());
            // One that cannot be read holds up no other.
            let Ok(draft) = Draft::of_row(row) else {
                continue;
            };
            if self.readable(actor, &draft.after).is_ok() {
                numbers.insert(id, no);
            }
        }
        Ok(numbers)
    }

    fn leg_views(&self, case: &Case) -> Vec<LegView> {
        case.legs
            .iter()
            .map(|leg| LegView {
                id: leg.id.to_string(),
                unit: leg.unit.to_string(),
                unit_name: self.unit_name(leg.unit.as_str()),
                role: leg.role.as_str().to_owned(),
                state: leg.state.as_str().to_owned(),
                dispatched_at: leg.dispatched_at,
                signed_at: leg.signed_at,
                contacted_at: leg.contacted_at,
                ask: leg.ask.clone(),
                extensions: leg.extensions,
                binding: leg.binding,
                solved: leg.solved,
                instruction: case
                    .instructions
                    .iter()
                    .find(|told| told.leg == leg.id)
                    .map(|told| InstructionView {
                        at: told.at,
                        text: told.text.clone(),
                    }),
            })
            .collect()
    }

    fn brief_of_case(&self, actor: &Actor, case: &Case, row: &CaseRow) -> CaseBrief {
        let mut brief = self.brief(actor, row, None);
        if shows_place(actor, case) {
            unmask_place(&mut brief, row);
        }
        brief.held_since = case.held_since;
        brief
            .matter_name
            .clone_from(&case.classification.matter_name);
        brief.twin_no = case
            .twin
            .as_ref()
            .map(|t| t.no.clone())
            .filter(|no| !no.is_empty());
        brief.next_due = next_due(case).map(|d| DueView {
            stage: d.stage.as_str().to_owned(),
            due: d.due,
            amber_at: d.amber,
            state: deadline_state(d).to_owned(),
        });
        brief
    }

    /// A case as lists show it.
    pub(crate) fn brief(&self, actor: &Actor, row: &CaseRow, leg: Option<&LegRow>) -> CaseBrief {
        let now = self.now();
        let holder = if row.accountable_side == "peer" {
            HolderView::Peer {
                link: row.accountable_unit.clone(),
                peer_name: self.inner.config.peer_name(&row.accountable_unit),
            }
        } else {
            HolderView::Own {
                unit: row.accountable_unit.clone(),
                unit_name: self.unit_name(&row.accountable_unit),
            }
        };
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let open = actor.roles.iter().any(|role| sees_person(*role))
            || leg.is_some_and(|leg| row_shows_place(row, leg));
        CaseBrief {
            id: row.id.clone(),
            no: row.no.clone(),
            version: row.version,
            status: row.status.clone(),
            task: some(&row.task),
            holder,
            held_since: row.held_since,
            desk: some(&row.desk),
            matter: some(&row.matter),
            matter_name: row.matter_name.clone(),
            urgency: match row.urgency {
                2 => "critical",
                1 => "urgent",
                _ => "normal",
            }
            .to_owned(),
            danger: row.danger,
            channel: row.channel.clone(),
            outcome: some(&row.outcome),
            district: row.district.clone(),
            place: if open {
                row.place.clone()
            } else {
                mask_place(&row.place)
            },
            // Callers name their house; who may not see the place does not read it here either.
            summary: if open {
                row.summary.clone()
            } else {
                mask_text(&row.summary)
            },
            twin_no: some(&row.twin_no),
            opened_at: row.opened_at,
            updated_at: row.updated_at,
            closed_at: row.closed_at,
            next_due: row.next_due_at.map(|due| DueView {
                stage: row.next_due_kind.clone(),
                due,
                amber_at: due,
                state: if due <= now { "missed" } else { "running" }.to_owned(),
            }),
            my_leg: leg.map(|leg| MyLeg {
                id: leg.leg_id.clone(),
                role: leg.role.clone(),
                state: leg.state.clone(),
                due: leg.due_at,
                next: None,
                redo: false,
                binding: false,
                asked: None,
                together: Vec::new(),
            }),
        }
    }

    /// The caller as this reader may see them. Those at the desk see all; a unit at work on the
    /// case sees where to go and what was said, and whom to call unless that is confidential.
    fn person_view(&self, actor: &Actor, case: &Case, person: Option<&PersonRow>) -> PersonView {
        let Some(person) = person else {
            return PersonView::default();
        };
        let units = involved(case);
        let resource = Resource {
            involved: &units,
            leg: None,
        };
        let may_unmask = may(actor, Action::Unmask, resource);
        if actor.roles.iter().any(|role| sees_person(*role)) {
            return full(person);
        }
        // Who sees the place reads it where the caller names it, too.
        let (address, narrative) = if shows_place(actor, case) {
            (person.address.clone(), mask_persons(&person.narrative))
        } else {
            (mask_place(&person.address), mask_text(&person.narrative))
        };
        PersonView {
            caller_name: mask_name(&person.caller_name),
            caller_number: mask_number(&person.caller_number),
            contact_number: mask_number(&person.contact_number),
            address,
            narrative,
            masked: true,
            // Who called in confidence stays unknown to the units (SFBM).
            may_unmask: may_unmask && (!case.confidential || sees_all(actor)),
        }
    }

    /// Lifts the mask, with a reason that stays in the audit trail (law 10).
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`], a reason that says nothing, the store's.
    pub async fn unmask(
        &self,
        actor: &Actor,
        case: &str,
        reason: &str,
    ) -> Result<PersonView, AppError> {
        let mut draft = self.load(case).await?;
        self.readable(actor, &draft.after)?;
        self.ensure_person(&mut draft).await?;
        let shown = self.person_view(actor, &draft.after, draft.person.as_ref());
        let sees = actor.roles.iter().any(|role| sees_person(*role));
        if !sees && !shown.may_unmask {
            return Err(AppError::Forbidden);
        }
        let reason = reason.trim();
        let length = reason.chars().count();
        if !(4..=500).contains(&length) || reason.contains('\0') {
            return Err(AppError::field(
                "reason",
                "text_length",
                "4 to 500 characters",
            ));
        }
        let records = vec![self.audit_row(actor, "unmask", draft.after.id.as_str(), reason)];
        self.inner
            .store
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        let Some(person) = &draft.person else {
            return Err(AppError::NotFound);
        };
        Ok(full(person))
    }

    pub(crate) fn audit_row(
        &self,
        actor: &Actor,
        action: &str,
        resource: &str,
        reason: &str,
    ) -> Record {
        self.audit_of(actor, action, resource, reason, String::new())
    }

    /// The same with what exactly was done, without personal data.
    pub(crate) fn audit_detailed(
        &self,
        actor: &Actor,
        action: &str,
        resource: &str,
        reason: &str,
        detail: &serde_json::Value,
    ) -> Record {
        self.audit_of(actor, action, resource, reason, detail.to_string())
    }

    fn audit_of(
        &self,
        actor: &Actor,
        action: &str,
        resource: &str,
        reason: &str,
        detail: String,
    ) -> Record {
        Record::Audit(store::AuditRow {
            at: self.now(),
            actor: actor.account.to_string(),
            action: action.to_owned(),
            resource: resource.to_owned(),
            reason: reason.to_owned(),
            detail,
        })
    }

    /// Whom a decision of the arbiter may name on the link of the case's twin.
    fn taker(&self, case: &Case) -> Taker {
        let twin = case.twin.as_ref().map(|twin| &twin.link);
        let links = &self.inner.config.rules.links;
        match links.iter().find(|rule| Some(&rule.link) == twin) {
            Some(rule) if rule.peer_desk == case.desk => Taker::Arbiter,
            _ => case.desk.into(),
        }
    }

    /// The commands this actor may send to this case now: each is tried on the decider.
    fn allowed(&self, actor: &Actor, case: &Case) -> Vec<String> {
        let calendar = self.inner.calendar.load();
        let clocks = self.clockwork();
        let ctx = self.context(self.now(), &calendar, None, &clocks);
        let mut allowed = Vec::new();
        for (name, command) in super::probe::probes(case, &ctx, self.taker(case)) {
            let order = Order::Plain(command);
            if self.authorise(actor, &order, Some(case)).is_err() {
                continue;
            }
            let Order::Plain(command) = order else {
                continue;
            };
            // To a third platform it goes as a child.
            if matches!(
                decide(case, &command, &ctx),
                Ok(_) | Err(Refusal::TwinElsewhere(_))
            ) && !allowed.contains(&name)
            {
                allowed.push(name);
            }
        }
        let units = involved(case);
        let resource = Resource {
            involved: &units,
            leg: None,
        };
        if case.closed_at.is_none()
            && matches!(case.holder, Holder::Own { .. })
            && may(actor, Action::Decide, resource)
        {
            allowed.push("split".to_owned());
        }
        allowed
    }

    /// Whether a desk of the platform as a whole may be read.
    pub(crate) fn may_list(&self, actor: &Actor) -> Result<(), AppError> {
        allow(actor, Action::ListCases)
    }
}

/// Whether a case shows the reader's unit the whole place: where it has work to do, and nobody
/// called in confidence (SFBM).
pub(super) fn shows_place(actor: &Actor, case: &Case) -> bool {
    let at_work = |leg: &Leg| leg.unit == actor.unit && leg.state.is_open();
    !case.confidential && case.legs.iter().any(at_work)
}

/// The same of a row that was read with its state.
fn row_shows_place(row: &CaseRow, leg: &LegRow) -> bool {
    #[derive(serde::Deserialize)]
    struct Confidence {
        confidential: bool,
    }
    let at_work = matches!(leg.state.as_str(), "dispatched" | "signed" | "suspended");
    at_work && serde_json::from_str::<Confidence>(&row.state).is_ok_and(|c| !c.confidential)
}

/// Shows the place, also where the caller named it.
pub(super) fn unmask_place(brief: &mut CaseBrief, row: &CaseRow) {
    brief.place.clone_from(&row.place);
    brief.summary.clone_from(&row.summary);
}

fn full(person: &PersonRow) -> PersonView {
    PersonView {
        caller_name: person.caller_name.clone(),
        caller_number: person.caller_number.clone(),
        contact_number: person.contact_number.clone(),
        address: person.address.clone(),
        narrative: person.narrative.clone(),
        masked: false,
        may_unmask: true,
    }
}

fn deadline_view(d: &Deadline, calendar: &Calendar) -> DeadlineView {
    let (at, late) = match d.state {
        DeadlineState::Met { at, late } => (Some(at), Some(late)),
        _ => (None, None),
    };
    DeadlineView {
        id: d.id.to_string(),
        leg: d.leg.as_ref().map(ToString::to_string),
        stage: d.stage.as_str().to_owned(),
        rule: d.rule.clone(),
        from: d.from,
        amber: d.amber,
        red: d.red,
        due: d.due,
        due_first: d.due_first,
        climbed: d.climbed,
        next_told: d.next_rung().map(|rung| crate::view::ClockStep {
            at: rung.at,
            tell: rung.tell.as_str().to_owned(),
            by: rung.by.iter().map(|way| way.as_str().to_owned()).collect(),
            then: rung.then.as_str().to_owned(),
        }),
        state: deadline_state(d).to_owned(),
        recounted: d
            .is_open()
            .then(|| calendar.recounted_since(d.from, d.due, d.recounted_at.unwrap_or(d.from)))
            .flatten(),
        at,
        late,
    }
}

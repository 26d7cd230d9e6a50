//! The scene as a case shows it: what waits for an instruction, what units could not agree about.

use crate::App;
use crate::view::{AwaitingView, DisputeView};
use domain::case::Case;
use domain::id::LegId;

impl App {
    pub(super) fn awaiting_view(&self, case: &Case) -> Option<AwaitingView> {
        let waits = case
            .awaiting
            .as_ref()
            .filter(|_| case.closed_at.is_none())?;
        Some(AwaitingView {
            leg: waits.leg.to_string(),
            unit_name: self.unit_of_leg(case, &waits.leg),
            at: waits.at,
            grounds: waits
                .grounds
                .iter()
                .map(|ground| ground.as_str().to_owned())
                .collect(),
        })
    }

    pub(super) fn dispute_views(&self, case: &Case) -> Vec<DisputeView> {
        case.disputes
            .iter()
            .map(|known| {
                let settled = known.settled.as_ref();
                let told = settled.map(|(settlement, _)| settlement);
                let against = known.dispute.against.as_ref();
                DisputeView {
                    dispute: known.dispute.dispute,
                    about: known.dispute.about.as_str().to_owned(),
                    unit_name: self.unit_of_leg(case, &known.dispute.leg),
                    against_name: against
                        .map(|unit| self.unit_name(unit.as_str()))
                        .unwrap_or_default(),
                    text: known.dispute.text.clone(),
                    at: known.at,
                    settled_at: settled.map(|(_, at)| *at),
                    bearer_name: told
                        .map(|settlement| self.unit_name(settlement.unit.as_str()))
                        .unwrap_or_default(),
                    basis: told.map(|s| s.basis.clone()).unwrap_or_default(),
                    reason: told.map(|s| s.reason.clone()).unwrap_or_default(),
                }
            })
            .collect()
    }

    fn unit_of_leg(&self, case: &Case, leg: &LegId) -> String {
        case.leg(leg)
            .map(|leg| self.unit_name(leg.unit.as_str()))
            .unwrap_or_default()
    }
}

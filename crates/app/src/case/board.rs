//! The desk lead's board: what waits for a decision, in lanes, the longest waiting first.

use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{BoardView, LaneView, WaitingView};
use domain::case::{Ask, Case, HandOverMode, Task};
use domain::right::{Action, Actor, sees_all};
use store::{CaseFilter, CaseRow, Order, Page};

/// How many cases of a lane are listed; the count says how many there are.
const LISTED: i64 = 60;

/// The lane of incoming cases that the two platforms have to agree on.
const CONSULT: &str = "consult";

/// The tasks as lanes, the most pressing first.
const LANES: [Task; 12] = [
    Task::Danger,
    Task::Scene,
    Task::Arbitration,
    Task::Incoming,
    Task::TimedOut,
    Task::Refused,
    Task::Unowned,
    Task::Dispute,
    Task::Return,
    Task::Extension,
    Task::Review,
    Task::Undecided,
];

impl App {
    /// What waits for the desk lead.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] to whoever may not read the desk and every case of it; the store's.
    pub async fn board(&self, actor: &Actor) -> Result<BoardView, AppError> {
        allow(actor, Action::ReadDesk)?;
        if !sees_all(actor) {
            return Err(AppError::Forbidden);
        }
        let counts = self.inner.store.counts().await?;
        let mut lanes = Vec::with_capacity(LANES.len() + 1);
        for task in LANES {
            let count = counts
                .by_task
                .iter()
                .find(|(name, _)| name == task.as_str())
                .map_or(0, |(_, count)| *count);
            let items = if count == 0 {
                Vec::new()
            } else {
                self.waiting(actor, task).await?
            };
            if task == Task::Incoming {
                // An offer that needs agreement is another kind of decision than taking one.
                let (agree, take): (Vec<_>, Vec<_>) = items
                    .into_iter()
                    .partition(|item| item.mode.as_deref() == Some(CONSULT));
                let agreed = i64::try_from(agree.len()).unwrap_or(0);
                lanes.push(lane(CONSULT, agreed, agree));
                lanes.push(lane(task.as_str(), (count - agreed).max(0), take));
            } else {
                lanes.push(lane(task.as_str(), count, items));
            }
        }
        Ok(BoardView { lanes })
    }

    async fn waiting(&self, actor: &Actor, task: Task) -> Result<Vec<WaitingView>, AppError> {
        let filter = CaseFilter {
            task: Some(task.as_str().to_owned()),
            open_only: true,
            order: Order::Oldest,
            ..CaseFilter::default()
        };
        let page = Page {
            after: None,
            limit: LISTED,
        };
        let rows = self.inner.store.list(&filter, &page).await?;
        let states = self.states(&rows).await?;
        let mut items: Vec<WaitingView> = rows
            .iter()
            .map(|row| self.waiting_view(actor, row, task, states.get(&row.id)))
            .collect();
        items.sort_by_key(|item| item.since);
        Ok(items)
    }

    fn waiting_view(
        &self,
        actor: &Actor,
        row: &CaseRow,
        task: Task,
        case: Option<&Case>,
    ) -> WaitingView {
        let offer = case.and_then(|case| match task {
            Task::Incoming => case.incoming(),
            Task::TimedOut => case.sent_in_the_air(),
            Task::Refused => case.hand_overs.last(),
            _ => None,
        });
        WaitingView {
            case: self.brief(actor, row, None),
            since: case.map_or(row.held_since, |case| case.waits_since(task)),
            mode: offer.map(|offer| mode_word(offer.mode).to_owned()),
            reason: offer.map_or_else(
                || case.and_then(|case| asked(case, task)).unwrap_or_default(),
                |offer| offer.note.clone(),
            ),
        }
    }
}

fn lane(name: &str, count: i64, items: Vec<WaitingView>) -> LaneView {
    LaneView {
        lane: name.to_owned(),
        count,
        oldest_at: items.iter().map(|item| item.since).min(),
        items,
    }
}

fn asked(case: &Case, task: Task) -> Option<String> {
    if task == Task::Dispute {
        return case.open_dispute().map(|known| known.dispute.text.clone());
    }
    case.legs.iter().find_map(|leg| match (&leg.ask, task) {
        (Some(Ask::Return { reason, .. }), Task::Return)
        | (Some(Ask::Extension { reason, .. }), Task::Extension) => Some(reason.clone()),
        _ => None,
    })
}

const fn mode_word(mode: HandOverMode) -> &'static str {
    match mode {
        HandOverMode::Direct => "direct",
        HandOverMode::Push => "push",
        HandOverMode::Parallel => "parallel",
        HandOverMode::Consult => CONSULT,
        HandOverMode::Return => "return",
    }
}

//! A case on paper: the order sheet 警单/工单 and the supervision order 督办单. What the reader may not
//! see is not on it, and each printing is an audit row (law 10).

use super::words::{rule, word};
use super::{PDF, Paper, moment};
use crate::App;
use crate::error::AppError;
use crate::view::{CaseView, HolderView};
use ::press::Document;
use ::press::form::{OrderSheet, SupervisionOrder};
use domain::desk::Desk;
use domain::right::{Action, Actor, Resource, may};
use serde::Deserialize;
use store::Change;

/// How long a unit has to answer a supervision order, working days.
const ANSWER_DAYS: u32 = 3;

/// Which paper of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetForm {
    /// 警单/工单: whoever reads the case.
    #[default]
    Order,
    /// 督办单: whoever may ask what becomes of it, on the whole platform.
    Supervision,
}

impl App {
    /// Prints a case.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::NoFont`], the store's.
    pub async fn case_paper(
        &self,
        actor: &Actor,
        case: &str,
        form: SheetForm,
    ) -> Result<Paper, AppError> {
        let view = self.case(actor, case).await?;
        if form == SheetForm::Supervision && !may(actor, Action::Remark, Resource::default()) {
            return Err(AppError::Forbidden);
        }
        let now = self.now();
        let document = match form {
            SheetForm::Order => self.order_sheet(actor, &view, now),
            SheetForm::Supervision => match self.last_order(&view.brief.id).await? {
                // What was ordered says the same whenever it is printed.
                Some(measure) => self.measure_document(actor, &measure).await?,
                None => self.supervision_order(&view, now)?,
            },
        };
        let printed = self.print(document).await?;
        // A paper leaves the house: the row comes before it does.
        let action = match form {
            SheetForm::Order => "print_case",
            SheetForm::Supervision => "print_supervision",
        };
        let row = self.audit_row(actor, action, &view.brief.id, "");
        let change = Change {
            records: vec![row],
            ..Change::default()
        };
        self.store().append(change).await?;
        Ok(Paper {
            name: format!("{}.pdf", view.brief.no),
            media: PDF,
            bytes: printed.bytes,
        })
    }

    /// The order sheet of a case as a reader sees it. Whoever sends it keeps the row of it.
    ///
    /// # Errors
    /// [`AppError::NoFont`], the form's.
    pub(crate) async fn order_pdf(
        &self,
        reader: &Actor,
        view: &CaseView,
    ) -> Result<Paper, AppError> {
        let document = self.order_sheet(reader, view, self.now());
        Ok(Paper {
            name: format!("{}.pdf", view.brief.no),
            media: PDF,
            bytes: self.print(document).await?.bytes,
        })
    }

    fn holder_words(&self, view: &CaseView) -> String {
        match &view.brief.holder {
            HolderView::Own { unit_name, .. } => unit_name.clone(),
            HolderView::Peer { peer_name, .. } => peer_name.clone(),
        }
    }

    fn order_sheet(&self, actor: &Actor, view: &CaseView, now: i64) -> Document {
        let calendar = self.inner.calendar.load();
        let stamp = |at: i64| calendar.stamp(at);
        let (brief, person) = (&view.brief, &view.person);
        let twin = view.twin.as_ref().filter(|twin| !twin.no.is_empty());
        let number = if person.contact_number.is_empty() {
            &person.caller_number
        } else {
            &person.contact_number
        };
        let results = [&view.result, &view.peer_result];
        let sheet = OrderSheet {
            platform: self.config().platform.name.clone(),
            police: self.config().platform.desk == Desk::Police,
            no: brief.no.clone(),
            twin: twin.map_or_else(String::new, |twin| {
                format!("{}（{}）", twin.no, twin.peer_name)
            }),
            received: stamp(brief.opened_at),
            channel: word(&brief.channel),
            matter: match &brief.matter {
                Some(code) => format!("{code} {}", brief.matter_name),
                None => "清单中没有".to_owned(),
            },
            urgency: word(&brief.urgency),
            first_receiver: view.first_receiver_name.clone(),
            holder: format!(
                "{}（{}起）",
                self.holder_words(view),
                stamp(brief.held_since)
            ),
            caller: if view.confidential {
                format!("{}（保密）", person.caller_name)
            } else {
                person.caller_name.clone()
            },
            number: number.clone(),
            place: if person.address.is_empty() {
                brief.place.clone()
            } else {
                person.address.clone()
            },
            narrative: person.narrative.clone(),
            danger: view
                .dangers
                .iter()
                .filter(|danger| danger.dismissed.is_none())
                .map(|danger| format!("▲“{}”（{}）", danger.words, danger.rule))
                .collect::<Vec<String>>()
                .join("；"),
            legs: view
                .legs
                .iter()
                .map(|leg| {
                    [
                        leg.unit_name.clone(),
                        word(&leg.role),
                        stamp(leg.dispatched_at),
                        leg.signed_at.map_or_else(|| word(&leg.state), stamp),
                    ]
                })
                .collect(),
            clocks: view
                .deadlines
                .iter()
                .filter(|deadline| deadline.state != "void")
                .map(|deadline| {
                    [
                        word(&deadline.stage),
                        stamp(deadline.due),
                        rule(&deadline.rule),
                    ]
                })
                .collect(),
            results: results
                .into_iter()
                .flatten()
                .map(|given| {
                    let solved = crate::draft::to_json(&given.solved).unwrap_or_default();
                    let solved = word(solved.trim_matches('"'));
                    [
                        format!("{} {} {solved}", given.unit, stamp(given.at)),
                        given.public_reply.clone(),
                    ]
                })
                .collect(),
            files: view
                .attachments
                .iter()
                .map(|file| {
                    let name = file.name.clone().unwrap_or_else(|| file.kind.clone());
                    let digest: String = file.digest.chars().take(12).collect();
                    format!("{name} {digest}")
                })
                .collect::<Vec<String>>()
                .join("\n"),
            masked: person.masked,
            trace: format!(
                "{} · {}（{}） · {} 打印",
                self.config().platform.name,
                actor.name,
                self.unit_name(actor.unit.as_str()),
                stamp(now)
            ),
        };
        sheet.document(&self.config().press.wording, self.paper_day(now))
    }

    /// The order names no caller: the unit has the case.
    fn supervision_order(&self, view: &CaseView, now: i64) -> Result<Document, AppError> {
        let calendar = self.inner.calendar.load();
        let brief = &view.brief;
        let missed: Vec<[String; 3]> = view
            .deadlines
            .iter()
            .filter(|d| d.state == "missed" || d.late == Some(true))
            .map(|d| [word(&d.stage), calendar.stamp(d.due), rule(&d.rule)])
            .collect();
        let lead = view.legs.iter().rev().find(|leg| leg.role == "lead");
        let unit = lead.map_or_else(|| self.holder_words(view), |leg| leg.unit_name.clone());
        let mut fact = format!("该事项已催办{}次、退单{}次", view.urged, view.returns);
        let extended: u32 = view.legs.iter().map(|leg| u32::from(leg.extensions)).sum();
        if extended > 0 {
            fact.push_str(&format!("、延期{extended}次"));
        }
        fact.push('。');
        let limit = domain::clock::Limit::of(domain::clock::Span::WorkingDays(ANSWER_DAYS));
        let (due, _) = calendar.due(now, limit);
        let day = self.paper_day(now);
        let number = format!("督办 {}", brief.no);
        let order = SupervisionOrder {
            platform: self.config().platform.name.clone(),
            number,
            unit,
            case_no: brief.no.clone(),
            matter: match &brief.matter {
                Some(code) => format!("{code} {}", brief.matter_name),
                None => "无主事项".to_owned(),
            },
            received: moment(&calendar, brief.opened_at),
            facts: vec![fact],
            missed,
            asks: vec![
                "请立即指定专人核实处理，主动联系来电人说明情况，并在系统中如实记录。".to_owned(),
                "请查明逾期或未办结的原因，明确责任人和完成时间。".to_owned(),
            ],
            due: moment(&calendar, due),
            trace: String::new(),
            day,
        };
        Ok(order.document(&self.config().press.wording))
    }
}

//! The order sheet of a unit without any system (R18): one A4 page, with the link and the code that sign for it.

use super::channel::Enclosure;
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::view::CaseView;
use domain::id::{AccountId, UnitId};
use domain::right::{Action, Actor, Resource, Role, may};
use store::{AttemptRow, NoticeRow, ReachRecord};

const PAGE: &str = include_str!("sheet.html");

impl App {
    /// The sheet of an order for whoever prints it, masked as the reader's rights say. That it was printed is
    /// noted as a try; what proves it is the code.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a notice that is no order, [`AppError::Forbidden`], the store's.
    pub async fn printed_sheet(
        &self,
        actor: &Actor,
        id: &str,
        key: &CommandKey,
    ) -> Result<String, AppError> {
        let notice = self.inner.store.notice(id).await?;
        let notice = notice.filter(is_order).ok_or(AppError::NotFound)?;
        let view = self.case(actor, &notice.case_id).await?;
        // Who only reads must not hold the code that signs.
        if !may(actor, Action::Dispatch, Resource::default()) {
            return Err(AppError::Forbidden);
        }
        if self.answered::<()>(key).await?.is_none() {
            let waits = self.inner.store.deliveries(id).await?;
            let paper = waits
                .iter()
                .find(|row| row.channel == "paper" && row.state == "waiting");
            let records = paper.map(|row| {
                store::Record::Reach(ReachRecord::Attempt(AttemptRow {
                    delivery_id: row.id.clone(),
                    n: self.now(),
                    at: self.now(),
                    channel: "paper".to_owned(),
                    shown: actor.name.clone(),
                    done_at: Some(self.now()),
                    outcome: "printed".to_owned(),
                    detail: String::new(),
                }))
            });
            let audit = self.audit_row(actor, "print_sheet", &notice.case_id, "");
            let records = records.into_iter().chain([audit]).collect();
            self.record(key, (), records, Vec::new()).await?;
        }
        Ok(self.sheet(&notice, &view, &actor.name))
    }

    /// The sheet as it is mailed, and the order on paper beside it: as masked as a clerk of the unit sees it,
    /// since mail is read by many. On a machine without fonts the sheet goes alone.
    pub(super) async fn mailed_sheet(
        &self,
        notice: &NoticeRow,
    ) -> Result<(String, Option<Enclosure>), AppError> {
        let unit = Actor {
            account: AccountId::new(""),
            name: String::new(),
            roles: vec![Role::Clerk],
            unit: UnitId::new(notice.unit.clone()),
        };
        let view = self.case(&unit, &notice.case_id).await?;
        let file = match self.order_pdf(&unit, &view).await {
            Ok(paper) => Some(Enclosure {
                name: paper.name,
                media: paper.media.to_owned(),
                bytes: paper.bytes,
            }),
            Err(AppError::NoFont(_)) => None,
            Err(error) => return Err(error),
        };
        let page = self.sheet(notice, &view, &self.inner.config.platform.name);
        Ok((page, file))
    }

    fn sheet(&self, notice: &NoticeRow, view: &CaseView, by: &str) -> String {
        let calendar = self.inner.calendar.load();
        let leg = view.legs.iter().find(|leg| leg.id == notice.leg);
        let due = |stage: &str| {
            view.deadlines
                .iter()
                .rfind(|d| d.stage == stage && d.leg.as_ref().is_none_or(|l| *l == notice.leg))
                .map_or_else(|| "—".to_owned(), |d| calendar.stamp(d.due))
        };
        let (link, code) = self.confirm_pair(notice);
        let values = [
            ("no", notice.case_no.clone()),
            ("platform", self.inner.config.platform.name.clone()),
            ("unit", self.unit_name(&notice.unit)),
            ("role", leg.map_or("—", |leg| role(&leg.role)).to_owned()),
            ("urgency", urgency(&view.brief.urgency).to_owned()),
            ("matter", view.brief.matter_name.clone()),
            ("opened", calendar.stamp(view.brief.opened_at)),
            (
                "dispatched",
                leg.map_or_else(String::new, |leg| calendar.stamp(leg.dispatched_at)),
            ),
            ("sign", due("sign")),
            ("feedback", due("feedback")),
            ("result", due("result")),
            ("place", view.person.address.clone()),
            ("caller", view.person.caller_name.clone()),
            ("number", view.person.contact_number.clone()),
            ("words", view.person.narrative.clone()),
            (
                "link",
                link.unwrap_or_else(|| "请致电派单单位，报编号与验证码".to_owned()),
            ),
            ("code", code),
            ("printed_by", by.to_owned()),
            ("printed", calendar.stamp(self.now())),
        ];
        fill(PAGE, &values)
    }
}

fn is_order(notice: &NoticeRow) -> bool {
    !notice.leg.is_empty() && super::send::asks(notice)
}

/// Whether there is a sheet of a notice.
pub(super) fn has_sheet(notice: &NoticeRow) -> bool {
    is_order(notice) && notice.closed_at.is_none()
}

/// Puts values into a page, each escaped, in one pass.
fn fill(page: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, after)) = behind.split_once("}}") else {
            break;
        };
        let value = values.iter().find(|(known, _)| *known == name);
        out.push_str(&escape(value.map_or("", |(_, value)| value)));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn role(role: &str) -> &'static str {
    match role {
        "lead" => "牵头",
        "assist" => "协办",
        _ => "先期处置",
    }
}

fn urgency(word: &str) -> &'static str {
    match word {
        "critical" => "特急",
        "urgent" => "紧急",
        _ => "一般",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_caller_says_stays_words() {
        let page = fill(
            "<td>{{words}}</td>",
            &[("words", "<b>{{code}}</b>".to_owned())],
        );
        assert_eq!(page, "<td>&lt;b&gt;{{code}}&lt;/b&gt;</td>");
    }

    #[test]
    fn every_hole_of_the_page_has_a_value() {
        let holes: Vec<&str> = PAGE
            .split("{{")
            .skip(1)
            .filter_map(|piece| piece.split("}}").next())
            .collect();
        let known = [
            "no",
            "platform",
            "unit",
            "role",
            "urgency",
            "matter",
            "opened",
            "dispatched",
            "sign",
            "feedback",
            "result",
            "place",
            "caller",
            "number",
            "words",
            "link",
            "code",
            "printed_by",
            "printed",
        ];
        for hole in holes {
            assert!(known.contains(&hole), "{hole}");
        }
    }
}

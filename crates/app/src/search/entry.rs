//! A case as the index takes it: one spelling, and what a mask hides apart from the rest.

use crate::App;
use crate::case::involved;
use crate::draft::Draft;
use crate::error::AppError;
use ::search::Entry;
use domain::case::Case;
use domain::clock::Calendar;
use domain::right::{mask_place, mask_text};
use store::{CaseRow, PersonRow};
use triage::Narrative;

/// One spelling, as triage reads it: half width, lower case, simplified characters.
pub(super) fn fold(text: &str) -> String {
    Narrative::new(text).text().to_owned()
}

impl App {
    /// What the index is given of a case.
    pub(super) fn entry(
        &self,
        calendar: &Calendar,
        row: CaseRow,
        person: Option<&PersonRow>,
    ) -> Result<Entry, AppError> {
        let draft = Draft::of_row(row)?;
        let case = &draft.after;
        let Some((row, _)) = &draft.before else {
            return Err(AppError::Internal("a row that was loaded is gone".into()));
        };
        let empty = PersonRow::default();
        let person = person.unwrap_or(&empty);
        let units: Vec<String> = involved(case).iter().map(ToString::to_string).collect();
        let said = if person.narrative.is_empty() {
            row.summary.as_str()
        } else {
            person.narrative.as_str()
        };
        let said = fold(said);
        let about = self.about(case, row);
        let place = fold(&row.place);
        let address = fold(&person.address);
        let place_open = fold(&mask_place(&row.place));
        let name = fold(&person.caller_name);
        let open = [&without_numbers(&mask_text(&said)), &about, &place_open];
        let full = [&said, &about, &place, &address, &name];
        Ok(Entry {
            id: row.id.clone(),
            open: lines(&open),
            full: lines(&full),
            place: lines(&[&place, &address]),
            numbers: format!("{} {}", row.no, row.twin_no),
            phones: lines(&[
                &fold(&person.caller_number).replace(' ', ""),
                &fold(&person.contact_number).replace(' ', ""),
            ]),
            names_open: lines(&[&place_open, &about]),
            names: lines(&[&place, &address, &name, &about]),
            place_open,
            state: row.status.clone(),
            desk: row.desk.clone(),
            matter: row.matter.clone(),
            unit: holder(row),
            channel: row.channel.clone(),
            urgency: u64::try_from(row.urgency).unwrap_or(0),
            danger: row.danger,
            opened_at: row.opened_at,
            month: month_of(calendar, row.opened_at),
            units,
        })
    }

    /// What everybody reads who may know of the case: its matter, its units, what the citizen is
    /// told.
    fn about(&self, case: &Case, row: &CaseRow) -> String {
        let mut words = vec![fold(&row.matter_name), fold(&self.unit_name(&holder(row)))];
        words.extend(
            case.legs
                .iter()
                .map(|leg| fold(&self.unit_name(leg.unit.as_str()))),
        );
        words.extend(
            case.result
                .iter()
                .map(|r| fold(&mask_text(&r.public_reply))),
        );
        words.sort_unstable();
        words.dedup();
        without_numbers(&words.join("\n"))
    }
}

/// Who answers for a case, in one word: a unit, or `peer:` and the link.
fn holder(row: &CaseRow) -> String {
    if row.accountable_side == "peer" {
        format!("peer:{}", row.accountable_unit)
    } else {
        row.accountable_unit.clone()
    }
}

fn lines(parts: &[&String]) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
    parts.join("\n")
}

/// The month a moment lies in, counted from January 2000, by the site's own days.
pub(super) fn month_of(calendar: &Calendar, at: i64) -> u64 {
    let stamp = calendar.day_stamp(at);
    let number = |from: usize, to: usize| stamp.get(from..to).and_then(|s| s.parse::<u64>().ok());
    match (number(0, 4), number(4, 6)) {
        (Some(year), Some(month)) => (year * 12 + month).saturating_sub(2_000 * 12 + 1),
        _ => 0,
    }
}

/// A month as people write it, `2026-11`.
pub(super) fn month_name(month: u64) -> String {
    format!("{:04}-{:02}", 2_000 + month / 12, month % 12 + 1)
}

/// A masked text without what the mask has left of numbers: a list shows their ends to those who
/// have the case before them, and nobody finds cases by them (law 10).
fn without_numbers(masked: &str) -> String {
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, '*' | '-' | 'x');
    let mut out = String::with_capacity(masked.len());
    let mut run = String::new();
    for c in masked.chars().chain(['\n']) {
        if of_number(c) {
            run.push(c);
            continue;
        }
        if !run.contains('*') {
            out.push_str(&run);
        }
        run.clear();
        out.push(c);
    }
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::{TimeZone, offset};

    #[test]
    fn nothing_is_left_of_a_masked_number() {
        let masked = mask_text(&fold("请打１００00000042找我,身份证99000119900307123X,3楼"));
        assert_eq!(without_numbers(&masked), "请打找我,身份证,3楼");
        assert_eq!(without_numbers("没有"), "没有");
        assert_eq!(without_numbers("12*"), "");
    }

    #[test]
    fn a_month_is_the_sites_own() {
        let calendar = Calendar::new(TimeZone::fixed(offset(8)), Default::default());
        // 2026-10-31T16:00:00Z is the first of November there.
        let at = 1_793_462_400_000;
        assert_eq!(month_name(month_of(&calendar, at)), "2026-11");
        assert_eq!(month_name(month_of(&calendar, at - 1)), "2026-10");
        assert_eq!(month_name(month_of(&calendar, -1)), "2000-01");
    }
}

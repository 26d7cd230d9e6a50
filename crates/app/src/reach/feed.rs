//! A unit's duty calendar for the calendars people have (RFC 5545), by an address that is its own key.

use super::roster::name_of;
use crate::App;
use crate::chance::{digest_of, hex};
use crate::error::AppError;
use domain::duty::Shift;
use domain::id::UnitId;
use std::fmt::Write as _;

const DAY: i64 = 86_400_000;
/// Days behind and ahead.
const BEHIND: i64 = 7 * DAY;
const AHEAD: i64 = 60 * DAY;
/// Most bytes of a line (RFC 5545, 3.1).
const LINE_MOST: usize = 75;

impl App {
    fn feed_key(&self, unit: &UnitId, feed: i64) -> String {
        let digest = digest_of(&[
            &self.inner.site_key,
            "feed",
            unit.as_str(),
            &feed.to_string(),
        ]);
        hex(digest.get(..16).unwrap_or_default())
    }

    /// The address of a unit's calendar.
    pub(super) fn feed_path(&self, unit: &UnitId, feed: i64) -> String {
        let base = self.inner.config.reach.public_url.as_deref();
        let key = self.feed_key(unit, feed);
        format!("{}/roster/feed/{unit}/{key}", base.unwrap_or_default())
    }

    /// A unit's shifts as a calendar. A wrong key and a wrong unit look alike.
    ///
    /// # Errors
    /// [`AppError::NotFound`], the store's.
    pub async fn duty_feed(&self, code: &str, key: &str) -> Result<String, AppError> {
        let unit = self.roster_unit(code)?;
        let now = self.now();
        let book = self.book(now - BEHIND, now + AHEAD).await?;
        let good = self.feed_key(&unit, book.ways.get(code).map_or(0, |way| way.feed));
        let same: bool = subtle::ConstantTimeEq::ct_eq(good.as_bytes(), key.as_bytes()).into();
        if !same {
            return Err(AppError::NotFound);
        }
        let name = self.unit_name(code);
        let mut out = String::new();
        let mut line = |text: &str| fold(&mut out, text);
        for head in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//liandong//duty//ZH",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
        ] {
            line(head);
        }
        line(&format!("X-WR-CALNAME:{}值班表", escape(&name)));
        let shifts = book
            .roster
            .shifts(&book.calendar, now - BEHIND, now + AHEAD);
        for shift in shifts.iter().filter(|shift| shift.unit == unit) {
            let Shift { rank, from, to, .. } = shift;
            line("BEGIN:VEVENT");
            line(&format!(
                "UID:{code}-{rank}-{from}-{}@liandong",
                shift.person
            ));
            line(&format!("DTSTAMP:{}", stamp(now)));
            line(&format!("DTSTART:{}", stamp(*from)));
            line(&format!("DTEND:{}", stamp(*to)));
            let who = name_of(&book, shift.person.as_str());
            line(&format!("SUMMARY:{} {}", escape(&who), escape(&name)));
            line(&format!("DESCRIPTION:第{rank}联系人"));
            line("END:VEVENT");
        }
        line("END:VCALENDAR");
        Ok(out)
    }
}

/// A moment as `20261123T010000Z`.
fn stamp(at: i64) -> String {
    let moment = jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace(['\n', '\r'], "\\n")
}

/// A line, broken where it grows too long, never within a character.
fn fold(out: &mut String, text: &str) {
    let mut length = 0;
    for c in text.chars() {
        if length + c.len_utf8() > LINE_MOST {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    // Writing to a String cannot fail.
    let _ = write!(out, "\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut out = String::new();
        fold(&mut out, &format!("SUMMARY:{}", "值".repeat(60)));
        for line in out.split("\r\n") {
            assert!(line.len() <= LINE_MOST, "{}", line.len());
        }
        assert_eq!(out.replace("\r\n ", "").matches('值').count(), 60);
        assert!(out.ends_with("\r\n"));
    }

    #[test]
    fn times_are_utc() {
        assert_eq!(stamp(1_795_395_600_000), "20261123T010000Z");
    }
}

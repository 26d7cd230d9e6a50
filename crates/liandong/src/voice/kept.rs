//! How long recordings are kept. No law names a period for either desk; a site that has a rule says it.

use domain::desk::Desk;

const DAY: i64 = 86_400_000;

/// Milliseconds, none for ever: five years at 110, three at 12345, unless the site says how many days.
pub(super) fn time(days: Option<u32>, desk: Desk) -> Option<i64> {
    let days = days.unwrap_or(match desk {
        Desk::Police => 5 * 365,
        Desk::Hotline => 3 * 365,
    });
    (days > 0).then(|| i64::from(days) * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_says_how_many_days_and_nought_is_for_ever() {
        assert_eq!(time(None, Desk::Police), Some(1825 * DAY));
        assert_eq!(time(None, Desk::Hotline), Some(1095 * DAY));
        assert_eq!(time(Some(90), Desk::Hotline), Some(90 * DAY));
        assert_eq!(time(Some(0), Desk::Police), None);
    }
}

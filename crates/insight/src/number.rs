//! Exact decimals: how they are rounded and written.

use rust_decimal::{Decimal, RoundingStrategy};

/// A calculation that cannot be carried out exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Miscount {
    /// A number beyond 28 digits.
    #[error("a number of more than 28 digits")]
    Overflow,
}

/// Rounds half away from zero (四舍五入) and writes all places, so that the same number always has
/// the same digits.
#[must_use]
pub fn rounded(number: Decimal, places: u32) -> Decimal {
    let mut number = number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    number.rescale(places);
    number
}

/// `part` of `whole` in percent; none where there is nothing to be a part of.
///
/// # Errors
/// [`Miscount::Overflow`].
pub fn percent(part: Decimal, whole: Decimal) -> Result<Option<Decimal>, Miscount> {
    if whole.is_zero() {
        return Ok(None);
    }
    part.checked_mul(Decimal::ONE_HUNDRED)
        .and_then(|hundred| hundred.checked_div(whole))
        .map(Some)
        .ok_or(Miscount::Overflow)
}

//! The texts of rules as TOML has them.

use crate::metric::{Better, Grain, Shape, When};
use crate::period::PeriodKind;
use crate::scheme::{NoData, Sign};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawText {
    #[serde(default)]
    pub(super) metric: Vec<Spanned<RawMetric>>,
    pub(super) scheme: Option<Spanned<RawScheme>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMetric {
    pub(super) id: String,
    pub(super) version: u32,
    pub(super) zh: String,
    pub(super) en: String,
    #[serde(default)]
    pub(super) note_zh: String,
    #[serde(default)]
    pub(super) note_en: String,
    #[serde(default = "of_case")]
    pub(super) of: Grain,
    pub(super) shape: Shape,
    pub(super) when: Option<When>,
    pub(super) better: Option<Better>,
    pub(super) denominator: Option<Spanned<String>>,
    pub(super) numerator: Option<Spanned<String>>,
    pub(super) exclude: Option<Spanned<String>>,
    pub(super) value: Option<Spanned<String>>,
    pub(super) made: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) parameters: BTreeMap<String, Spanned<String>>,
}

const fn of_case() -> Grain {
    Grain::Case
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawScheme {
    pub(super) id: String,
    pub(super) version: u32,
    pub(super) zh: String,
    pub(super) en: String,
    #[serde(default)]
    pub(super) note_zh: String,
    #[serde(default)]
    pub(super) note_en: String,
    pub(super) periods: Vec<PeriodKind>,
    #[serde(default)]
    pub(super) apart: bool,
    pub(super) places: Spanned<u32>,
    pub(super) rate_places: Spanned<u32>,
    pub(super) most: Option<Spanned<String>>,
    pub(super) fewest: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) ties: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) bottom: u32,
    pub(super) red: Option<Spanned<String>>,
    pub(super) black: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) show: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) part: Vec<RawPart>,
    #[serde(default)]
    pub(super) parameters: BTreeMap<String, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPart {
    pub(super) id: String,
    pub(super) zh: String,
    pub(super) en: String,
    pub(super) full: Option<Spanned<String>>,
    #[serde(default = "adds")]
    pub(super) sign: Sign,
    #[serde(default = "leaves_out")]
    pub(super) no_data: NoData,
    pub(super) score: Spanned<String>,
}

const fn adds() -> Sign {
    Sign::Add
}

const fn leaves_out() -> NoData {
    NoData::LeaveOut
}

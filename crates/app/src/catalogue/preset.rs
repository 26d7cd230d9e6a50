//! The catalogues that are shipped: files, picked by name in the configuration.

/// Names and texts of the shipped catalogues.
pub const PRESETS: [(&str, &str); 8] = [
    ("by-list", include_str!("../../data/clocks/by-list.toml")),
    (
        "seed-papers",
        include_str!("../../data/clocks/seed-papers.toml"),
    ),
    (
        "direct-dispatch-city",
        include_str!("../../data/clocks/direct-dispatch-city.toml"),
    ),
    (
        "working-day-city",
        include_str!("../../data/clocks/working-day-city.toml"),
    ),
    (
        "bureau-days",
        include_str!("../../data/clocks/bureau-days.toml"),
    ),
    (
        "disaster-response",
        include_str!("../../data/clocks/disaster-response.toml"),
    ),
    (
        "national-hotline",
        include_str!("../../data/clocks/national-hotline.toml"),
    ),
    (
        "emergency-call-handling",
        include_str!("../../data/clocks/emergency-call-handling.toml"),
    ),
];

/// The text of a shipped catalogue.
#[must_use]
pub fn preset(name: &str) -> Option<&'static str> {
    PRESETS
        .iter()
        .find_map(|(each, text)| (*each == name).then_some(*text))
}

/// The names of all shipped catalogues.
pub fn names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|(name, _)| *name)
}

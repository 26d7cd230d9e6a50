//! Any bytes as a narrative, through every layer.
#![no_main]

use domain::desk::Desk;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use triage::{Engine, Model, Query, Sketch};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::shipped().expect("the shipped rules"));
static MODEL: LazyLock<Model> = LazyLock::new(|| Model::train(&ENGINE.examples()));

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let query = Query {
        narrative: &text,
        place: &text,
        district: "",
        received_at: Desk::Police,
    };
    let _ = ENGINE.assess(&query, Some(&MODEL));
    let _ = Sketch::of(&text.chars().collect::<Vec<_>>());
    let _ = Model::from_bytes(bytes);
});

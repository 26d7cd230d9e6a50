//! One event of each kind, as the log keeps it: the golden files of the domain.

use domain::case::Event;
use std::path::Path;

/// One of each kind.
pub(crate) fn events() -> Vec<Event> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/tests/golden/v1");
    let events: Vec<Event> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .map(|text| serde_json::from_str(&text).unwrap())
        .collect();
    for kind in Event::KINDS {
        assert!(events.iter().any(|event| event.kind() == *kind), "{kind}");
    }
    events
}

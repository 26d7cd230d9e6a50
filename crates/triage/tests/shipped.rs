//! The rules that come with the program are accepted, examples and all.
use triage::Engine;

#[test]
fn the_shipped_rules_are_accepted() {
    if let Err(error) = Engine::shipped() {
        panic!("{error}");
    }
}

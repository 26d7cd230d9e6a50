//! Teaches the ear anew and writes it where the program takes it from: after lessons, signs or
//! danger rules have changed. Takes half a minute: `cargo run -p triage --example ear`

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/ear.bin");
    std::fs::write(path, triage::ear_taught()?)?;
    Ok(())
}

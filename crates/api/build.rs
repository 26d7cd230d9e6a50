//! Watches the console's own build, so that a new one is carried by the next compilation.

use std::path::Path;

fn main() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../console/dist");
    // A folder that is missing would count as changed on every build; an empty one is not carried.
    let _ = std::fs::create_dir_all(&dist);
    println!("cargo::rerun-if-changed={}", dist.display());
}

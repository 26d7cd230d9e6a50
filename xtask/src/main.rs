//! cargo xtask demo, test, bench, openapi, tidy, soak.
fn main() {}

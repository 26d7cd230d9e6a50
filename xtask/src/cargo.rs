//! Cargo, as if typed by hand.

use std::process::Command;

/// Cargo without what the cargo that started us says of our own package: a build script that watches those names
/// would run again, and most of the tree would be built anew after it.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new("cargo");
    for (name, _) in std::env::vars_os() {
        let ours =
            |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        if name.to_str().is_some_and(ours) {
            command.env_remove(name);
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_our_own_package_is_handed_on() {
        // Cargo runs its tests with these set, as it does `cargo xtask`.
        assert!(std::env::var_os("CARGO_PKG_NAME").is_some());
        let command = cargo();
        let gone = |wanted: &str| {
            command
                .get_envs()
                .any(|(name, value)| name == wanted && value.is_none())
        };
        assert!(gone("CARGO_PKG_NAME") && gone("CARGO_MANIFEST_DIR"));
        assert!(!gone("PATH"));
    }
}

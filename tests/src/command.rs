//! The command as a user has it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// `cargo-colmig`, built from this workspace.
///
/// # Panics
/// It does not compile.
pub fn colmig_binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "cargo-colmig"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "`cargo build --package cargo-colmig` failed"
        );
        // The test runs from target/<profile>/deps.
        let test = std::env::current_exe().unwrap_or_default();
        let profile = test
            .parent()
            .and_then(Path::parent)
            .unwrap_or(Path::new("target/debug"));
        profile.join(format!("cargo-colmig{}", std::env::consts::EXE_SUFFIX))
    })
}

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
        // A test runs from target/<profile>/deps, and a program from target/<profile>.
        let program = std::env::current_exe().unwrap_or_default();
        let profile = program
            .ancestors()
            .skip(1)
            .find(|folder| folder.file_name().is_none_or(|name| name != "deps"))
            .unwrap_or(Path::new("target/debug"));
        profile.join(format!("cargo-colmig{}", std::env::consts::EXE_SUFFIX))
    })
}

//! What the compiler says of structs: each mistake at its token and with its remedy, and
//! nothing at all of those that are right. Right is also what the docs show.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod docs;

use std::env;
use std::process::Command;

/// Turns off the comparison with the migrations, of which these structs have none.
const DRIFT: &str = "COLMIG_DRIFT";

#[test]
fn diagnostics() {
    if env::var_os(DRIFT).is_none() {
        return again_without_drift();
    }
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.pass(docs::write().join("*.rs"));
    cases.compile_fail("fail/*.rs");
}

/// The compiler reads the switch from its environment, which a test may not change for
/// itself: other threads may be reading it.
fn again_without_drift() {
    let test = env::current_exe().unwrap();
    let status = Command::new(test)
        .args(["--exact", "diagnostics", "--nocapture"])
        .env(DRIFT, "off")
        .status()
        .unwrap();
    assert!(status.success(), "the run without drift failed: {status}");
}

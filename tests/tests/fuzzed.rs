//! Every target of the fuzzer, briefly: its longest and deepest inputs, and some at random.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::process::Command;

/// The same inputs each time; `cargo xtask fuzz` tries others.
fn briefly(target: &str) {
    // The command is built once, and not while a target's time runs.
    colmig_tests::command::colmig_binary();
    let output = Command::new(env!("CARGO_BIN_EXE_fuzz"))
        .args([target, "--seed", "1", "--seconds", "0.5"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("nothing found"), "{said}");
}

macro_rules! targets {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                briefly(stringify!($name));
            }
        )*

        #[test]
        fn every_target_is_tried() {
            let output = Command::new(env!("CARGO_BIN_EXE_fuzz")).arg("no-such-target").output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            let known = said.trim().rsplit(": ").next().unwrap_or_default();
            assert_eq!(known, [$(stringify!($name)),*].join(", "));
        }
    };
}

targets![
    config, manifest, snapshot, record, script, attributes, rule, lint
];

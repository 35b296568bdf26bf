//! Settings of a backfill that are changed from the command line.

use serde_json::Value;

use crate::runs::project_with_rows;

#[tokio::test]
async fn what_is_tuned_is_shown_and_ends_with_the_backfill() {
    let project = project_with_rows(10).await;
    let ended = project.colmig(&["tune"]).expect(0);
    let none = "20261122064501_users_display_name: all settings are those of colmig.toml";
    assert!(ended.stderr.contains(none), "{}", ended.stderr);

    let ended = project.colmig(&["tune", "batch-time=20ms", "duty=0.5", "--pause"]);
    let words = ended.expect(0).stderr;
    for tuned in ["batch-time = 20ms", "duty = 0.5", "pause = true"] {
        assert!(words.contains(&format!("{tuned}, by the test")), "{words}");
    }
    let shown = project.colmig(&["status"]).expect(0).stdout;
    assert!(shown.contains("tuned: duty = 0.5"), "{shown}");

    for (wrong, help) in [
        ("duty=2", "above 0, and at most 1"),
        ("duty", "write it as KEY=VALUE"),
        ("lease=1s", "these can: `batch-rows`"),
        ("batch-time=20", "write it as \"50ms\""),
    ] {
        let words = project.colmig(&["tune", wrong]).expect(2).stderr;
        assert!(words.contains(help), "{words}");
    }

    let ended = project.colmig(&["tune", "--resume", "--format", "json"]);
    let now: Value = serde_json::from_str(&ended.expect(0).stdout).unwrap();
    let keys: Vec<&str> = now["tuned"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tuned| tuned["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["batch-time", "duty"]);

    let words = project.colmig(&["run"]).expect(0).stderr;
    assert!(words.contains("Tuned"), "{words}");
    let words = project.colmig(&["tune", "duty=1"]).expect(1).stderr;
    assert!(words.contains("there is nothing to tune"), "{words}");
}

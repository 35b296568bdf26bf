//! Members of the set that fall behind the primary, or are gone.

use std::time::Duration;

use async_trait::async_trait;
use bson::{Bson, Document};

use crate::migrate::backfill::{Brakes, Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

/// How far each member is. A server by itself says that it is none.
const MEMBERS: &str = r#"{"replSetGetStatus": 1}"#;

/// What the baseline calls the members that were up.
const BASELINE: &str = "members";

pub(in super::super) struct ReplicaLag;

/// One member, as the primary sees it.
struct Member {
    name: String,
    /// How far it is behind; none if it is not in step at all: down, or being filled anew.
    lag: Option<Duration>,
    /// What it is, in the words of the server.
    state: String,
}

#[async_trait]
impl Gauge for ReplicaLag {
    fn name(&self) -> &str {
        "replica-lag"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.replica_lag else {
            return Ok(Seen::Nothing);
        };
        let answer = match at.driver.server_status(MEMBERS).await {
            Ok(answer) => answer,
            // NoReplicationEnabled
            Err(Failure::Refused { message, .. }) if message.contains("replSet") => {
                return Ok(Seen::Nothing);
            }
            Err(Failure::Refused { .. }) if at.limits.replicas.is_empty() => {
                return Ok(Seen::Hidden {
                    remedy: "how far members of the set are cannot be seen: give the role that runs migrations `clusterMonitor` on `admin`"
                        .to_owned(),
                });
            }
            Err(Failure::Refused { .. }) => {
                let why = "this role may not see how far members of the set are";
                return Ok(Seen::Reading(Reading::holding(
                    why,
                    "`clusterMonitor` on `admin`",
                )));
            }
            Err(failure) => return Err(failure),
        };
        let members = members(&answer);
        let up = members.iter().filter(|member| member.lag.is_some());
        let up: Vec<&str> = up.map(|member| member.name.as_str()).collect();
        let words = serde_json::to_string(&up).unwrap_or_default();
        let begun = at.baseline.get(BASELINE, || words);
        let mut expected: Vec<String> = serde_json::from_str(begun).unwrap_or_default();
        expected.extend(at.limits.replicas.iter().cloned());
        Ok(Seen::Reading(judge(&members, &expected, limit, at.limits)))
    }

    /// What cannot be seen may be far behind.
    fn holds_unread(&self) -> bool {
        true
    }
}

fn members(answer: &Document) -> Vec<Member> {
    let listed = answer.get_array("members").map_or(&[][..], Vec::as_slice);
    let listed: Vec<&Document> = listed.iter().filter_map(Bson::as_document).collect();
    let applied = |member: &Document| {
        let at = member.get_datetime("lastAppliedWallTime").ok()?;
        Some(at.timestamp_millis())
    };
    let state = |member: &Document| member.get_str("stateStr").unwrap_or_default().to_owned();
    let primary = listed
        .iter()
        .find(|member| state(member) == "PRIMARY")
        .and_then(|member| applied(member));
    listed
        .into_iter()
        // An arbiter has no data that could be late.
        .filter(|member| !["PRIMARY", "ARBITER"].contains(&state(member).as_str()))
        .map(|member| {
            let state = state(member);
            let ms = match (primary, applied(member)) {
                (Some(primary), Some(applied)) if state == "SECONDARY" => {
                    Some(primary.saturating_sub(applied))
                }
                _ => None,
            };
            Member {
                name: member.get_str("name").unwrap_or_default().to_owned(),
                lag: ms.map(|ms| Duration::from_millis(u64::try_from(ms).unwrap_or_default())),
                state,
            }
        })
        .collect()
}

/// The worst of them.
fn judge(members: &[Member], expected: &[String], limit: Duration, limits: &Brakes) -> Reading {
    let ignored = |name: &str| limits.ignored_replicas.iter().any(|other| other == name);
    for name in expected.iter().filter(|name| !ignored(name)) {
        let found = members.iter().find(|member| member.name == *name);
        let state = match found {
            Some(Member { lag: Some(_), .. }) => continue,
            Some(member) => member.state.trim_matches(['(', ')']).to_lowercase(),
            // It may have become the primary.
            None if !limits.replicas.contains(name) => continue,
            None => "not a secondary of the set".to_owned(),
        };
        return Reading::holding(
            format!("member `{name}` is {state}"),
            "every member of the beginning is a secondary, or named in `ignored-replicas`",
        );
    }
    let mut worst = Reading::new(0.0, "no member is behind", "");
    for member in members.iter().filter(|member| !ignored(&member.name)) {
        let Some(lag) = member.lag else { continue };
        let level = lag.as_secs_f64() / limit.as_secs_f64();
        if level > worst.level {
            worst = Reading::new(
                level,
                format!(
                    "member `{}` is {:.1} s behind",
                    member.name,
                    lag.as_secs_f64()
                ),
                humantime::format_duration(limit).to_string(),
            );
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use bson::{DateTime, doc};

    use super::*;

    fn status(lag_ms: i64) -> Document {
        let at = |ms: i64| DateTime::from_millis(1_000_000 - ms);
        doc! { "members": [
            { "name": "a:1", "stateStr": "PRIMARY", "lastAppliedWallTime": at(0) },
            { "name": "b:1", "stateStr": "SECONDARY", "lastAppliedWallTime": at(lag_ms) },
            { "name": "c:1", "stateStr": "(not reachable/healthy)", "lastAppliedWallTime": at(90_000) },
            { "name": "d:1", "stateStr": "ARBITER" },
        ] }
    }

    #[test]
    fn a_member_that_was_down_from_the_beginning_is_not_waited_for() {
        let limits = Brakes::default();
        let limit = Duration::from_secs(5);
        let up = ["b:1".to_owned()];
        assert!(!judge(&members(&status(3_000)), &up, limit, &limits).holds());
        let reading = judge(&members(&status(6_000)), &up, limit, &limits);
        assert_eq!(reading.reading, "member `b:1` is 6.0 s behind");
        assert!(reading.holds());
    }

    #[test]
    fn a_member_that_is_gone_holds_unless_it_is_ignored() {
        let (limit, up) = (Duration::from_secs(5), ["b:1".to_owned(), "c:1".to_owned()]);
        let reading = judge(&members(&status(0)), &up, limit, &Brakes::default());
        assert_eq!(reading.reading, "member `c:1` is not reachable/healthy");
        assert!(reading.holds());
        let ignoring = Brakes {
            ignored_replicas: vec!["c:1".to_owned()],
            ..Brakes::default()
        };
        assert!(!judge(&members(&status(0)), &up, limit, &ignoring).holds());
        // One that was a secondary and is the primary by now.
        let up = ["a:1".to_owned()];
        assert!(!judge(&members(&status(0)), &up, limit, &Brakes::default()).holds());
    }
}

//! Replicas that fall behind, or are gone.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;

use super::{Fields, hidden};
use crate::migrate::backfill::{Brakes, Bytes, Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

/// Every replica that the primary shows, by time and by bytes; and every one that it does not
/// show and did when the backfill began. What only receives, such as a backup, replays nothing,
/// and the workers that copy tables for a subscription come and go.
const REPLICAS: &str = "SELECT coalesce(application_name, '')::text, (state IS NULL), \
    (extract(epoch FROM replay_lag) * 1000)::bigint, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint \
    FROM pg_stat_replication WHERE state IS NULL OR \
    (state IN ('streaming', 'catchup') AND replay_lsn IS NOT NULL AND application_name !~ '^pg_[0-9]+_sync_')";

/// What the baseline calls the replicas.
const BASELINE: &str = "replicas";

pub(super) struct ReplicaLag;

/// One replica as the primary sees it.
struct Replica {
    name: String,
    lag: Option<Duration>,
    bytes: Bytes,
}

#[async_trait]
impl Gauge for ReplicaLag {
    fn name(&self) -> &str {
        "replica-lag"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let limits = at.limits;
        if limits.replica_lag.is_none() && limits.replica_lag_bytes.is_none() {
            return Ok(Seen::Nothing);
        }
        let mut replicas = Vec::new();
        let mut unseen = false;
        for row in at.driver.look(REPLICAS).await? {
            let mut fields = Fields::of(row);
            let name = fields.text().unwrap_or_default();
            if fields.truth() {
                unseen = true;
                continue;
            }
            let lag = fields.number();
            replicas.push(Replica {
                name,
                lag: lag.map(|ms| Duration::from_millis(ms.max(0.0) as u64)),
                bytes: Bytes(fields.number().unwrap_or_default().max(0.0) as u64),
            });
        }
        if unseen {
            return Ok(if limits.replicas.is_empty() {
                Seen::Hidden {
                    remedy: hidden("how far replicas are"),
                }
            } else {
                let why = "this role may not see how far replicas are";
                Seen::Reading(Reading::holding(why, "`GRANT pg_monitor` to it"))
            });
        }
        let mut visible: BTreeMap<String, u64> = BTreeMap::new();
        for replica in &replicas {
            *visible.entry(replica.name.clone()).or_default() += 1;
        }
        let words = serde_json::to_string(&visible).unwrap_or_default();
        let begun = at.baseline.get(BASELINE, || words);
        let mut expected: BTreeMap<String, u64> = serde_json::from_str(begun).unwrap_or_default();
        for name in &limits.replicas {
            expected.entry(name.clone()).or_insert(1);
        }
        Ok(Seen::Reading(judge(&replicas, &visible, &expected, limits)))
    }

    /// What cannot be seen may be far behind.
    fn holds_unread(&self) -> bool {
        true
    }
}

/// The worst of them.
fn judge(
    replicas: &[Replica],
    visible: &BTreeMap<String, u64>,
    expected: &BTreeMap<String, u64>,
    limits: &Brakes,
) -> Reading {
    let ignored = |name: &str| limits.ignored_replicas.iter().any(|other| other == name);
    for (name, wanted) in expected {
        let there = visible.get(name).copied().unwrap_or_default();
        if there < *wanted && !ignored(name) {
            let what = match wanted {
                1 => format!("replica `{name}` is not visible"),
                _ => format!("{there} of {wanted} replicas `{name}` are visible"),
            };
            return Reading::holding(
                what,
                "every replica of the beginning is visible, or named in `ignored-replicas`",
            );
        }
    }
    let mut worst = Reading::new(0.0, "no replica is behind", "");
    for replica in replicas.iter().filter(|replica| !ignored(&replica.name)) {
        let name = &replica.name;
        if let (Some(lag), Some(limit)) = (replica.lag, limits.replica_lag) {
            let level = lag.as_secs_f64() / limit.as_secs_f64();
            let words = format!("replica `{name}` is {:.1} s behind", lag.as_secs_f64());
            let threshold = humantime::format_duration(limit).to_string();
            worst = worse(worst, Reading::new(level, words, threshold));
        }
        if let Some(limit) = limits.replica_lag_bytes {
            let level = replica.bytes.0 as f64 / limit.0 as f64;
            let words = format!("replica `{name}` is {} behind", replica.bytes);
            worst = worse(worst, Reading::new(level, words, limit.to_string()));
        }
    }
    worst
}

fn worse(one: Reading, other: Reading) -> Reading {
    if other.level > one.level { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replica(name: &str, lag_ms: Option<u64>, bytes: u64) -> Replica {
        Replica {
            name: name.to_owned(),
            lag: lag_ms.map(Duration::from_millis),
            bytes: Bytes(bytes),
        }
    }

    fn of(names: &[(&str, u64)]) -> BTreeMap<String, u64> {
        let names = names
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count));
        names.collect()
    }

    #[test]
    fn the_worst_replica_counts_by_time_or_by_bytes() {
        let limits = Brakes::default();
        let replicas = [
            replica("a", Some(100), 0),
            replica("b", Some(6_000), 10),
            replica("c", None, 300 << 20),
        ];
        let all = of(&[("a", 1), ("b", 1), ("c", 1)]);
        let reading = judge(&replicas, &all, &all, &limits);
        assert!(
            reading.holds() && reading.reading.contains("`b` is 6.0 s behind"),
            "{reading:?}"
        );
        let ignoring = Brakes {
            ignored_replicas: vec!["b".to_owned()],
            ..limits.clone()
        };
        let reading = judge(&replicas, &all, &all, &ignoring);
        assert!(
            reading.holds() && reading.reading.contains("`c` is 300.0 MiB behind"),
            "{reading:?}"
        );
        let reading = judge(&replicas[..1], &of(&[("a", 1)]), &of(&[("a", 1)]), &limits);
        assert!(!reading.holds());
    }

    #[test]
    fn a_replica_that_is_gone_holds_unless_it_is_ignored() {
        let limits = Brakes::default();
        let two = [replica("walreceiver", None, 0)];
        let reading = judge(
            &two,
            &of(&[("walreceiver", 1)]),
            &of(&[("walreceiver", 2)]),
            &limits,
        );
        assert!(
            reading.holds() && reading.reading.contains("1 of 2"),
            "{reading:?}"
        );
        assert!(judge(&[], &of(&[]), &of(&[("b", 1)]), &limits).holds());
        let ignoring = Brakes {
            ignored_replicas: vec!["b".to_owned()],
            ..limits
        };
        assert!(!judge(&[], &of(&[]), &of(&[("b", 1)]), &ignoring).holds());
    }
}

//! Replicas that fall behind. The primary does not know how far they are, so they are asked.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::timeout;

use crate::migrate::backfill::{Gauge, Look, Reading, Seen};
use crate::migrate::driver::{Connector, Failure, Value};

/// Sessions that send the binary log to replicas.
const SENDING: &str =
    "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'";

/// A replica that has not answered by then may be far behind.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) struct ReplicaLag;

#[async_trait]
impl Gauge for ReplicaLag {
    fn name(&self) -> &str {
        "replica-lag"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.replica_lag else {
            return Ok(Seen::Nothing);
        };
        if at.limits.replica_urls.is_empty() {
            let rows = at.driver.look(SENDING).await?;
            return Ok(match rows.into_iter().flatten().next() {
                Some(Value::Int(1..)) => Seen::Hidden {
                    remedy: "replicas are connected, and the primary does not know how far they are: name them in `run.brakes.replica-urls`"
                        .to_owned(),
                },
                _ => Seen::Nothing,
            });
        }
        let threshold = humantime::format_duration(limit).to_string();
        let mut worst = Reading::new(0.0, "no replica is behind", "");
        for (number, url) in at.limits.replica_urls.iter().enumerate() {
            let name = name_of(url, number);
            let asked = timeout(PATIENCE, behind(url)).await;
            let reading = match asked {
                Ok(Ok(Some(seconds))) => Reading::new(
                    seconds / limit.as_secs_f64(),
                    format!("replica `{name}` is {seconds} s behind"),
                    threshold.clone(),
                ),
                Ok(Ok(None)) => Reading::holding(
                    format!("replica `{name}` does not replicate"),
                    threshold.clone(),
                ),
                Ok(Err(message)) => Reading::holding(
                    format!("replica `{name}` cannot be asked: {message}"),
                    threshold.clone(),
                ),
                Err(_) => Reading::holding(
                    format!("replica `{name}` does not answer"),
                    threshold.clone(),
                ),
            };
            if reading.level > worst.level {
                worst = reading;
            }
        }
        Ok(Seen::Reading(worst))
    }

    /// What cannot be seen may be far behind.
    fn holds_unread(&self) -> bool {
        true
    }
}

/// How many seconds a replica is behind; none if it does not replicate.
async fn behind(url: &str) -> Result<Option<f64>, String> {
    let failed = |failure: Failure| failure.message().to_owned();
    let connector = Connector::new(url).map_err(|error| error.to_string())?;
    let mut driver = connector.open().await.map_err(failed)?;
    driver.replication_lag().await.map_err(failed)
}

/// What a replica is called: by its address, without what stands before it.
fn name_of(url: &str, number: usize) -> String {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    let rest = rest.split('/').next().unwrap_or(rest);
    let address = rest.rsplit_once('@').map_or(rest, |(_, address)| address);
    match address {
        "" => format!("number {}", number + 1),
        address => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_replica_is_called_by_its_address_and_nothing_secret() {
        assert_eq!(name_of("mysql://a:b@db-2:3306/app", 0), "db-2:3306");
        assert_eq!(name_of("mysql:///app", 1), "number 2");
    }
}

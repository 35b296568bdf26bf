//! The longest transaction that writes, apart from the traffic's own, as PostgreSQL shows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::Result;
use crate::connection::Connection;

/// How often it is looked: a transaction may have been longer by this much than was seen.
const LOOK: Duration = Duration::from_millis(20);

const LONGEST: &str = "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)) * 1000000, 0)::bigint \
    FROM pg_stat_get_activity(NULL) WHERE backend_xid IS NOT NULL AND application_name <> 'live'";

/// As colmig's own connections say who they are: what the engine gives way to is traffic, and not
/// the one who measures it.
const NAME: &str = "colmig";

/// It looks until it is stopped.
pub(crate) struct Sampler {
    task: JoinHandle<Result<()>>,
    longest: Arc<AtomicI64>,
}

impl Sampler {
    pub(crate) async fn start(url: &str) -> Result<Sampler> {
        let mut connection = Connection::open(url, NAME).await?;
        let longest = Arc::<AtomicI64>::default();
        let theirs = longest.clone();
        let task = tokio::spawn(async move {
            loop {
                let micros = connection.number(LONGEST).await?;
                theirs.fetch_max(micros, Ordering::Relaxed);
                tokio::time::sleep(LOOK).await;
            }
        });
        Ok(Sampler { task, longest })
    }

    /// The longest that was seen. An error of the sampler is one of the run.
    pub(crate) async fn stop(self) -> Result<Duration> {
        self.task.abort();
        match self.task.await {
            Ok(ended) => ended?,
            Err(error) if error.is_cancelled() => {}
            Err(error) => return Err(error.into()),
        }
        let micros = self.longest.load(Ordering::Relaxed);
        Ok(Duration::from_micros(micros.max(0) as u64))
    }
}

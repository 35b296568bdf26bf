//! A long read that is in nobody's way.

use std::time::Duration;

use super::Postgres;
use crate::migrate::driver::{Driver as _, Failure, SessionId, Waits};

impl Postgres {
    /// Begins a transaction that only reads, in one snapshot.
    pub(super) async fn open_read(
        &mut self,
        waits: &Waits,
        at_most: Duration,
    ) -> Result<SessionId, Failure> {
        self.in_transaction = true;
        // The workers of a parallel query would take what the application needs.
        let sql = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {}; SET LOCAL lock_timeout = {}; \
             SET LOCAL max_parallel_workers_per_gather = 0; SELECT pg_backend_pid()",
            at_most.as_millis(),
            waits.lock.as_millis()
        );
        let opened = self.send_for_session(sql).await;
        if opened.is_err() {
            self.rollback().await;
        }
        opened
    }
}

#[cfg(test)]
mod tests {
    use colmig_harness::shared_postgres;

    use super::*;
    use crate::migrate::watch::Stop;

    const LONG: &str = "SELECT pg_sleep(60)";

    #[tokio::test]
    async fn a_read_ends_by_its_time_out_or_when_it_is_cancelled() {
        let server = shared_postgres().unwrap();
        let name = server.create_database("read").unwrap();
        let options = super::super::options(&server.url(&name)).unwrap();
        let mut driver = Postgres::open(options.clone()).await.unwrap();
        let (waits, stop) = (Waits::of(Duration::from_millis(50)), Stop::new());
        let brief = Duration::from_millis(50);
        driver.begin_read(&waits, brief, &stop).await.unwrap();
        let ended = driver.query(LONG, &[]).await;
        assert!(matches!(ended, Err(Failure::Cancelled(_))), "{ended:?}");
        driver.rollback().await;

        let long = Duration::from_secs(60);
        let session = driver.begin_read(&waits, long, &stop).await.unwrap();
        let written = driver.execute("CREATE TABLE t (a int)", &[]).await;
        assert!(
            matches!(written, Err(Failure::Refused { .. })),
            "it only reads"
        );
        driver.rollback().await;
        driver.begin_read(&waits, long, &stop).await.unwrap();
        let mut side = Postgres::open(options).await.unwrap();
        let (ended, ()) = tokio::join!(driver.query(LONG, &[]), async {
            tokio::time::sleep(brief).await;
            side.cancel(session).await.unwrap();
        });
        assert!(matches!(ended, Err(Failure::Cancelled(_))), "{ended:?}");
        driver.rollback().await;
        drop((driver, side));
        server.drop_database(&name).unwrap();
    }
}

//! Being told of what is published, on PostgreSQL.
//!
//! Behind a pooler in transaction mode `LISTEN` is accepted and nothing ever arrives. So an
//! instance first tells itself something, by another connection: only once that has arrived does it
//! stop looking as often. The connection is its own, and there only while a migration is under way.

use std::time::{Duration, Instant};

use sqlx::postgres::{PgListener, PgPoolOptions};

use super::line::Line;
use super::words;
use crate::db::{Inner, Pool};
use crate::identity;

/// The channel on which the executor tells the epoch.
pub(crate) const CHANNEL: &str = "colmig";

/// For how long what it told itself is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it is before a connection that heard nothing, or was lost, is tried again.
const AGAIN: Duration = Duration::from_secs(60);

/// Listens, or not yet, or not any more.
#[derive(Default)]
pub(super) struct Ear {
    listener: Option<PgListener>,
    /// A channel that nobody else listens on.
    own: String,
    since: Option<Instant>,
    hears: bool,
}

impl Ear {
    /// Returns when there is something to look for.
    pub(super) async fn heard(&mut self) {
        let Some(listener) = &mut self.listener else {
            return std::future::pending().await;
        };
        match listener.try_recv().await {
            Ok(Some(notification)) if notification.channel() == self.own => self.hears = true,
            Ok(Some(_)) => {}
            // What was told while the connection was gone is not told again.
            Ok(None) | Err(_) => self.stop(),
        }
    }

    /// Begins to listen when that is wanted, and ends when it is not, or is of no use.
    pub(super) async fn tend(&mut self, inner: &Inner, wanted: bool) {
        let waited = self.since.map(|since| since.elapsed());
        match (&self.listener, wanted) {
            (Some(_), false) => *self = Ear::default(),
            (Some(_), true) if !self.hears && waited > Some(PATIENCE) => {
                tracing::debug!(
                    "no notification arrives here, as behind a pooler: this instance polls"
                );
                self.stop();
            }
            (None, true) if waited.is_none_or(|waited| waited > AGAIN) => {
                self.since = Some(Instant::now());
                // The lease is renewed by the same task, and must not wait for this.
                let limit = inner.fleet.settings.lease / 8;
                match tokio::time::timeout(limit, self.listen(inner)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => {
                        tracing::debug!(%error, "cannot listen for notifications: this instance polls");
                        self.stop();
                    }
                    Err(_) => self.stop(),
                }
            }
            _ => {}
        }
    }

    /// Whether notifications have been seen to arrive.
    pub(super) fn hears(&self) -> bool {
        self.hears
    }

    fn stop(&mut self) {
        self.listener = None;
        self.hears = false;
    }

    async fn listen(&mut self, inner: &Inner) -> Result<(), sqlx::Error> {
        #[cfg_attr(
            not(any(feature = "sqlite", feature = "mariadb", feature = "mongodb")),
            expect(irrefutable_let_patterns, reason = "there is one driver")
        )]
        let Pool::Postgres(pool) = &inner.pool else {
            return Ok(());
        };
        // Of the application's pool no connection is taken for good.
        let options = pool.connect_options().as_ref().clone();
        let own = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        let mut listener = PgListener::connect_with(&own).await?;
        listener.eager_reconnect(false);
        self.own = format!("{CHANNEL}_{}", identity::token());
        listener.listen(CHANNEL).await?;
        listener.listen(&self.own).await?;
        // From another connection: what a session tells itself arrives through every pooler. The
        // name is a token, in which nothing wants to be escaped.
        let mut line = Line::open(&inner.pool, inner.fleet.settings.lease).await?;
        words::notify(&mut line.held(), &self.own).await?;
        self.listener = Some(listener);
        Ok(())
    }
}

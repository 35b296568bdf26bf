//! What an instance says to its database, whichever kind of database it is.

use std::fmt;

use colmig_schema::fleet::Epoch;

use super::words::{self, Seat};
use crate::access::Held;
use crate::error::Error;
use crate::view::Published;

/// A way to a database on which an instance says something about itself, and asks for what is
/// published.
pub(crate) trait Speech: Send {
    /// What the driver says.
    type Error: fmt::Display + Send;

    /// The error of whatever was to be done.
    fn failed(doing: &'static str, error: Self::Error) -> Error;

    /// Whether it is that there is nothing of colmig's.
    fn is_missing(error: &Self::Error) -> bool;

    /// Whether it is that this user, or this connection, may only read.
    fn is_read_only(error: &Self::Error) -> bool;

    /// Whether there is anything of colmig's, and how old what is seen of it is, in milliseconds.
    fn find(&mut self) -> impl Future<Output = Result<(bool, u64), Self::Error>> + Send;

    /// The epoch, and nothing else.
    fn epoch(&mut self) -> impl Future<Output = Result<Epoch, Self::Error>> + Send;

    /// All that is published, with which the epoch agrees.
    fn published(&mut self) -> impl Future<Output = Result<Vec<Published>, Self::Error>> + Send;

    /// Registers, with a lease.
    fn register(
        &mut self,
        seat: &Seat,
        models: &str,
        acknowledged: Epoch,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Renews the lease, and tells the models if there are any to be told. Whether there was
    /// a lease to renew.
    fn renew(
        &mut self,
        seat: &Seat,
        models: Option<&str>,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Tells the models that it understands.
    fn tell(
        &mut self,
        seat: &Seat,
        models: &str,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Acknowledges an epoch.
    fn acknowledge(
        &mut self,
        seat: &Seat,
        epoch: Epoch,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Gives the lease back.
    fn leave(&mut self, seat: &Seat) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

impl Speech for Held<'_> {
    type Error = sqlx::Error;

    fn failed(model: &'static str, source: sqlx::Error) -> Error {
        Error::Database { model, source }
    }

    fn is_missing(error: &sqlx::Error) -> bool {
        words::is_missing(error)
    }

    fn is_read_only(error: &sqlx::Error) -> bool {
        words::is_read_only(error)
    }

    async fn find(&mut self) -> Result<(bool, u64), sqlx::Error> {
        words::find(self).await
    }

    async fn epoch(&mut self) -> Result<Epoch, sqlx::Error> {
        words::epoch(self).await
    }

    async fn published(&mut self) -> Result<Vec<Published>, sqlx::Error> {
        words::published(self).await
    }

    async fn register(
        &mut self,
        seat: &Seat,
        models: &str,
        acknowledged: Epoch,
    ) -> Result<(), sqlx::Error> {
        seat.register(self, models, acknowledged).await
    }

    async fn renew(&mut self, seat: &Seat, models: Option<&str>) -> Result<bool, sqlx::Error> {
        seat.renew(self, models).await
    }

    async fn tell(&mut self, seat: &Seat, models: &str) -> Result<(), sqlx::Error> {
        seat.tell(self, models).await
    }

    async fn acknowledge(&mut self, seat: &Seat, epoch: Epoch) -> Result<(), sqlx::Error> {
        seat.acknowledge(self, epoch).await
    }

    async fn leave(&mut self, seat: &Seat) -> Result<(), sqlx::Error> {
        seat.leave(self).await
    }
}

//! Migrations executed on real databases: what `colmig::migrate` promises.
//!
//! `suite` holds what every database passes; `postgres` and `sqlite` what only one of
//! them can show; `loading` needs none.

#![cfg(all(
    feature = "migrate",
    feature = "postgres",
    feature = "mariadb",
    feature = "sqlite"
))]
#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on has to be there, in its helpers as well"
)]

mod brakes;
mod dependents;
mod fixture;
mod listed;
mod loading;
#[cfg(feature = "mongodb")]
mod mongodb;
mod nullable;
mod partitions;
mod postgres;
mod prepared;
mod project;
mod referring;
mod regressions;
mod rekeyed;
mod renamed;
mod spanned;
mod sqlite;
mod suite;
mod tuning;
mod watching;
mod widened;
mod workers;

//! Internal to colmig: real, private database servers for its tests.
//!
//! Two ways to a server:
//!
//! - [`shared_postgres`], [`shared_mariadb`] and [`shared_mongodb`] are those that
//!   `cargo xtask test` starts for a whole run. Each test creates databases of its
//!   own in them, and must leave the servers themselves as they were.
//! - [`Postgres::start`], [`MariaDb::start`], [`MongoDb::start`] and
//!   [`ReplicaSet::start`] give a server to one test alone, which may then kill it,
//!   restart it or give it other settings.
//!
//! Either is reached through an [`Endpoint`], a [`MariaDbEndpoint`] or a
//! [`MongoDbEndpoint`]. Nothing here knows a driver: SQL goes through the `psql` or
//! `mariadb` of the installation under test, and commands of MongoDB's over the
//! wire, so the harness judges the drivers from outside.
//!
//! ```no_run
//! # fn main() -> Result<(), colmig_harness::HarnessError> {
//! let mut server = colmig_harness::Postgres::start()?;
//! let database = server.create_database("crash")?;
//! server.psql(&database, "CREATE TABLE t (id int)")?;
//! server.kill9_all()?;
//! server.restart()?;
//! # Ok(())
//! # }
//! ```

mod account;
mod binaries;
mod builder;
mod endpoint;
mod error;
pub mod install;
mod mariadb;
mod mongodb;
mod name;
mod pgbouncer;
mod port;
mod postgres;
mod process;
mod proxy;
mod replica;
mod schema_dump;
mod server;
pub mod version;
mod watchdog;
mod wheel;

/// What commands of MongoDB's, and their answers, are made of.
pub use bson;

pub use binaries::BINARIES_VARIABLE;
pub use builder::{PostgresBuilder, Storage};
pub use endpoint::{Endpoint, SHARED_POSTGRES_VARIABLE, shared_postgres};
pub use error::{HarnessError, NotReady};
pub use mariadb::{
    GaleraBuilder, GaleraCluster, MariaDb, MariaDbBuilder, MariaDbEndpoint,
    SHARED_MARIADB_VARIABLE, shared_mariadb,
};
pub use mongodb::{
    MONGOD_VARIABLE, MongoDb, MongoDbBuilder, MongoDbEndpoint, ReplicaSet, ReplicaSetBuilder,
    SHARED_MONGODB_VARIABLE, shared_mongodb,
};
pub use pgbouncer::PgBouncer;
pub use postgres::Postgres;
pub use proxy::Proxy;
pub use replica::Replica;

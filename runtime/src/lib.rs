//! Add or replace a column of a live production database without downtime.
//!
//! A derive detects the added field, `cargo colmig generate` writes a versioned
//! migration, `cargo colmig run` rolls it out in six phases, and the accessors that the
//! derive gives the struct read and write correctly in every one of them.
//!
//! ```ignore
//! use colmig::{Model, field};
//!
//! #[derive(Model, Debug, Clone)]
//! #[colmig(table = "users")]
//! pub struct User {
//!     #[colmig(primary_key)]
//!     pub id: i64,
//!     pub first_name: String,
//!     pub last_name: String,
//!     #[colmig(backfill = "first_name || ' ' || last_name", index)]
//!     pub display_name: String,
//! }
//!
//! let db = colmig::Db::connect(url).await?;
//! let user = User::find(&db, 42).await?;
//! User::update(42).set(field!(User.display_name), "Ada L.").execute(&db).await?;
//! let ada = User::query(&db, "WHERE {display_name} LIKE $1").bind("A%").fetch_all().await?;
//! ```
//!
//! The README walks through it; `docs/` is the book.
//!
//! # Features
//!
//! | feature | brings |
//! | --- | --- |
//! | `sqlite` (default), `postgres`, `mariadb` | the driver of that database |
//! | `mongodb` | the driver of MongoDB, and accessors for documents: [`Document`] |
//! | `migrate` | the module `migrate`, which executes migrations; applications do without |
//! | `metrics` | counters and gauges for the recorder of the crate `metrics` that the process has installed: [`metrics`] |
//! | `uuid`, `chrono`, `time`, `json`, `rust_decimal`, `bigdecimal` | types that sqlx maps |

#![forbid(unsafe_code)]
// A build without SQL calls none of what speaks it.
#![cfg_attr(
    not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")),
    allow(
        clippy::drop_non_drop,
        dead_code,
        irrefutable_let_patterns,
        unreachable_code,
        unreachable_pub,
        unused_imports,
        unused_macros,
        unused_variables,
        reason = "it is for accessors of tables"
    )
)]

mod access;
mod backend;
mod clock;
mod convert;
mod db;
#[cfg(feature = "mongodb")]
mod document;
mod drift;
mod error;
mod field;
mod fill;
mod fleet;
mod flight;
mod identity;
pub mod metrics;
mod model;
#[cfg(feature = "mongodb")]
mod mongodb;
mod options;
mod private;
mod rule;
mod shadow;
mod tail;
mod tx;
mod view;

#[cfg(feature = "migrate")]
pub mod migrate;

/// What generated code uses.
#[doc(hidden)]
pub mod __private {
    pub use crate::private::*;
}

use std::pin::Pin;

pub use access::{Access, Query, Update};
pub use backend::{Bind, Stored};
#[doc(inline)]
pub use colmig_macros::Model;
pub use colmig_schema::reads::{Reads, Share};
pub use colmig_schema::{Database, Phase, Progress, Side, Stage};
pub use convert::{Convert, Converted, Convertible, convert};
pub use db::{Db, On};
#[cfg(feature = "mongodb")]
pub use document::{Document, DocumentQuery, DocumentUpdate};
pub use error::{Error, Result};
pub use field::{Field, Given};
pub use model::Model;
pub use options::Options;
pub use tx::Tx;
pub use view::MAX_AGE as VIEW_MAX_AGE;

/// The future of an access.
pub type BoxFuture<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

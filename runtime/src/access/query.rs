//! Queries with a tail of SQL: any filter, order or join, right in every phase.

use std::fmt;

use colmig_schema::reads::bucket;

use super::read::read;
use super::{Intent, Target, on, tail};
use crate::backend::{Backend, Bind};
use crate::error::{Error, Result};
use crate::flight::{Chosen, Tailed};
use crate::model::Model;

/// A query on the table of `M`: `SELECT` and its columns come from the model, the rest
/// from the tail.
///
/// In the tail `{column}` stands for what the phase reads for a column: the column, or,
/// while it is in flight, an expression that also sees the rows not filled yet. A column
/// in flight is refused by its bare name. `{{` stands for a brace.
#[must_use = "a query does nothing before one of its `fetch` methods is awaited"]
pub struct Query<'c, M> {
    target: Target<'c>,
    tail: &'static str,
    bound: Vec<Box<dyn Bind + 'c>>,
    model: std::marker::PhantomData<fn() -> M>,
}

impl<M: Model> fmt::Debug for Query<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("model", &M::DESCRIPTOR.model)
            .field("tail", &self.tail)
            .finish_non_exhaustive()
    }
}

/// Begins a query on the table of `M`.
pub(crate) fn query<'c, M: Model>(target: Target<'c>, tail: &'static str) -> Query<'c, M> {
    Query {
        target,
        tail,
        bound: Vec::new(),
        model: std::marker::PhantomData,
    }
}

impl<'c, M: Model> Query<'c, M> {
    /// Binds the next parameter: `$1`, `$2` and so on, on every database. On MariaDB `?` does as well.
    pub fn bind(mut self, value: impl Bind + 'c) -> Self {
        self.bound.push(Box::new(value));
        self
    }

    /// Every row.
    ///
    /// # Errors
    /// A tail that does not fit the model, or the database refuses.
    pub async fn fetch_all(self) -> Result<Vec<M>> {
        self.fetch(Wanted::All).await
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// A tail that does not fit the model, or the database refuses.
    pub async fn fetch_optional(self) -> Result<Option<M>> {
        Ok(self.fetch(Wanted::First).await?.pop())
    }

    /// The first row.
    ///
    /// # Errors
    /// As [`fetch_optional`](Query::fetch_optional), and [`sqlx::Error::RowNotFound`]
    /// where there is none.
    pub async fn fetch_one(self) -> Result<M> {
        self.fetch_optional().await?.ok_or(Error::Database {
            model: M::DESCRIPTOR.model,
            source: sqlx::Error::RowNotFound,
        })
    }

    async fn fetch(self, wanted: Wanted) -> Result<Vec<M>> {
        async fn fetch<D: Backend, M: Model>(
            connection: &mut D::Connection,
            (sql, order): Tailed,
            chosen: Chosen,
            bound: &[Box<dyn Bind + '_>],
            wanted: Wanted,
        ) -> Result<Vec<M>> {
            let failed = |source| Error::Database {
                model: M::DESCRIPTOR.model,
                source,
            };
            let sql = sqlx::SqlSafeStr::into_sql_str(sql);
            let arguments = arguments::<D, M>(bound, order)?;
            let rows = match wanted {
                Wanted::All => D::fetch_all(connection, sql, arguments).await,
                Wanted::First => D::fetch_optional(connection, sql, arguments)
                    .await
                    .map(|row| row.into_iter().collect()),
            };
            let rows = rows.map_err(failed)?;
            rows.iter().map(|row| read::<D, M>(row, chosen)).collect()
        }

        let (mut held, chosen, pass) = self.target.open(M::DESCRIPTOR, Intent::Read).await?;
        let database = held.database();
        // Of the rows of a query nothing is known, so a query is on one side as a whole, and
        // always on the same.
        let chosen = match chosen.is_by_bucket() {
            true => chosen.of_bucket(M::DESCRIPTOR, database, bucket(self.tail.as_bytes()))?,
            false => chosen,
        };
        let fetched = on!(&mut held, D, connection => {
            let sql = tail::sql(M::DESCRIPTOR, chosen, D::DATABASE, self.tail)?;
            fetch::<D, M>(connection, sql, chosen, &self.bound, wanted).await
        })?;
        pass.accepted()?;
        Ok(fetched)
    }
}

/// How many rows a query is asked for.
#[derive(Clone, Copy)]
enum Wanted {
    All,
    First,
}

fn arguments<D: Backend, M: Model>(
    bound: &[Box<dyn Bind + '_>],
    order: &[usize],
) -> Result<D::Arguments> {
    let mut arguments = D::Arguments::default();
    let placed = order.iter().filter_map(|at| bound.get(*at));
    let as_bound = bound.iter().filter(|_| order.is_empty());
    for value in placed.chain(as_bound) {
        D::bind(&**value, &mut arguments).map_err(|source| Error::Database {
            model: M::DESCRIPTOR.model,
            source: sqlx::Error::Encode(source),
        })?;
    }
    Ok(arguments)
}

//! Rules in Rust: the functions that convert between the two sides of a replaced column.
//!
//! Generated code names the two functions and the field's type, and the compiler finds out the
//! type of legacy. From there on both sides are `dyn Any`, as everything of a model is.

use std::any::Any;
use std::fmt;

use crate::backend::{AnyRow, Backend, Stored};

/// A value of either side.
pub(crate) type Value = Box<dyn Any + Send + Sync>;

/// The functions that convert between the two sides, without their types.
pub trait Rule: fmt::Debug + Sync {
    /// What the field is for a value of legacy; or why that value has no counterpart.
    #[doc(hidden)]
    fn up(&self, legacy: Value) -> Result<Value, String>;

    /// What legacy holds for a value of the field; none if it is of another type.
    #[doc(hidden)]
    fn down(&self, target: &dyn Any) -> Option<Value>;

    /// Whether two values of the field are the same.
    #[doc(hidden)]
    fn same(&self, one: &dyn Any, other: &dyn Any) -> bool;

    /// How both sides go in and out.
    #[doc(hidden)]
    fn sides(&self) -> Sides;

    /// The positions of the fields that a new column is made of; none where the column takes
    /// the place of another.
    #[doc(hidden)]
    fn made_of(&self) -> &'static [usize] {
        &[]
    }

    /// Whether it makes this value of the field of the values of those fields.
    #[doc(hidden)]
    fn gives(&self, _: &[&dyn Any], _: &dyn Any) -> bool {
        false
    }
}

/// How the two sides of a rule go in and out, for each database that its model is generated
/// for.
#[derive(Clone, Copy, Debug)]
pub struct Sides {
    #[cfg(feature = "postgres")]
    pub(crate) postgres: Option<Both<sqlx::Postgres>>,
    #[cfg(feature = "mariadb")]
    pub(crate) mariadb: Option<Both<sqlx::MySql>>,
    #[cfg(feature = "sqlite")]
    pub(crate) sqlite: Option<Both<sqlx::Sqlite>>,
}

/// How legacy and target go in and out of one database.
#[derive(Debug)]
pub(crate) struct Both<D: sqlx::Database> {
    pub(crate) legacy: Whole<D>,
    pub(crate) target: Whole<D>,
}

/// How values of one type go in and out of one database.
pub(crate) struct Whole<D: sqlx::Database> {
    pub(crate) encode: fn(&dyn Any, &mut D::Arguments) -> Result<(), sqlx::error::BoxDynError>,
    /// From the first of these columns; what a new column is made of from all of them.
    pub(crate) decode: fn(&D::Row, &[usize]) -> Result<Value, sqlx::Error>,
}

impl<D: sqlx::Database> Clone for Both<D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: sqlx::Database> Copy for Both<D> {}

impl<D: sqlx::Database> Clone for Whole<D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: sqlx::Database> Copy for Whole<D> {}

impl<D: sqlx::Database> fmt::Debug for Whole<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Whole")
            .field("driver", &D::NAME)
            .finish_non_exhaustive()
    }
}

impl<D: sqlx::Database> Whole<D>
where
    usize: sqlx::ColumnIndex<D::Row>,
{
    pub(crate) const fn of<T: Stored<D>>() -> Self {
        fn encode<D: sqlx::Database, T: Stored<D>>(
            value: &dyn Any,
            to: &mut D::Arguments,
        ) -> Result<(), sqlx::error::BoxDynError> {
            let value = value.downcast_ref::<T>();
            sqlx::Arguments::add(to, value.ok_or("the value is not of the rule's type")?)
        }

        fn decode<D: sqlx::Database, T: Stored<D>>(
            row: &D::Row,
            columns: &[usize],
        ) -> Result<Value, sqlx::Error>
        where
            usize: sqlx::ColumnIndex<D::Row>,
        {
            let column = columns.first().copied().unwrap_or_default();
            Ok(Box::new(sqlx::Row::try_get::<T, usize>(row, column)?))
        }

        Whole {
            encode: encode::<D, T>,
            decode: decode::<D, T>,
        }
    }
}

impl Sides {
    /// Of no database.
    pub(crate) const NONE: Sides = Sides {
        #[cfg(feature = "postgres")]
        postgres: None,
        #[cfg(feature = "mariadb")]
        mariadb: None,
        #[cfg(feature = "sqlite")]
        sqlite: None,
    };

    /// Decodes what is converted; none if the model is not generated for this database.
    pub(crate) fn legacy(
        self,
        row: AnyRow<'_>,
        columns: &[usize],
    ) -> Option<Result<Value, sqlx::Error>> {
        Some(match row {
            #[cfg(feature = "postgres")]
            AnyRow::Postgres(row) => (self.postgres?.legacy.decode)(row, columns),
            #[cfg(feature = "mariadb")]
            AnyRow::MySql(row) => (self.mariadb?.legacy.decode)(row, columns),
            #[cfg(feature = "sqlite")]
            AnyRow::Sqlite(row) => (self.sqlite?.legacy.decode)(row, columns),
            #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
            AnyRow::Nothing(_) => return None,
        })
    }

    /// Those of one database; none if the model is not generated for it.
    pub(crate) fn of<D: Backend>(self) -> Option<Both<D>> {
        D::both(self)
    }
}

/// What a function of the application gives: a value of the field, or a `Result` of one.
#[diagnostic::on_unimplemented(
    message = "the function gives `{Self}`, and the field is of type `{T}`",
    label = "expected a function that gives `{T}` or a `Result` of it"
)]
pub trait Gives<T> {
    /// The value, or why there is none.
    #[doc(hidden)]
    fn give(self) -> Result<T, String>;
}

impl<T> Gives<T> for T {
    fn give(self) -> Result<T, String> {
        Ok(self)
    }
}

impl<T, E: fmt::Display> Gives<T> for Result<T, E> {
    fn give(self) -> Result<T, String> {
        self.map_err(|error| error.to_string())
    }
}

/// Two functions with their types: `up` gives an `R` for an `L`, which stands for a `T`, and
/// `down` gives an `L` for a `T`.
pub struct Converted<L, R, T> {
    up: fn(L) -> R,
    down: fn(&T) -> L,
    sides: Sides,
}

impl<L, R, T> fmt::Debug for Converted<L, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Converted").finish_non_exhaustive()
    }
}

impl<L, R: Gives<T>, T: PartialEq> Converted<L, R, T> {
    /// For no database yet.
    pub const fn new(up: fn(L) -> R, down: fn(&T) -> L) -> Self {
        Converted {
            up,
            down,
            sides: Sides::NONE,
        }
    }
}

impl<L, R, T> Converted<L, R, T> {
    /// With PostgreSQL.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub const fn postgres(mut self) -> Self
    where
        L: Stored<sqlx::Postgres>,
        T: Stored<sqlx::Postgres>,
    {
        self.sides.postgres = Some(Both {
            legacy: Whole::of::<L>(),
            target: Whole::of::<T>(),
        });
        self
    }

    /// With PostgreSQL, whose driver is off.
    #[cfg(not(feature = "postgres"))]
    #[must_use]
    pub const fn postgres(self) -> Self {
        self
    }

    /// With MariaDB.
    #[cfg(feature = "mariadb")]
    #[must_use]
    pub const fn mariadb(mut self) -> Self
    where
        L: Stored<sqlx::MySql>,
        T: Stored<sqlx::MySql>,
    {
        self.sides.mariadb = Some(Both {
            legacy: Whole::of::<L>(),
            target: Whole::of::<T>(),
        });
        self
    }

    /// With MariaDB, whose driver is off.
    #[cfg(not(feature = "mariadb"))]
    #[must_use]
    pub const fn mariadb(self) -> Self {
        self
    }

    /// With SQLite.
    #[cfg(feature = "sqlite")]
    #[must_use]
    pub const fn sqlite(mut self) -> Self
    where
        L: Stored<sqlx::Sqlite>,
        T: Stored<sqlx::Sqlite>,
    {
        self.sides.sqlite = Some(Both {
            legacy: Whole::of::<L>(),
            target: Whole::of::<T>(),
        });
        self
    }

    /// With SQLite, whose driver is off.
    #[cfg(not(feature = "sqlite"))]
    #[must_use]
    pub const fn sqlite(self) -> Self {
        self
    }
}

impl<L, R, T> Rule for Converted<L, R, T>
where
    L: Any + Send + Sync,
    R: Gives<T>,
    T: PartialEq + Any + Send + Sync,
{
    fn up(&self, legacy: Value) -> Result<Value, String> {
        let legacy = legacy
            .downcast::<L>()
            .map_err(|_| "the value is not of the rule's type".to_owned())?;
        let target = (self.up)(*legacy).give()?;
        Ok(Box::new(target))
    }

    fn down(&self, target: &dyn Any) -> Option<Value> {
        let target = target.downcast_ref::<T>()?;
        Some(Box::new((self.down)(target)))
    }

    fn same(&self, one: &dyn Any, other: &dyn Any) -> bool {
        match (one.downcast_ref::<T>(), other.downcast_ref::<T>()) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        }
    }

    fn sides(&self) -> Sides {
        self.sides
    }
}

/// Whether a value comes back as it is from what legacy would hold.
pub(crate) fn is_reversible(rule: &dyn Rule, target: &dyn Any) -> bool {
    let back = rule.down(target).map(|legacy| rule.up(legacy));
    matches!(back, Some(Ok(back)) if rule.same(&*back, target))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up(legacy: String) -> Result<i32, std::num::ParseIntError> {
        legacy.parse()
    }

    fn down(target: &i32) -> String {
        target.abs().to_string()
    }

    #[test]
    fn only_what_comes_back_as_it_is_is_reversible() {
        const RULE: &dyn Rule = &Converted::<_, _, i32>::new(up, down);
        assert!(is_reversible(RULE, &7_i32));
        assert!(!is_reversible(RULE, &-7_i32), "it comes back as 7");
        assert!(!is_reversible(RULE, &7_i64), "it is of another type");
        let error = RULE.up(Box::new("x".to_owned())).err().unwrap_or_default();
        assert!(error.contains("invalid digit"), "{error}");
    }
}

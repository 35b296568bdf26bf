//! Functions in Rust that fill a new column of older rows, from other fields of the row.
//!
//! Generated code names the types of these fields and calls the function with references to
//! them. They come from a row that was read, or from a value of the model that is inserted.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use crate::backend::Stored;
use crate::rule::{Both, Gives, Rule, Sides, Value, Whole};

/// The types of the fields that a function is called with: tuples of one to sixteen.
pub trait Inputs<D: sqlx::Database>: Sized {
    /// Reads them, each from one of the columns.
    #[doc(hidden)]
    fn read(row: &D::Row, columns: &[usize]) -> Result<Vec<Value>, sqlx::Error>;
}

macro_rules! inputs {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<DB, $first, $($rest),*> Inputs<DB> for ($first, $($rest,)*)
        where
            DB: sqlx::Database,
            usize: sqlx::ColumnIndex<DB::Row>,
            $first: Stored<DB>,
            $($rest: Stored<DB>),*
        {
            fn read(row: &DB::Row, columns: &[usize]) -> Result<Vec<Value>, sqlx::Error> {
                let mut at = columns.iter();
                let mut next = || at.next().copied().ok_or(sqlx::Error::ColumnIndexOutOfBounds {
                    index: columns.len(),
                    len: columns.len(),
                });
                Ok(vec![
                    Box::new(sqlx::Row::try_get::<$first, usize>(row, next()?)?) as Value,
                    $(Box::new(sqlx::Row::try_get::<$rest, usize>(row, next()?)?)),*
                ])
            }
        }
        inputs!($($rest)*);
    };
}
inputs!(A B C D E F G H I J K L M N O P);

/// One of the values that a function is called with; none if it is of another type, which
/// generated code rules out.
pub fn input<'v, T: Any>(values: &[&'v dyn Any], at: usize) -> Option<&'v T> {
    values.get(at)?.downcast_ref()
}

/// A function with its types: it gives an `R`, which stands for a `T`, for fields of the types
/// in the tuple `I`.
pub struct Filled<I, R, T> {
    fields: &'static [usize],
    function: fn(&[&dyn Any]) -> Option<R>,
    sides: Sides,
    types: PhantomData<fn(I) -> T>,
}

impl<I, R, T> fmt::Debug for Filled<I, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filled")
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

impl<I, R: Gives<T>, T: PartialEq> Filled<I, R, T> {
    /// For no database yet. `fields` are the positions of what the function is called with.
    pub const fn new(fields: &'static [usize], function: fn(&[&dyn Any]) -> Option<R>) -> Self {
        Filled {
            fields,
            function,
            sides: Sides::NONE,
            types: PhantomData,
        }
    }
}

impl<I, R, T> Filled<I, R, T> {
    /// With PostgreSQL.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub const fn postgres(mut self) -> Self
    where
        I: Inputs<sqlx::Postgres>,
        T: Stored<sqlx::Postgres>,
    {
        self.sides.postgres = Some(Both {
            legacy: Whole::of_inputs::<I>(),
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
        I: Inputs<sqlx::MySql>,
        T: Stored<sqlx::MySql>,
    {
        self.sides.mariadb = Some(Both {
            legacy: Whole::of_inputs::<I>(),
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
        I: Inputs<sqlx::Sqlite>,
        T: Stored<sqlx::Sqlite>,
    {
        self.sides.sqlite = Some(Both {
            legacy: Whole::of_inputs::<I>(),
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

impl<D: sqlx::Database> Whole<D> {
    /// Of what a function is called with, which is read and never written.
    const fn of_inputs<I: Inputs<D>>() -> Self {
        fn encode<D: sqlx::Database>(
            _: &dyn Any,
            _: &mut D::Arguments,
        ) -> Result<(), sqlx::error::BoxDynError> {
            Err("what a new column is made of is not written with it".into())
        }

        fn decode<D: sqlx::Database, I: Inputs<D>>(
            row: &D::Row,
            columns: &[usize],
        ) -> Result<Value, sqlx::Error> {
            Ok(Box::new(I::read(row, columns)?))
        }

        Whole {
            encode: encode::<D>,
            decode: decode::<D, I>,
        }
    }
}

impl<I, R, T> Filled<I, R, T>
where
    R: Gives<T>,
{
    fn call(&self, inputs: &[&dyn Any]) -> Result<T, String> {
        let given = (self.function)(inputs);
        given
            .ok_or_else(|| "a value is not of its field's type".to_owned())?
            .give()
    }
}

impl<I, R, T> Rule for Filled<I, R, T>
where
    R: Gives<T>,
    T: PartialEq + Any + Send + Sync,
{
    fn up(&self, inputs: Value) -> Result<Value, String> {
        let inputs = inputs
            .downcast::<Vec<Value>>()
            .map_err(|_| "the values are not those of fields".to_owned())?;
        let inputs: Vec<&dyn Any> = inputs.iter().map(|input| &**input as &dyn Any).collect();
        Ok(Box::new(self.call(&inputs)?))
    }

    fn down(&self, _: &dyn Any) -> Option<Value> {
        None
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

    fn made_of(&self) -> &'static [usize] {
        self.fields
    }

    fn gives(&self, inputs: &[&dyn Any], target: &dyn Any) -> bool {
        let target = target.downcast_ref::<T>();
        target.is_some_and(|target| self.call(inputs).is_ok_and(|given| given == *target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn initials(first: &str, last: &str) -> Result<String, String> {
        let letter = |name: &str| name.chars().next().ok_or("a name is empty".to_owned());
        Ok([letter(first)?, letter(last)?].iter().collect())
    }

    const RULE: &dyn Rule = &Filled::<(String, String), _, String>::new(&[1, 2], |values| {
        Some(initials(
            input::<String>(values, 0)?,
            input::<String>(values, 1)?,
        ))
    });

    #[test]
    fn a_function_is_called_with_fields_in_its_order() {
        let inputs = |first: &str, last: &str| -> Value {
            Box::new(vec![
                Box::new(first.to_owned()) as Value,
                Box::new(last.to_owned()),
            ])
        };
        let made = RULE.up(inputs("Ada", "Lovelace")).unwrap();
        assert!(RULE.same(&*made, &"AL".to_owned()));
        let reason = RULE.up(inputs("", "Lovelace")).err().unwrap();
        assert_eq!(reason, "a name is empty");
        assert!(RULE.up(Box::new(7_i32)).is_err(), "no values of fields");
        assert_eq!(RULE.made_of(), [1, 2]);
    }

    #[test]
    fn a_value_is_proved_by_the_fields_beside_it() {
        let (ada, lovelace) = ("Ada".to_owned(), "Lovelace".to_owned());
        let inputs: [&dyn Any; 2] = [&ada, &lovelace];
        assert!(RULE.gives(&inputs, &"AL".to_owned()));
        assert!(!RULE.gives(&inputs, &"LA".to_owned()));
        assert!(!RULE.gives(&inputs, &7_i64), "it is of another type");
        assert!(!RULE.gives(&inputs[..1], &"AL".to_owned()));
    }
}

//! Fields by name, and the values that they take.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use crate::model::Model;
use crate::private::{Described, Named, index_of};

/// A field of the model `M` that an update can set; made by [`field!`](crate::field).
pub struct Field<M, T> {
    pub(crate) position: usize,
    of: PhantomData<fn(&M) -> &T>,
}

impl<M, T> Clone for Field<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Field<M, T> {}

impl<M: Model, T> fmt::Debug for Field<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = M::DESCRIPTOR.fields().nth(self.position);
        let name = name.unwrap_or_default();
        write!(f, "{}.{name}", M::DESCRIPTOR.model)
    }
}

impl<M, T: Any> Field<M, T> {
    /// `position` comes from [`position`], and the type from the field itself.
    #[doc(hidden)]
    pub const fn new(position: usize, _: fn(&M) -> &T) -> Self {
        Field {
            position,
            of: PhantomData,
        }
    }
}

/// Names a field of a model, for [`Update::set`](crate::Update::set).
///
/// The compiler checks that there is such a field and that an update can set it, and
/// takes the field's type and privacy into account. It costs nothing where the model is
/// derived: a method for each field of each model would cost every build more than all
/// else that the derive writes.
///
/// ```ignore
/// User::update(42).set(colmig::field!(User.display_name), "Ada L.").execute(&db).await?;
/// ```
#[macro_export]
macro_rules! field {
    ($first:ident $(:: $rest:ident)* . $field:ident) => {{
        // A constant, for the compiler looks at it also when it only checks.
        const POSITION: $crate::__private::usize = {
            // Named here as well, so that where there is no such field, that is all that is said.
            let _ = |model: &$first $(:: $rest)*| {
                let _ = &model.$field;
            };
            $crate::__private::position::<$first $(:: $rest)*, _>($crate::__private::stringify!($field))
        };
        $crate::Field::new(POSITION, |model: &$first $(:: $rest)*| &model.$field)
    }};
}

/// The position of a field among the stored ones, for [`field!`](crate::field).
///
/// # Panics
/// In the compiler, with what is wrong.
pub const fn position<M: Named<Kind>, Kind>(name: &str) -> usize {
    if M::MODEL.is_empty() {
        // The mistake is told where the model is, and once.
        return 0;
    }
    let Described { fields, key, .. } = Described::read(M::MODEL);
    let Some(at) = index_of(fields, name) else {
        panic!("this field has `skip`, and so no column that an update could set")
    };
    assert!(
        index_of(key, name).is_none(),
        "an update does not change the primary key: insert the row anew, and delete the old one"
    );
    at
}

/// A value that can be given for a `T`: a `T`, and what people would rather write.
///
/// `&str` goes for `String`, a slice of bytes for `Vec<u8>`, and each of them, or a value
/// alone, for the `Option` of it; `None` is `None`. Other conversions are the caller's.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given for a field of type `{T}`",
    label = "expected `{T}`"
)]
pub trait Given<T> {
    /// As a `T`.
    fn give(self) -> T;
}

impl<T> Given<T> for T {
    fn give(self) -> T {
        self
    }
}

impl<T> Given<Option<T>> for T {
    fn give(self) -> Option<T> {
        Some(self)
    }
}

macro_rules! borrowed {
    ($($borrowed:ty => $owned:ty),+) => {$(
        impl Given<$owned> for $borrowed {
            fn give(self) -> $owned {
                self.to_owned()
            }
        }

        impl Given<Option<$owned>> for $borrowed {
            fn give(self) -> Option<$owned> {
                Some(self.to_owned())
            }
        }
    )+};
}

borrowed!(&str => String, &String => String, &[u8] => Vec<u8>, &Vec<u8> => Vec<u8>);

impl<const N: usize> Given<Vec<u8>> for &[u8; N] {
    fn give(self) -> Vec<u8> {
        self.to_vec()
    }
}

/// Stands in for the key of a struct that has a mistake: what people give for keys will do.
#[derive(Debug)]
pub struct Unknown;

/// What people give for keys.
pub trait KeyLike {}

impl KeyLike for i16 {}
impl KeyLike for i32 {}
impl KeyLike for i64 {}
impl KeyLike for &str {}
impl KeyLike for &String {}
impl KeyLike for String {}

#[diagnostic::do_not_recommend]
impl<T: KeyLike> Given<Unknown> for T {
    fn give(self) -> Unknown {
        Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn give<T>(value: impl Given<T>) -> T {
        value.give()
    }

    #[test]
    fn literals_are_of_the_fields_type() {
        assert_eq!(give::<i16>(5), 5_i16);
        assert_eq!(give::<i64>(5), 5_i64);
        assert_eq!(give::<Option<i16>>(5), Some(5_i16));
        assert_eq!(give::<Option<i16>>(None), None);
        assert_eq!(give::<Option<String>>(None), None);
        assert_eq!(give::<f64>(1.5).to_bits(), 1.5_f64.to_bits());
        assert_eq!(
            give::<(String, i64)>(("a".to_owned(), 1)),
            ("a".to_owned(), 1)
        );
    }

    #[test]
    fn what_is_borrowed_is_made_owned() {
        assert_eq!(give::<String>("a"), "a");
        assert_eq!(give::<String>(&"a".to_owned()), "a");
        assert_eq!(give::<Option<String>>("a").as_deref(), Some("a"));
        assert_eq!(give::<Option<String>>("a".to_owned()).as_deref(), Some("a"));
        assert_eq!(give::<Vec<u8>>(b"a"), b"a");
        assert_eq!(give::<Vec<u8>>(&b"a"[..]), b"a");
    }
}

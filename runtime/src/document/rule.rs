//! Rules in Rust on documents: the functions that convert between the two sides of a field, or fill a
//! new one, by what the fields are stored as.
//!
//! Generated code names the functions, the field's type, and how serde has its value go in and out. From
//! there on everything is BSON, as the database holds it, so that what a function is given and
//! what becomes of its result are always that which another process would find stored.

use std::fmt;

use mongodb::bson::{Bson, error};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::bson::{decode, encode};
use crate::rule::Gives;

/// The functions of a rule, without their types.
pub trait DocumentRule: fmt::Debug + Sync {
    /// What the field is stored as for these values, none of which has to be there; or why they have
    /// no counterpart.
    #[doc(hidden)]
    fn up(&self, read: &[Option<&Bson>]) -> Result<Bson, String>;

    /// The same, and nothing where what is stored is that already.
    #[doc(hidden)]
    fn settle(&self, read: &[Option<&Bson>], stored: Option<&Bson>)
    -> Result<Option<Bson>, String>;

    /// What legacy is stored as for a value of the field; none where that would not give the value back.
    #[doc(hidden)]
    fn down(&self, target: &Bson) -> Result<Option<Bson>, String>;

    /// The positions of the fields that a new one is made of; none where the field takes the place of
    /// another.
    #[doc(hidden)]
    fn made_of(&self) -> &'static [usize] {
        &[]
    }
}

/// How the values of a field go in and out, as serde does it for the struct.
pub struct AsBson<T> {
    encode: fn(&T) -> Result<Bson, error::Error>,
    decode: fn(Option<&Bson>) -> Result<T, error::Error>,
}

impl<T> fmt::Debug for AsBson<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsBson").finish_non_exhaustive()
    }
}

impl<T> AsBson<T> {
    /// By these functions, the second of which is given nothing where the document lacks the field.
    pub const fn new(
        encode: fn(&T) -> Result<Bson, error::Error>,
        decode: fn(Option<&Bson>) -> Result<T, error::Error>,
    ) -> Self {
        AsBson { encode, decode }
    }

    /// One of the values that a function is called with, of the field of that name.
    ///
    /// # Errors
    /// What is stored is none of the type, in words.
    pub fn input(&self, values: &[Option<&Bson>], at: usize, name: &str) -> Result<T, String> {
        let stored = values.get(at).copied().flatten();
        (self.decode)(stored).map_err(|error| format!("`{name}`: {error}"))
    }
}

impl<T: PartialEq> AsBson<T> {
    fn write(&self, value: &T) -> Result<Bson, String> {
        (self.encode)(value).map_err(|error| error.to_string())
    }

    fn is(&self, stored: &Bson, value: &T) -> bool {
        (self.decode)(Some(stored)).is_ok_and(|stored| stored == *value)
    }

    fn settle(&self, value: &T, stored: Option<&Bson>) -> Result<Option<Bson>, String> {
        if stored.is_some_and(|stored| self.is(stored, value)) {
            return Ok(None);
        }
        let written = self.write(value)?;
        // Else it would be written again in each pass, and none would be the last.
        match self.is(&written, value) {
            true => Ok(Some(written)),
            false => {
                Err("the value that the function gives reads back from BSON as another".to_owned())
            }
        }
    }
}

/// Two functions with their types: `up` gives an `R` for an `L`, which stands for a `T`, and
/// `down` gives an `L` for a `T`.
pub struct DocumentConverted<L, R, T> {
    up: fn(L) -> R,
    down: fn(&T) -> L,
    target: AsBson<T>,
}

impl<L, R, T> fmt::Debug for DocumentConverted<L, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentConverted").finish_non_exhaustive()
    }
}

impl<L, R, T> DocumentConverted<L, R, T>
where
    L: Serialize + DeserializeOwned,
    R: Gives<T>,
    T: PartialEq,
{
    /// Of these functions, for a field whose values go in and out like this.
    pub const fn new(up: fn(L) -> R, down: fn(&T) -> L, target: AsBson<T>) -> Self {
        DocumentConverted { up, down, target }
    }

    fn call(&self, legacy: Option<&Bson>) -> Result<T, String> {
        let legacy = decode::<L>(legacy).map_err(|error| error.to_string())?;
        (self.up)(legacy).give()
    }
}

impl<L, R, T> DocumentRule for DocumentConverted<L, R, T>
where
    L: Serialize + DeserializeOwned,
    R: Gives<T>,
    T: PartialEq,
{
    fn up(&self, read: &[Option<&Bson>]) -> Result<Bson, String> {
        self.target
            .write(&self.call(read.first().copied().flatten())?)
    }

    fn settle(
        &self,
        read: &[Option<&Bson>],
        stored: Option<&Bson>,
    ) -> Result<Option<Bson>, String> {
        let value = self.call(read.first().copied().flatten())?;
        self.target.settle(&value, stored)
    }

    fn down(&self, target: &Bson) -> Result<Option<Bson>, String> {
        let value = (self.target.decode)(Some(target)).map_err(|error| error.to_string())?;
        let legacy = encode(&(self.down)(&value)).map_err(|error| error.to_string())?;
        let back = self.call(Some(&legacy));
        Ok(back.is_ok_and(|back| back == value).then_some(legacy))
    }
}

/// A function with its types: it gives an `R`, which stands for a `T`, for what some fields hold.
pub struct DocumentFilled<R, T> {
    fields: &'static [usize],
    function: fn(&[Option<&Bson>]) -> Result<R, String>,
    target: AsBson<T>,
}

impl<R, T> fmt::Debug for DocumentFilled<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentFilled")
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

impl<R: Gives<T>, T: PartialEq> DocumentFilled<R, T> {
    /// Of a function that is called with the fields at these positions, for a field whose values go in
    /// and out like this.
    pub const fn new(
        fields: &'static [usize],
        function: fn(&[Option<&Bson>]) -> Result<R, String>,
        target: AsBson<T>,
    ) -> Self {
        DocumentFilled {
            fields,
            function,
            target,
        }
    }
}

impl<R: Gives<T>, T: PartialEq> DocumentRule for DocumentFilled<R, T> {
    fn up(&self, read: &[Option<&Bson>]) -> Result<Bson, String> {
        self.target.write(&(self.function)(read)?.give()?)
    }

    fn settle(
        &self,
        read: &[Option<&Bson>],
        stored: Option<&Bson>,
    ) -> Result<Option<Bson>, String> {
        let value = (self.function)(read)?.give()?;
        self.target.settle(&value, stored)
    }

    fn down(&self, _: &Bson) -> Result<Option<Bson>, String> {
        Ok(None)
    }

    fn made_of(&self) -> &'static [usize] {
        self.fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up(legacy: String) -> Result<i64, std::num::ParseIntError> {
        legacy.parse()
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "a function of the application is given a reference"
    )]
    fn down(target: &i64) -> String {
        target.abs().to_string()
    }

    const RULE: &dyn DocumentRule =
        &DocumentConverted::<_, _, i64>::new(up, down, AsBson::new(encode::<i64>, decode::<i64>));

    fn text(text: &str) -> Bson {
        Bson::from(text)
    }

    #[test]
    fn a_document_is_converted_by_what_it_holds() {
        assert_eq!(RULE.up(&[Some(&text("7"))]), Ok(Bson::Int64(7)));
        let read = [text("7")];
        let read = [read.first()];
        assert_eq!(RULE.settle(&read, None), Ok(Some(Bson::Int64(7))));
        assert_eq!(RULE.settle(&read, Some(&Bson::Int64(7))), Ok(None));
        assert_eq!(
            RULE.settle(&read, Some(&Bson::Int32(7))),
            Ok(None),
            "to the field it is the same"
        );
        let other = Some(&Bson::Null);
        assert_eq!(RULE.settle(&read, other), Ok(Some(Bson::Int64(7))));
        let reason = RULE.up(&[Some(&text("x"))]).unwrap_err();
        assert!(reason.contains("invalid digit"), "{reason}");
        let reason = RULE.up(&[None]).unwrap_err();
        assert!(reason.contains("missing"), "{reason}");
    }

    #[test]
    fn only_what_comes_back_as_it_is_is_reversible() {
        assert_eq!(RULE.down(&Bson::Int64(7)), Ok(Some(text("7"))));
        assert_eq!(RULE.down(&Bson::Int64(-7)), Ok(None), "it comes back as 7");
        assert!(RULE.down(&text("7")).is_err(), "it is of another type");
    }

    #[test]
    fn what_reads_back_as_another_is_never_written() {
        const NEVER: &dyn DocumentRule = &DocumentFilled::<_, f64>::new(
            &[1],
            |_| Ok(f64::NAN),
            AsBson::new(encode::<f64>, decode::<f64>),
        );
        let reason = NEVER.settle(&[None], None).unwrap_err();
        assert!(reason.contains("reads back"), "{reason}");
        assert_eq!(NEVER.made_of(), [1]);
    }
}

//! What the builds of the chaos test's application share: the operations of an instance, and
//! the lines in which it tells of them.
//!
//! A build is a struct of its time and an `impl` of [`Item`], or of [`DocumentItem`]; everything else
//! is here.

#![forbid(unsafe_code)]

mod clock;
mod failure;
mod instance;
mod item;
mod line;
mod random;
mod store;
mod sweep;
mod worker;

pub use clock::now;
pub use instance::{LEASE, main};
pub use item::{DocumentItem, Field, Item, Text, Values, number};
pub use line::{Begun, Found, Line, Number, Outcome, RawWrites, Read, Time};
pub use random::Random;
pub use store::{InCollection, InTable, Store};

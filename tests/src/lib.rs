//! The tests of colmig on real databases, and what they share: a model, a load of live
//! traffic that checks what it reads, and fresh databases.

#![forbid(unsafe_code)]

pub mod behind;
pub mod command;
pub mod documents;
pub mod load;
pub mod matrix;
pub mod model;
pub mod project;
pub mod raw;

//! The commands as a user calls them, on throw-away projects: what they print, what they
//! write, and how they end.

mod edited;
mod found;
mod generated;
mod help;
mod plans;
mod project;
mod refused;
#[path = "../support/mod.rs"]
mod support;

//! The commands as a user calls them, on throw-away projects: what they print, what they
//! write, and how they end.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod adopted;
mod asked;
mod constrained;
mod contracted;
mod documents;
mod edited;
mod expanded;
mod found;
mod generated;
mod help;
mod linted;
mod plans;
mod project;
mod refused;
mod robust;
mod runs;
mod tuned;
mod verified;
mod versioned;

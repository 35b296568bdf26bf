//! The application as it was before, on MongoDB.

mod item;

use std::process::ExitCode;

fn main() -> ExitCode {
    colmig_chaos_app::main::<colmig_chaos_app::InCollection<item::Item>>()
}

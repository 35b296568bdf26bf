//! The application while its columns are on their way.

mod item;

use std::process::ExitCode;

fn main() -> ExitCode {
    colmig_chaos_app::main::<colmig_chaos_app::InTable<item::Item>>()
}

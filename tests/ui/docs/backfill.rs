//! Around the blocks of the page of backfills.

//= docs/backfill.md 1

fn main() {}

//! Around the blocks of the page of replaced columns.

//= docs/replacing.md 1

fn main() {}

//! Around the blocks of the page of the attributes.

//= docs/attributes.md 1

fn main() {}

//! Around the blocks of the page of the attributes.

//= docs/attributes.md 1

//= docs/attributes.md 2

fn main() {}

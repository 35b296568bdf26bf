//! Around the blocks of the page of replaced columns.

#![allow(unused_variables, reason = "the blocks show what they get, and leave it at that")]

//= docs/replacing.md 1

//= docs/replacing.md 2

pub async fn converts(db: colmig::Db) -> Result<(), Box<dyn std::error::Error>> {
    //= docs/replacing.md 3
    Ok(())
}

//= docs/replacing.md 4

fn main() {}

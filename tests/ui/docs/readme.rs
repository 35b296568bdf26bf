//! Around the blocks of the README and of the crate's own page, which are the same story.
#![allow(unused_variables, reason = "the blocks show what they get, and leave it at that")]

pub mod readme {
    //= README.md 1

    pub async fn use_it(url: &str) -> colmig::Result<()> {
        //= README.md 2
        Ok(())
    }
}

pub async fn crate_page(url: &str) -> colmig::Result<()> {
    //= runtime/src/lib.rs 1
    Ok(())
}

fn main() {}

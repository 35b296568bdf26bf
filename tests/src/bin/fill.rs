//! A process of an application that fills by its functions, for the cases of the conformance suite
//! in which such a process is killed.
//!
//! `fill URL`: fills the articles of the database, or the luggage where that holds documents, until
//! nothing is left, and says how many it has written.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks to its user: results on stdout, words on stderr"
)]

use std::process::ExitCode;
use std::time::Duration;

use colmig::Db;
use colmig_articles::Article;
use colmig_guests::Luggage;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match fill().await {
        Ok(rows) => {
            println!("{rows}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("fill: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn fill() -> Result<u64, Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("usage: fill URL")?;
    // A lease that runs out soon: others take over what a dead process has claimed.
    let options = Db::options()
        .lease(Duration::from_secs(2))
        .poll(Duration::from_millis(100));
    let converted = if url.starts_with("mongodb") {
        let db = options.document::<Luggage>().connect(&url).await?;
        let convert = colmig::convert::<Luggage>(&db).rows(25).duty(1.0);
        convert.await?
    } else {
        let db = options.model::<Article>().connect(&url).await?;
        let convert = colmig::convert::<Article>(&db).rows(25).duty(1.0);
        convert.await?
    };
    Ok(converted.rows)
}

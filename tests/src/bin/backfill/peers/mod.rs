//! The whole change beside other tools: `cargo xtask bench peers` calls it.

mod report;
mod table;
mod way;

use colmig::Database;

use crate::Result;
use crate::arguments;
use crate::bench;
use crate::method::Method;
use crate::place::Begins;
pub(crate) use way::Way;

/// The whole bench.
pub(crate) async fn bench(arguments: &arguments::Peers) -> Result<()> {
    let given = &arguments.common;
    if given.database != Database::MariaDb {
        let name = given.database.title();
        return Err(format!("there are no peers of {name}'s here: measure them on MariaDB").into());
    }
    let ways = Method::ways(&given.methods)?;
    let seen = bench::all(given, &ways, Begins::BeforeAll).await?;
    let report = report::Report::new(seen, &ways, &given.loads);
    print!("{}", table::of(&report));
    bench::write(
        &given.json,
        &format!("{}\n", serde_json::to_string_pretty(&report)?),
    )?;
    println!("\nfigures: {}", given.json.display());
    Ok(())
}

//! How large tables are, for a plan. It creates nothing, and needs no more than to read.

use std::collections::BTreeMap;

use super::driver::Connector;
use super::error::Error;

/// The rows of those tables that are there, as far as the database knows without reading
/// them whole.
///
/// # Errors
/// A URL that cannot be meant, no connection, or a connection that is lost.
pub async fn estimate_rows(
    url: &str,
    tables: impl IntoIterator<Item = &str>,
) -> Result<BTreeMap<String, u64>, Error> {
    let connector = Connector::new(url)?;
    let database = connector.database();
    let connect = |message: &str| Error::Connect {
        database,
        message: message.to_owned(),
    };
    let mut driver = connector
        .open()
        .await
        .map_err(|failure| connect(failure.message()))?;
    let mut rows = BTreeMap::new();
    for table in tables {
        // A table that is not there yet, or that this role may not read, has no estimate.
        if let Ok(Some(estimated)) = driver.estimate(table).await {
            rows.insert(table.to_owned(), estimated);
        }
    }
    Ok(rows)
}

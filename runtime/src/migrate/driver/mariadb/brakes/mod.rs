//! What of MariaDB's may hold a backfill: one file for each brake.

mod flow_control;
mod history;
mod log_rate;
mod replica_lag;
mod sessions;

use std::collections::BTreeMap;

use colmig_schema::Sql;

use crate::migrate::backfill::Gauge;
use crate::migrate::driver::{Driver, Failure, Value};

/// Each brake, in the order in which they are looked at.
pub(super) fn all() -> Vec<Box<dyn Gauge>> {
    vec![
        Box::new(replica_lag::ReplicaLag),
        Box::<flow_control::FlowControl>::default(),
        Box::<log_rate::LogRate>::default(),
        Box::new(history::History),
        Box::new(sessions::Sessions),
    ]
}

/// What the server counts under these names; what it does not count is missing.
async fn counted(
    driver: &mut dyn Driver,
    names: &[&str],
) -> Result<BTreeMap<String, f64>, Failure> {
    let listed: Vec<String> = names
        .iter()
        .map(|name| Sql::MariaDb.literal(name))
        .collect();
    let sql = format!(
        "SELECT LOWER(VARIABLE_NAME), VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME IN ({})",
        listed.join(", ")
    );
    let mut found = BTreeMap::new();
    for row in driver.look(&sql).await? {
        let mut row = row.into_iter();
        if let (Some(Value::Text(name)), Some(Value::Text(value))) = (row.next(), row.next())
            && let Ok(value) = value.parse()
        {
            found.insert(name, value);
        }
    }
    Ok(found)
}

//! What is looked at before the first batch: whether every row can be seen, and the triggers that
//! others have on the table, such as one that keeps `updated_at`. Filling old rows is no change
//! that anybody made, so they do not fire, unless somebody says that they may.

use colmig_schema::Database;
use colmig_schema::script::Backfill;

use crate::migrate::driver::{Driver, Failure, Triggers};
use crate::migrate::error::Place;
use crate::migrate::retry::Attempts;
use crate::migrate::session::{Halt, Session};
use crate::migrate::settings::{Settings, UserTriggers};

impl Session<'_> {
    /// Whether batches skip the triggers of others.
    pub(super) async fn judge_triggers(
        &mut self,
        place: &Place,
        backfill: &Backfill,
    ) -> Result<bool, Halt> {
        let mut attempts = Attempts::new(self.settings);
        loop {
            match judge(self.driver, self.settings, backfill, place, &self.resume).await {
                Ok(judged) => return judged,
                Err(failure) => {
                    self.recover(failure.into(), place, &backfill.batch, &mut attempts)
                        .await?;
                }
            }
        }
    }
}

/// Whether batches skip the triggers of others; held where they are to and cannot, or where rows
/// cannot be seen.
pub(super) async fn judge(
    driver: &mut dyn Driver,
    settings: &Settings,
    backfill: &Backfill,
    place: &Place,
    resume: &str,
) -> Result<Result<bool, Halt>, Failure> {
    let held = |gate: String| Halt::Held {
        migration: place.migration.clone(),
        phase: place.phase,
        gate,
    };
    if let Some(why) = driver.hides_rows(&backfill.table).await? {
        return Ok(Err(held(format!("{why}; then `{resume}` goes on"))));
    }
    if settings.user_triggers == UserTriggers::Fire {
        return Ok(Ok(false));
    }
    let Triggers { names, unskippable } = driver.user_triggers(backfill).await?;
    let Some(why) = unskippable else {
        // Where there is none, nothing has to be switched off.
        return Ok(Ok(!names.is_empty()));
    };
    let it = if names.len() == 1 { "it" } else { "each" };
    // MariaDB's triggers are about all columns.
    let remedy = match driver.dialect().database {
        Database::MariaDb => "drop what nobody misses while rows are filled".to_owned(),
        _ => format!("declare {it} `UPDATE OF` the columns that it is about"),
    };
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    Ok(Err(held(format!(
        "{} on `{}` would fire for every row that is filled, and {why}; {remedy}, or \
             say `user-triggers = \"fire\"` in the table `run` of colmig.toml, and `{resume}` goes on",
        names.join(", "),
        backfill.table,
    ))))
}

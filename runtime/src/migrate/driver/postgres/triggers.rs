//! The triggers of others on a table, and how a transaction skips them.

use super::Postgres;
use crate::migrate::driver::{Driver as _, Failure, OWN_TRIGGERS, Triggers, Value};

/// For the transaction: triggers that were not made to fire always do not fire. Foreign keys are
/// not looked at either; a batch writes no column that has one yet.
pub(super) const SKIP_TRIGGERS: &str = "set_config('session_replication_role', 'replica', true)";

/// What may fire when a column is written of which nobody knows yet: not `UPDATE OF` others. The
/// bit is that of triggers for UPDATE.
const TRIGGERS: &str = "SELECT tgname::text FROM pg_trigger WHERE tgrelid = to_regclass($1) AND NOT tgisinternal AND tgenabled = 'O' \
    AND tgtype & 16 <> 0 AND tgattr = ''::int2vector AND NOT starts_with(tgname::text, $2) AND NOT starts_with(tgname::text, $3) ORDER BY tgname";

impl Postgres {
    pub(super) async fn look_for_triggers(&mut self, table: &str) -> Result<Triggers, Failure> {
        let table = colmig_schema::render::Ident(table).to_string();
        let [own, last] = OWN_TRIGGERS;
        let found = self
            .query(TRIGGERS, &[table.as_str().into(), own.into(), last.into()])
            .await?;
        let names: Vec<String> = found.into_iter().flatten().filter_map(name).collect();
        let unskippable = match names.as_slice() {
            [] => None,
            _ => self.why_not_to_skip().await?,
        };
        Ok(Triggers { names, unskippable })
    }

    /// Why this role may not skip triggers; none if it may. No version says that in advance.
    async fn why_not_to_skip(&mut self) -> Result<Option<String>, Failure> {
        let tried = self
            .send(format!("BEGIN; SELECT {SKIP_TRIGGERS}; ROLLBACK"))
            .await;
        match tried {
            Ok(_) => Ok(None),
            Err(Failure::Refused { .. }) => {
                // The message that failed has left its transaction open.
                self.send("ROLLBACK").await?;
                let role = self.query("SELECT current_user::text", &[]).await?;
                let role = role.into_iter().flatten().find_map(name);
                let role = colmig_schema::render::Ident(role.as_deref().unwrap_or_default());
                Ok(Some(format!(
                    "the role may not skip them: a superuser can allow it with `GRANT SET ON PARAMETER session_replication_role TO {role}` \
                     (PostgreSQL 15 and later)"
                )))
            }
            Err(failure) => Err(failure),
        }
    }
}

fn name(value: Value) -> Option<String> {
    match value {
        Value::Text(name) => Some(name),
        _ => None,
    }
}

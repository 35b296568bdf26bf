//! What a backfill has to know of a table before its first batch: the triggers of others, how a
//! transaction skips them, and whether every row can be seen.

use colmig_schema::render::Ident;
use colmig_schema::script::Backfill;

use super::Postgres;
use crate::migrate::driver::{Driver as _, Failure, OWN_TRIGGERS, Triggers, Value};

/// For the transaction: triggers that were not made to fire always do not fire, and foreign keys
/// are not looked at either.
pub(super) const SKIP_TRIGGERS: &str = "set_config('session_replication_role', 'replica', true)";

/// The triggers that fire when a batch writes its columns, and whether one of these refers to
/// another table: a column that is new does not yet, one that becomes required may. The columns
/// are those that the statement, which is of our own making, sets. The bit is that of triggers for UPDATE.
const TRIGGERS: &str = "WITH filled AS (SELECT attnum FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 \
    AND (position('SET \"' || replace(attname, '\"', '\"\"') || '\" = ' IN $4) > 0 \
    OR position(', \"' || replace(attname, '\"', '\"\"') || '\" = ' IN $4) > 0)) \
    SELECT tgname::text, EXISTS (SELECT 1 FROM pg_constraint JOIN filled ON attnum = ANY (conkey) \
    WHERE contype = 'f' AND conrelid = to_regclass($1)) \
    FROM pg_trigger WHERE tgrelid = to_regclass($1) AND NOT tgisinternal AND tgenabled = 'O' AND tgtype & 16 <> 0 \
    AND (tgattr = ''::int2vector OR EXISTS (SELECT 1 FROM filled WHERE attnum = ANY (tgattr::int2[]))) \
    AND NOT starts_with(tgname::text, $2) AND NOT starts_with(tgname::text, $3) ORDER BY tgname";

impl Postgres {
    pub(super) async fn look_for_triggers(
        &mut self,
        backfill: &Backfill,
    ) -> Result<Triggers, Failure> {
        let table = Ident(&backfill.table).to_string();
        let [own, last] = OWN_TRIGGERS;
        let arguments = [
            table.as_str().into(),
            own.into(),
            last.into(),
            backfill.batch.as_str().into(),
        ];
        let found = self.query(TRIGGERS, &arguments).await?;
        let refers = found.iter().any(|row| row.get(1) == Some(&Value::Int(1)));
        let names: Vec<String> = found.into_iter().filter_map(text).collect();
        let unskippable = match names.as_slice() {
            [] => None,
            _ if refers => {
                Some("whoever skips them skips the foreign key of the column as well".to_owned())
            }
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
                let role = role.into_iter().find_map(text).unwrap_or_default();
                Ok(Some(format!(
                    "the role may not skip them: a superuser can allow it with `GRANT SET ON PARAMETER session_replication_role TO {}` \
                     (PostgreSQL 15 and later)",
                    Ident(&role)
                )))
            }
            Err(failure) => Err(failure),
        }
    }

    pub(super) async fn look_for_policies(
        &mut self,
        table: &str,
    ) -> Result<Option<String>, Failure> {
        let table = Ident(table).to_string();
        // No row for what is no table, which the backfill will say better.
        let sql = "SELECT current_user::text FROM pg_class WHERE oid = to_regclass($1) AND row_security_active(oid)";
        let found = self.query(sql, &[table.as_str().into()]).await?;
        let role = found.into_iter().find_map(text);
        Ok(role.map(|role| {
            let role = Ident(&role);
            format!(
                "row-level security hides rows of {table} from the role {role}, which could not fill them: \
                 `ALTER ROLE {role} BYPASSRLS`, or `ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY` if it owns the table"
            )
        }))
    }
}

/// The text that a row begins with.
fn text(row: Vec<Value>) -> Option<String> {
    match row.into_iter().next() {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

//! A table that gets another name: a view stands in for it, until both change places.

use crate::render::{Ident, Literal};
use crate::script::{DOLLAR_QUOTE, Run, Step};
use crate::step::Renaming;

/// The view is asked in the name of whoever asks it, so that the table's privileges and its
/// row-level security hold as they are. Who has privileges on the table gets the same on it.
pub(super) fn stand_in(renaming: &Renaming) -> Step {
    let (from, to) = (Ident(&renaming.from), Ident(&renaming.to));
    let (table, view) = (from.to_string(), to.to_string());
    let (table, view) = (Literal(&table), Literal(&view));
    Step {
        id: format!("stand_in_for_{}", renaming.from),
        lock: format!("ACCESS SHARE on {from}, for an instant"),
        safe: "a view of one table is written like a table; nobody calls it by that name yet"
            .to_owned(),
        run: Run::Transaction(vec![
            format!("CREATE VIEW {to} WITH (security_invoker = true) AS SELECT * FROM {from}"),
            format!(
                "DO {DOLLAR_QUOTE}\n\
                 DECLARE granted record;\n\
                 BEGIN\n  \
                 FOR granted IN\n    \
                 SELECT privilege_type, NULL::name AS attname, grantee, is_grantable\n    \
                 FROM pg_class, aclexplode(relacl) WHERE oid = {table}::regclass\n    \
                 UNION ALL SELECT privilege_type, attname, grantee, is_grantable\n    \
                 FROM pg_attribute, aclexplode(attacl) WHERE attrelid = {table}::regclass AND NOT attisdropped\n  \
                 LOOP\n    \
                 CONTINUE WHEN granted.privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE');\n    \
                 EXECUTE format('GRANT %s%s ON %s TO %s%s', granted.privilege_type,\n      \
                 CASE WHEN granted.attname IS NULL THEN '' ELSE format('(%I)', granted.attname) END, {view},\n      \
                 CASE WHEN granted.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(granted.grantee)) END,\n      \
                 CASE WHEN granted.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);\n  \
                 END LOOP;\n\
                 END\n{DOLLAR_QUOTE}"
            ),
        ]),
        revert: vec![format!("DROP VIEW {to}")],
    }
}

pub(super) fn rename(renaming: &Renaming) -> Step {
    let (from, to) = (Ident(&renaming.from), Ident(&renaming.to));
    let mut statements = vec![
        format!("DROP VIEW {to}"),
        format!("ALTER TABLE {from} RENAME TO {to}"),
    ];
    let indexes = renaming.indexes.iter();
    statements.extend(indexes.map(|(from, to)| {
        format!(
            "ALTER INDEX IF EXISTS {} RENAME TO {}",
            Ident(from),
            Ident(to)
        )
    }));
    let table = to.to_string();
    // A table that was there before colmig may have called them otherwise.
    let constraints = renaming.constraints.iter();
    statements.extend(constraints.map(|(from, into)| {
        format!(
            "DO {DOLLAR_QUOTE}\n\
             BEGIN\n  \
             IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = {}::regclass AND conname = {}) THEN\n    \
             ALTER TABLE {to} RENAME CONSTRAINT {} TO {};\n  \
             END IF;\n\
             END\n{DOLLAR_QUOTE}",
            Literal(&table),
            Literal(from),
            Ident(from),
            Ident(into)
        )
    }));
    Step {
        id: format!("rename_{}", renaming.from),
        lock: format!("ACCESS EXCLUSIVE on {from}, for an instant"),
        safe: "everybody calls it by the new name by now; view and table change places in one transaction, so that no \
               statement finds neither"
            .to_owned(),
        run: Run::Transaction(statements),
        revert: Vec::new(),
    }
}

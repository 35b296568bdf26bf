//! What else depends on what goes, as PostgreSQL's catalogue has it.

use crate::render::dependents::{Asked, literals, step};
use crate::render::{Ident, Literal};
use crate::script::Step;
use crate::step::Going;

/// A view by its own name, and not by that of the rule which it is made of.
const DEPENDENT: &str = "CASE WHEN v.rulename = '_RETURN' THEN pg_describe_object('pg_class'::regclass, v.ev_class, 0)\n  \
     ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END";

const JOINED: &str = "LEFT JOIN pg_rewrite v ON d.classid = 'pg_rewrite'::regclass AND v.oid = d.objid\n\
     LEFT JOIN pg_constraint o ON d.classid = 'pg_constraint'::regclass AND o.oid = d.objid\n\
     LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid\n\
     LEFT JOIN pg_class r ON d.classid = 'pg_class'::regclass AND r.oid = d.objid";

pub(super) fn check(going: &Going) -> Step {
    let look = match going.columns.is_empty() {
        true => of_table(going),
        false => of_columns(going),
    };
    step(
        going,
        Asked {
            lock: "none: it reads the catalogue".to_owned(),
            safe: "nothing is changed; what is found holds the migration before anything else of this phase",
            prepare: Vec::new(),
            look,
        },
    )
}

/// An index that colmig or the model does not know goes without a word with its column, and so do
/// statistics; what PostgreSQL itself refuses to lose would end `contract` half-way. What only
/// says something of the column itself (its default, a check, a key over it alone) is to go.
///
/// A foreign key within the table depends on the column that it leads to as well as on its own.
fn of_columns(going: &Going) -> String {
    let key = match going.rekeyed {
        true => "\n  AND (o.conrelid = a.attrelid AND o.contype = 'p') IS NOT TRUE",
        false => "",
    };
    let before: Vec<String> = going
        .before
        .iter()
        .map(|(table, column)| {
            // A table that goes with the same migration may be gone by now.
            format!(
                "(to_regclass({}), {})",
                Literal(&Ident(table).to_string()),
                Literal(column)
            )
        })
        .collect();
    let before = match before.is_empty() {
        true => String::new(),
        false => format!(
            "\n  AND NOT EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = o.conrelid AND o.conkey = ARRAY[b.attnum]\n    \
             AND (b.attrelid, b.attname) IN ({}))",
            before.join(", ")
        ),
    };
    format!(
        "SELECT DISTINCT {DEPENDENT}\n\
         FROM pg_depend d\n\
         JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid\n\
         LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid\n\
         {JOINED}\n\
         WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = {}::regclass AND a.attname IN ({}) AND d.deptype IN ('n', 'a')\n  \
         AND (f.adrelid = a.attrelid AND f.adnum = a.attnum) IS NOT TRUE\n  \
         AND (r.relkind = 'S' OR r.relname IN ({})) IS NOT TRUE\n  \
         AND (o.conrelid = a.attrelid AND (o.contype = 'c' OR o.conkey = ARRAY[a.attnum])) IS NOT TRUE{key}{before}\n  \
         AND (starts_with(t.tgname, 'colmig_') OR starts_with(t.tgname, 'zz_colmig_')) IS NOT TRUE\n\
         ORDER BY 1",
        Literal(&Ident(&going.table).to_string()),
        literals(&going.columns),
        literals(&going.along)
    )
}

fn of_table(going: &Going) -> String {
    let table = Literal(&Ident(&going.table).to_string()).to_string();
    format!(
        "SELECT DISTINCT {DEPENDENT}\n\
         FROM pg_depend d\n\
         {JOINED}\n\
         WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = {table}::regclass AND d.deptype = 'n'\n  \
         AND (v.ev_class = d.refobjid OR o.conrelid = d.refobjid OR t.tgrelid = d.refobjid) IS NOT TRUE\n  \
         AND d.classid NOT IN ('pg_policy'::regclass, 'pg_attrdef'::regclass)\n\
         ORDER BY 1"
    )
}

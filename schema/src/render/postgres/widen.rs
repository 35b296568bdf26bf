//! A wider type, and what has to hold so that it is no more than a word in the catalogue.

use super::{DOLLAR_QUOTE, Ident, Literal};
use crate::render::IN_THE_WAY;
use crate::script::{Run, Step};
use crate::step::Widening;

pub(super) fn step(widening: &Widening) -> Step {
    let Widening {
        table,
        column,
        others,
        ty,
        ..
    } = widening;
    let locked = [table].into_iter().chain(others);
    let locked: Vec<String> = locked.map(|table| Ident(table).to_string()).collect();
    Step {
        id: format!("widen_{table}_{column}"),
        lock: format!("ACCESS EXCLUSIVE on {}, for an instant", locked.join(", ")),
        safe: format!(
            "the new type holds what the old one holds in the same bytes, so no row is read or rewritten and no index built; whatever \
             else would be is found first, and then nothing is changed; accessors read the column as `{}`, which it is before and \
             after; an abort leaves the wider type, in which nothing that was written is lost",
            widening.to.without_size()
        ),
        run: Run::Transaction(vec![
            guard(widening),
            format!(
                "ALTER TABLE {} ALTER COLUMN {} TYPE {ty}",
                Ident(table),
                Ident(column)
            ),
        ]),
        revert: Vec::new(),
    }
}

/// Refuses what PostgreSQL would go through or build anew under the lock, or refuse itself: a
/// database may have more over the column than the model says.
fn guard(widening: &Widening) -> String {
    let Widening {
        table,
        column,
        from,
        to,
        ..
    } = widening;
    let of = Literal(&Ident(table).to_string()).to_string();
    let name = Literal(column).to_string();
    let refuse = |why: &str, hint: &str| {
        format!(
            "RAISE EXCEPTION USING ERRCODE = '{IN_THE_WAY}',\n      \
             MESSAGE = format({}, {name}, {}, found),\n      \
             HINT = {};",
            Literal(why),
            Literal(table),
            Literal(hint)
        )
    };
    let other_type = refuse(
        "the type of `%s` of `%s` is `%s`, which the migration was not made for",
        "bring the column to the type that it had in the models, or take the migration back with `cargo colmig abort`",
    );
    let used = refuse(
        "`%s` of `%s` is used by %s, so its type cannot change in place",
        "drop that before, and create it again afterwards (an index CONCURRENTLY, a check NOT VALID, which is validated then); or abort, \
         and put a column in its place, with `replaces`",
    );
    let triggers = if from.changes_type(*to) {
        let used = refuse(
            "`%s` of `%s` is read by %s, which fails in sessions that have called it before",
            "give the column the type `varchar`, without a length, instead of `text`; or abort, and put a column in its place, \
             with `replaces`",
        );
        format!(
            "\n  WITH RECURSIVE {}\n  \
             SELECT string_agg(DISTINCT format('trigger %I', t.tgname), ', ') INTO found\n  \
             FROM tables\n  \
             JOIN pg_trigger AS t ON t.tgrelid = tables.id AND NOT t.tgisinternal AND t.tgtype & 1 = 1\n  \
             JOIN pg_proc AS p ON p.oid = t.tgfoid AND position(lower({name}) IN lower(p.prosrc)) > 0\n  \
             JOIN pg_language AS l ON l.oid = p.prolang AND l.lanname = 'plpgsql';\n  \
             IF found IS NOT NULL THEN\n    {used}\n  END IF;",
            tables(&of)
        )
    } else {
        String::new()
    };
    format!(
        "DO {DOLLAR_QUOTE}\n\
         DECLARE\n  found text;\n\
         BEGIN\n  \
         SELECT format_type(atttypid, atttypmod) INTO found FROM pg_attribute\n  \
         WHERE attrelid = {of}::regclass AND attname = {name};\n  \
         IF found NOT IN ({}, {}) THEN\n    {other_type}\n  END IF;\n  \
         WITH RECURSIVE {}, columns AS (\n    \
         SELECT a.attrelid, a.attnum, a.attgenerated FROM tables\n    \
         JOIN pg_attribute AS a ON a.attrelid = tables.id AND a.attname = {name}\n  \
         ), used AS (\n    \
         SELECT d.classid, d.objid, d.objsubid, columns.* FROM columns\n    \
         JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = attrelid AND d.refobjsubid = attnum\n  \
         ), uses AS (\n    \
         SELECT CASE r.rulename WHEN '_RETURN' THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)\n      \
         ELSE pg_describe_object(classid, objid, objsubid) END AS what\n    \
         FROM used JOIN pg_rewrite AS r ON used.classid = 'pg_rewrite'::regclass AND r.oid = used.objid\n    \
         UNION SELECT pg_describe_object(classid, objid, objsubid) FROM used WHERE CASE\n      \
         WHEN classid IN ('pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_publication_rel'::regclass) THEN true\n      \
         WHEN classid = 'pg_constraint'::regclass\n        \
         THEN EXISTS (SELECT 1 FROM pg_constraint WHERE oid = objid AND contype IN ('c', 'x'))\n      \
         WHEN classid = 'pg_class'::regclass\n        \
         THEN objsubid > 0 OR EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = objid AND (indexprs IS NOT NULL OR indpred IS NOT NULL))\n      \
         WHEN classid = 'pg_attrdef'::regclass\n        \
         THEN attgenerated <> '' OR NOT EXISTS (SELECT 1 FROM pg_attrdef WHERE oid = objid AND adrelid = attrelid AND adnum = attnum)\n      \
         ELSE false END\n    \
         UNION SELECT pg_describe_object('pg_class'::regclass, c.oid, 0) FROM columns\n      \
         JOIN pg_index AS i ON i.indrelid = attrelid AND attnum = ANY (i.indkey)\n      \
         JOIN pg_class AS c ON c.oid = i.indexrelid AND c.relkind = 'I'\n    \
         UNION SELECT 'the partition key of ' || pg_describe_object('pg_class'::regclass, attrelid, 0) FROM columns\n      \
         JOIN pg_partitioned_table AS p ON p.partrelid = attrelid AND attnum = ANY (p.partattrs)\n  \
         )\n  \
         SELECT string_agg(what, ', ' ORDER BY what) INTO found FROM uses;\n  \
         IF found IS NOT NULL THEN\n    {used}\n  END IF;{triggers}\n\
         END\n{DOLLAR_QUOTE}",
        Literal(&from.formatted()),
        Literal(&to.formatted()),
        tables(&of),
    )
}

/// The table, and those that inherit from it, which change with it.
fn tables(of: &str) -> String {
    format!(
        "tables AS (\n    \
         SELECT {of}::regclass::oid AS id\n    \
         UNION SELECT i.inhrelid FROM pg_inherits AS i JOIN tables ON i.inhparent = tables.id\n  \
         )"
    )
}

//! A primary key that goes over to another column, and the foreign keys that follow it.

use super::{DOLLAR_QUOTE, Ident, Literal, both};
use crate::render::IN_THE_WAY;
use crate::script::{CHECK_KEY, Run, Step};
use crate::step::{ForeignKey, Rekeyed};

/// Refuses, before anything is added, what `contract` could not do in an instant.
pub(super) fn check(key: &Rekeyed) -> Step {
    let table = Literal(&key.table);
    let why = Literal("the primary key of `%s` cannot go over to another column: %s");
    let hint = Literal(
        "take the migration back (`cargo colmig abort`); keep the key as it is, and add a column of its own beside it, or give the \
         table another key by hand",
    );
    Step {
        id: format!("{CHECK_KEY}{}", key.table),
        lock: "none: it reads the catalogue".to_owned(),
        safe: "nothing is changed; a key that could not be replaced in an instant is found before anything is added".to_owned(),
        run: Run::Transaction(vec![format!(
            "DO {DOLLAR_QUOTE}\n\
             DECLARE\n  found text;\n\
             BEGIN\n  \
             SELECT CASE\n    \
             WHEN c.relkind = 'p' THEN 'the table has partitions'\n    \
             WHEN EXISTS (SELECT FROM pg_inherits WHERE c.oid IN (inhparent, inhrelid)) THEN 'the table inherits from another, or another from it'\n    \
             WHEN k.condeferrable THEN 'the key is deferrable'\n    \
             WHEN i.indnatts > i.indnkeyatts THEN 'the key stores other columns as well'\n    \
             WHEN k.conkey <> {} THEN 'it is ' || pg_get_constraintdef(k.oid) || ', which the migration was not made for'\n    \
             END INTO found\n  \
             FROM pg_class AS c\n  \
             LEFT JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'p'\n  \
             LEFT JOIN pg_index AS i ON i.indexrelid = k.conindid\n  \
             WHERE c.oid = {}::regclass;\n  \
             IF found IS NOT NULL THEN\n    \
             RAISE EXCEPTION USING ERRCODE = '{IN_THE_WAY}',\n      \
             MESSAGE = format({why}, {table}, found),\n      \
             HINT = {hint};\n  \
             END IF;\n\
             END\n{DOLLAR_QUOTE}",
            numbers(key),
            of(&key.table)
        )]),
        revert: Vec::new(),
    }
}

/// What the trigger says of a key that legacy has no place for: that it is NULL there would say
/// little to whoever wrote it.
pub(super) fn fits(key: &Rekeyed) -> String {
    let (legacy, target) = (Ident(&key.legacy), Ident(&key.target));
    format!(
        "IF NEW.{legacy} IS NULL AND NEW.{target} IS NOT NULL THEN\n    \
         RAISE EXCEPTION USING ERRCODE = 'numeric_value_out_of_range',\n      \
         MESSAGE = format({}, NEW.{target}, {}, {}),\n      \
         HINT = {};\n  \
         END IF;\n  ",
        Literal("%s does not fit into `%s` of `%s`"),
        Literal(&key.legacy),
        Literal(&key.table),
        Literal(
            "builds of before read that column: such a key can be written when `cargo colmig contract` has ended the migration"
        ),
    )
}

/// The statement, in the transaction in which legacy goes, that hands its sequence or default and
/// the key itself over. What there is of them is known when it is executed: an adopted table may
/// count by a serial or an identity, of which no model says anything.
pub(super) fn hand_over(key: &Rekeyed) -> String {
    let defaults = match key.has_default {
        true => "",
        false => &hand_over_default(key),
    };
    format!(
        "DO {DOLLAR_QUOTE}\n\
         DECLARE\n  \
         legacy record;\n  counter record;\n  stands record;\n  granting text[];\n  granted text;\n  called text;\n  identifies boolean;\n\
         BEGIN\n  \
         SELECT a.attrelid, a.attnum, a.attidentity, d.oid AS said, pg_get_expr(d.adbin, d.adrelid) AS value INTO legacy\n  \
         FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum\n  \
         WHERE a.attrelid = {}::regclass AND a.attname = {};\n\
         {defaults}{}{}\
         END\n{DOLLAR_QUOTE}",
        of(&key.table),
        Literal(&key.legacy),
        hand_over_sequences(key),
        hand_over_key(key),
    )
}

/// An identity cannot be moved, so another one goes on under its name where it stands; a default is
/// set as it is.
fn hand_over_default(key: &Rekeyed) -> String {
    let (table, legacy, target) = (Ident(&key.table), Ident(&key.legacy), Ident(&key.target));
    let statement = |text: String| Literal(&text).to_string();
    format!(
        "  IF legacy.attidentity <> '' THEN\n    \
         SELECT s.*, c.relacl, n.nspname, c.relname INTO counter\n    \
         FROM pg_depend AS d JOIN pg_sequence AS s ON s.seqrelid = d.objid\n    \
         JOIN pg_class AS c ON c.oid = d.objid JOIN pg_namespace AS n ON n.oid = c.relnamespace\n    \
         WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'\n      \
         AND d.refobjid = legacy.attrelid AND d.refobjsubid = legacy.attnum;\n    \
         EXECUTE format('SELECT last_value, is_called FROM %I.%I', counter.nspname, counter.relname) INTO stands;\n    \
         SELECT array_agg(format('GRANT %s ON SEQUENCE %I.%I TO %s%s', privilege_type, counter.nspname, counter.relname,\n      \
         CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,\n      \
         CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)) INTO granting FROM aclexplode(counter.relacl);\n    \
         EXECUTE {};\n    \
         EXECUTE {} || format(' %s AS IDENTITY (SEQUENCE NAME %I.%I START WITH %s INCREMENT BY %s %s %s CACHE %s %s)',\n      \
         CASE legacy.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, counter.nspname, counter.relname,\n      \
         counter.seqstart, counter.seqincrement,\n      \
         CASE WHEN counter.seqmax = CASE counter.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647 END\n        \
         THEN 'NO MAXVALUE' ELSE 'MAXVALUE ' || counter.seqmax END,\n      \
         CASE WHEN counter.seqmin = CASE counter.seqtypid WHEN 'smallint'::regtype THEN -32768 WHEN 'integer'::regtype THEN -2147483648 END\n        \
         THEN 'NO MINVALUE' ELSE 'MINVALUE ' || counter.seqmin END,\n      \
         counter.seqcache, CASE WHEN counter.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END);\n    \
         PERFORM setval(format('%I.%I', counter.nspname, counter.relname)::regclass, stands.last_value, stands.is_called);\n    \
         FOREACH granted IN ARRAY coalesce(granting, ARRAY[]::text[]) LOOP\n      EXECUTE granted;\n    END LOOP;\n  \
         ELSIF legacy.value IS NOT NULL THEN\n    \
         EXECUTE {} || legacy.value;\n  \
         END IF;\n",
        statement(format!(
            "ALTER TABLE {table} ALTER COLUMN {legacy} DROP IDENTITY"
        )),
        statement(format!(
            "ALTER TABLE {table} ALTER COLUMN {target} ADD GENERATED"
        )),
        statement(format!(
            "ALTER TABLE {table} ALTER COLUMN {target} SET DEFAULT "
        )),
    )
}

/// A sequence goes with the column that owns it, and ends where its type does.
fn hand_over_sequences(key: &Rekeyed) -> String {
    let (table, target) = (Ident(&key.table), Ident(&key.target));
    let widen = match &key.counts_as {
        Some(ty) => format!(
            "    IF counter.typlen < (SELECT typlen FROM pg_type WHERE oid = '{ty}'::regtype) THEN\n      \
             EXECUTE format('ALTER SEQUENCE %s AS {ty}', counter.sequence);\n    \
             END IF;\n"
        ),
        None => String::new(),
    };
    format!(
        "  FOR counter IN\n    \
         SELECT DISTINCT s.seqrelid::regclass AS sequence, t.typlen, d.deptype = 'a' AS is_owned\n    \
         FROM pg_depend AS d JOIN pg_sequence AS s ON s.seqrelid IN (d.objid, d.refobjid) JOIN pg_type AS t ON t.oid = s.seqtypid\n    \
         JOIN pg_class AS c ON c.oid = s.seqrelid\n    \
         WHERE d.refclassid = 'pg_class'::regclass AND (\n      \
         (d.deptype = 'a' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid\n        \
         AND d.refobjid = legacy.attrelid AND d.refobjsubid = legacy.attnum)\n      \
         OR (d.classid = 'pg_attrdef'::regclass AND d.objid = legacy.said AND d.refobjid = c.oid AND pg_has_role(c.relowner, 'USAGE')))\n  \
         LOOP\n{widen}    \
         IF counter.is_owned THEN\n      \
         EXECUTE format('ALTER SEQUENCE %s ', counter.sequence) || {};\n    \
         END IF;\n  \
         END LOOP;\n",
        Literal(&format!("OWNED BY {table}.{target}"))
    )
}

/// A table without a primary key has a unique index in its place, before and after.
fn hand_over_key(key: &Rekeyed) -> String {
    let (alter, index) = (
        format!("ALTER TABLE {}", Ident(&key.table)),
        Literal(&key.index),
    );
    let alter = Literal(&alter);
    format!(
        "  SELECT EXISTS (SELECT FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid AND c.relreplident = 'i'\n    \
         WHERE i.indrelid = legacy.attrelid AND i.indisreplident AND legacy.attnum = ANY (i.indkey)) INTO identifies;\n  \
         SELECT conname INTO called FROM pg_constraint WHERE conrelid = legacy.attrelid AND contype = 'p';\n  \
         IF called IS NOT NULL THEN\n    \
         EXECUTE {alter} || format(' DROP CONSTRAINT %I, ADD CONSTRAINT %I PRIMARY KEY USING INDEX %I', called, called, {index});\n  \
         END IF;\n  \
         IF identifies THEN\n    \
         EXECUTE {alter} || format(' REPLICA IDENTITY USING INDEX %I', coalesce(called, {index}));\n  \
         END IF;\n"
    )
}

/// The foreign key of a column, beside that of another column of the same table which it stands
/// for: it does the same when the row that it refers to changes or goes.
pub(super) fn carry(key: &ForeignKey, from: &str) -> Step {
    let add = format!(
        "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})",
        Ident(&key.table),
        Ident(&key.name),
        Ident(&key.column),
        Ident(&key.to),
        Ident(&key.key)
    );
    let does = |letter: &str, on: &str| {
        format!(
            "CASE o.{letter} WHEN 'r' THEN ' {on} RESTRICT' WHEN 'c' THEN ' {on} CASCADE' WHEN 'n' THEN ' {on} SET NULL' \
             WHEN 'd' THEN ' {on} SET DEFAULT' ELSE '' END"
        )
    };
    Step {
        id: format!("add_reference_{}", key.name),
        lock: format!("SHARE ROW EXCLUSIVE on {}, for an instant", both(&key.table, Some(&key.to))),
        safe: "NOT VALID: it stands beside the foreign key that the rows satisfy already, and does what that does when a row goes; writers of \
               both tables wait for the instant"
            .to_owned(),
        run: Run::Transaction(vec![format!(
            "DO {DOLLAR_QUOTE}\n\
             DECLARE\n  does text;\n\
             BEGIN\n  \
             SELECT {}\n    \
             || {}\n    \
             || CASE WHEN o.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN o.condeferrable THEN ' DEFERRABLE' ELSE '' END\n  \
             INTO does FROM pg_constraint AS o JOIN pg_attribute AS a ON a.attrelid = o.conrelid AND o.conkey = ARRAY[a.attnum]\n  \
             WHERE o.contype = 'f' AND o.conrelid = {}::regclass AND o.confrelid = {}::regclass AND a.attname = {}\n  \
             ORDER BY o.conname LIMIT 1;\n  \
             EXECUTE {} || coalesce(does, '') || ' NOT VALID';\n\
             END\n{DOLLAR_QUOTE}",
            does("confupdtype", "ON UPDATE"),
            does("confdeltype", "ON DELETE"),
            of(&key.table),
            of(&key.to),
            Literal(from),
            Literal(&add)
        )]),
        revert: vec![super::drop_constraint(&key.table, &key.name)],
    }
}

/// The table, as text that says which.
fn of(table: &str) -> String {
    Literal(&Ident(table).to_string()).to_string()
}

/// The numbers of the columns of the key as it is, in their order.
fn numbers(key: &Rekeyed) -> String {
    let names: Vec<String> = key
        .before
        .iter()
        .map(|name| Literal(name).to_string())
        .collect();
    format!(
        "ARRAY(SELECT a.attnum FROM unnest(ARRAY[{}]) WITH ORDINALITY AS n(name, place)\n      \
         JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = n.name ORDER BY n.place)",
        names.join(", ")
    )
}

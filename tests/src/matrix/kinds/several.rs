//! The kinds that more than one database has, or PostgreSQL alone, as they are made there and on
//! SQLite.

use colmig_schema::model::ColumnType;

use super::{Kind, Made, by, kind};

const PLAIN: &str = "CREATE TABLE {table} (id integer PRIMARY KEY, {columns})";

/// A table with a key that counts, and something done to it when its rows are there.
const fn plain(then: &'static str) -> Made {
    by(PLAIN, "i", then)
}

const NONE: Made = Made::Not("SQLite has none");

/// All of them, in the order of the docs.
pub(super) static KINDS: [Kind; 24] = [
    kind("a key that counts", plain(""), plain("")),
    Kind {
        key: &[("tenant", ColumnType::Integer), ("code", ColumnType::Text)],
        ..kind(
            "a composite key",
            by(
                "CREATE TABLE {table} (tenant integer, code text, {columns}, PRIMARY KEY (tenant, code))",
                "i % 3, 'c' || i",
                "",
            ),
            by(
                "CREATE TABLE {table} (tenant integer, code text, {columns}, PRIMARY KEY (tenant, code))",
                "i % 3, 'c' || i",
                "",
            ),
        )
    },
    Kind {
        key: &[("code", ColumnType::Text)],
        ..kind(
            "a key of text",
            by(
                "CREATE TABLE {table} (code text PRIMARY KEY, {columns})",
                "'it''s' || i",
                "",
            ),
            by(
                "CREATE TABLE {table} (code text PRIMARY KEY, {columns}) WITHOUT ROWID",
                "'it''s' || i",
                "",
            ),
        )
    },
    Kind {
        key: &[("code", ColumnType::Uuid)],
        ..kind(
            "a key of uuid",
            by(
                "CREATE TABLE {table} (code uuid PRIMARY KEY, {columns})",
                "md5(i::text)::uuid",
                "",
            ),
            by(
                "CREATE TABLE {table} (code blob PRIMARY KEY, {columns})",
                "CAST(substr('0000000000000000' || i, -16) AS blob)",
                "",
            ),
        )
    },
    kind(
        "a unique index in place of a key",
        by(
            "CREATE TABLE {table} (id integer NOT NULL UNIQUE, {columns})",
            "i",
            "",
        ),
        by(
            "CREATE TABLE {table} (id bigint NOT NULL UNIQUE, {columns})",
            "i",
            "",
        ),
    ),
    kind(
        "an identity, GENERATED ALWAYS",
        by(
            "CREATE TABLE {table} (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {columns})",
            "",
            "",
        ),
        by(
            "CREATE TABLE {table} (id INTEGER PRIMARY KEY AUTOINCREMENT, {columns})",
            "",
            "",
        ),
    ),
    kind(
        "a generated column",
        by(
            "CREATE TABLE {table} (id integer PRIMARY KEY, {columns}, loud text GENERATED ALWAYS AS (upper(first_name)) STORED)",
            "i",
            "",
        ),
        by(
            "CREATE TABLE {table} (id bigint PRIMARY KEY, {columns}, loud text GENERATED ALWAYS AS (upper(first_name)) VIRTUAL)",
            "i",
            "",
        ),
    ),
    kind(
        "other tables refer to it",
        plain(
            "CREATE TABLE orders (id integer PRIMARY KEY, user_id integer NOT NULL REFERENCES {table} ON DELETE CASCADE); \
             INSERT INTO orders SELECT id, id FROM {table}",
        ),
        plain(
            "CREATE TABLE orders (id integer PRIMARY KEY, user_id integer NOT NULL REFERENCES {table} ON DELETE CASCADE); \
             INSERT INTO orders SELECT id, id FROM {table}",
        ),
    ),
    kind(
        "a trigger that keeps a time",
        by(
            "CREATE TABLE {table} (id integer PRIMARY KEY, {columns}, updated_at timestamptz)",
            "i",
            "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at := now(); RETURN NEW; END'; \
             CREATE TRIGGER touch BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION touch()",
        ),
        by(
            "CREATE TABLE {table} (id bigint PRIMARY KEY, {columns}, updated_at text)",
            "i",
            "CREATE TRIGGER touch AFTER UPDATE OF first_name ON {table} BEGIN UPDATE {table} SET updated_at = 'now' WHERE id = NEW.id; END",
        ),
    ),
    kind(
        "row-level security, for its owner",
        plain(
            "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON {table} USING (id = 1)",
        ),
        NONE,
    ),
    kind(
        "a publication for logical replication",
        plain("CREATE PUBLICATION all_of_it FOR TABLE {table}"),
        NONE,
    ),
    kind(
        "a view of columns that stay",
        plain("CREATE VIEW keys AS SELECT id FROM {table}"),
        plain("CREATE VIEW keys AS SELECT id FROM {table}"),
    ),
    kind(
        "a view of every column",
        plain("CREATE VIEW everybody AS SELECT id, first_name, last_name, email FROM {table}"),
        plain("CREATE VIEW everybody AS SELECT id, first_name, last_name, email FROM {table}"),
    ),
    kind(
        "an index that no model mentions",
        plain("CREATE INDEX by_mail ON {table} (lower(email), last_name) WHERE first_name <> ''"),
        plain("CREATE INDEX by_mail ON {table} (lower(email), last_name) WHERE first_name <> ''"),
    ),
    kind(
        "a rule",
        plain(
            "CREATE TABLE log (id integer); CREATE RULE noted AS ON DELETE TO {table} DO ALSO INSERT INTO log VALUES (OLD.id)",
        ),
        NONE,
    ),
    kind(
        "partitions, by ranges of the key",
        by(
            "CREATE TABLE {table} (id integer PRIMARY KEY, {columns}) PARTITION BY RANGE (id); \
             CREATE TABLE low PARTITION OF {table} FOR VALUES FROM (MINVALUE) TO (100); \
             CREATE TABLE high PARTITION OF {table} FOR VALUES FROM (100) TO (MAXVALUE)",
            "i",
            "",
        ),
        NONE,
    ),
    kind(
        "inside another schema, by `search_path`",
        by(
            "CREATE SCHEMA app; SET search_path = app; \
             CREATE TABLE {table} (id integer PRIMARY KEY, {columns}); \
             DO 'BEGIN EXECUTE format(''ALTER DATABASE %I SET search_path = app'', current_database()); END'",
            "i",
            "",
        ),
        NONE,
    ),
    Kind {
        is_owned: true,
        ..kind(
            "a role that owns the table, and is no superuser",
            plain(""),
            NONE,
        )
    },
    kind(
        "1,596 columns, of 1,600 that there may be",
        by(
            "CREATE TABLE {table} (id integer PRIMARY KEY, {columns}); \
             DO 'BEGIN EXECUTE (SELECT ''ALTER TABLE users '' || string_agg(''ADD COLUMN c'' || i || '' boolean'', '', '') \
             FROM generate_series(1, 1592) AS i); END'",
            "i",
            "",
        ),
        Made::Not("not tried: it takes 2,000"),
    ),
    kind(
        "unlogged",
        by(
            "CREATE UNLOGGED TABLE {table} (id integer PRIMARY KEY, {columns})",
            "i",
            "",
        ),
        NONE,
    ),
    kind(
        "strict",
        Made::Not("PostgreSQL always is"),
        by(
            "CREATE TABLE {table} (id integer PRIMARY KEY, {columns}) STRICT",
            "i",
            "",
        ),
    ),
    kind(
        "never analysed",
        by(
            "CREATE TABLE {table} (id integer PRIMARY KEY, {columns}) WITH (autovacuum_enabled = false)",
            "i",
            "",
        ),
        plain(""),
    ),
    Kind {
        rows: 0,
        ..kind("empty", plain(""), plain(""))
    },
    Kind {
        table: "Größe \"order\" of_63_bytes_that_are_as_many_as_fit_into_a_name",
        ..kind(
            "a name of 63 bytes, with quotes, blanks and letters beyond ASCII",
            plain(""),
            plain(""),
        )
    },
];

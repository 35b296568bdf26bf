//! How each kind of table is made on MariaDB, and the kinds that only MariaDB has.

use colmig_schema::model::ColumnType;

use super::{Kind, Made, Statements, Types, by, kind};

/// With a key that counts, and nothing else.
const PLAIN: &str = "CREATE TABLE {table} (id int PRIMARY KEY, {columns})";

const fn plain(then: &'static str) -> Made {
    by(PLAIN, "i", then)
}

/// A table with a key that counts, made by this statement.
const fn counted(create: &'static str) -> Made {
    by(create, "i", "")
}

/// One that nothing can be prepared on once it is what it is.
const fn last(last: &'static str) -> Made {
    Made::By(Statements {
        create: PLAIN,
        key: "i",
        then: "",
        last,
    })
}

const NONE: Made = Made::Not("MariaDB has none");

/// A kind that only MariaDB has.
const fn own(name: &'static str) -> Kind {
    kind(name, Made::Foreign, Made::Foreign)
}

const fn texts(text: &'static str) -> Types {
    Types { key: "", text }
}

/// The kinds that only MariaDB has, in the order of the docs.
pub(super) static OWN: [Kind; 14] = [
    Kind {
        types: texts("varchar(255) CHARACTER SET latin1"),
        ..own("columns of latin1 in a table of utf8mb4")
    },
    Kind {
        types: texts("varchar(255) COLLATE utf8mb4_bin"),
        ..own("columns of a collation that is not the table's")
    },
    Kind {
        key: &[("id", ColumnType::BigInt)],
        types: Types {
            key: "int unsigned",
            text: "",
        },
        ..own("a key that is unsigned")
    },
    Kind {
        right: "updated_at < '2001-01-01'",
        ..own("a time that changes with every update")
    },
    own("it refers to another table, which cascades"),
    own("1,005 columns, of 1,017 that there may be"),
    own("a virtual column"),
    own("a virtual column with an index"),
    own("a full-text index"),
    own("a spatial index"),
    own("a unique index over more text than an index can hold"),
    own("compressed rows"),
    own("system versioning"),
    own("an engine without transactions"),
];

/// How a kind is made, by its name.
pub(super) fn made(name: &str) -> Made {
    match name {
        "a key that counts" | "empty" => plain(""),
        "a composite key" => by(
            "CREATE TABLE {table} (tenant int, code varchar(255), {columns}, PRIMARY KEY (tenant, code))",
            "i % 3, 'c' || i",
            "",
        ),
        "a key of text" => by(
            "CREATE TABLE {table} (code varchar(255) PRIMARY KEY, {columns})",
            "'it''s' || i",
            "",
        ),
        "a key of uuid" => by(
            "CREATE TABLE {table} (code binary(16) PRIMARY KEY, {columns})",
            "unhex(md5(i))",
            "",
        ),
        "a unique index in place of a key" => {
            counted("CREATE TABLE {table} (id int NOT NULL UNIQUE, {columns})")
        }
        "an identity, GENERATED ALWAYS" => by(
            "CREATE TABLE {table} (id int AUTO_INCREMENT PRIMARY KEY, {columns})",
            "",
            "",
        ),
        "a generated column" => counted(
            "CREATE TABLE {table} (id int PRIMARY KEY, {columns}, loud {text} GENERATED ALWAYS AS (upper(first_name)) STORED)",
        ),
        "other tables refer to it" => plain(
            "CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL, \
             CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES {table} (id) ON DELETE CASCADE); \
             INSERT INTO orders SELECT id, id FROM {table}",
        ),
        "a trigger that keeps a time" => last(
            "ALTER TABLE {table} ADD COLUMN updated_at datetime; \
             CREATE TRIGGER touch BEFORE UPDATE ON {table} FOR EACH ROW SET NEW.updated_at = now()",
        ),
        "a view of columns that stay" => plain("CREATE VIEW `keys` AS SELECT id FROM {table}"),
        "a view of every column" => {
            plain("CREATE VIEW everybody AS SELECT id, first_name, last_name, email FROM {table}")
        }
        "an index that no model mentions" => {
            plain("CREATE INDEX by_mail ON {table} (email, last_name)")
        }
        "partitions, by ranges of the key" => counted(
            "CREATE TABLE {table} (id int PRIMARY KEY, {columns}) PARTITION BY RANGE (id) \
             (PARTITION low VALUES LESS THAN (100), PARTITION high VALUES LESS THAN MAXVALUE)",
        ),
        "a role that owns the table, and is no superuser" => plain(""),
        "never analysed" => {
            counted("CREATE TABLE {table} (id int PRIMARY KEY, {columns}) STATS_AUTO_RECALC = 0")
        }
        "a name of 63 bytes, with quotes, blanks and letters beyond ASCII" => plain(""),
        "1,596 columns, of 1,600 that there may be" => Made::Not("it takes 1,017, see below"),
        "strict" => Made::Not("sessions are"),
        "inside another schema, by `search_path`" => Made::Not("a schema is a database"),
        "columns of latin1 in a table of utf8mb4"
        | "columns of a collation that is not the table's" => plain(""),
        "a key that is unsigned" => {
            counted("CREATE TABLE {table} (id int unsigned PRIMARY KEY, {columns})")
        }
        "a time that changes with every update" => counted(
            "SET timestamp = 946684800; CREATE TABLE {table} (id int PRIMARY KEY, {columns}, \
             updated_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)",
        ),
        "it refers to another table, which cascades" => counted(
            "CREATE TABLE teams (id int PRIMARY KEY); INSERT INTO teams VALUES (1); \
             CREATE TABLE {table} (id int PRIMARY KEY, {columns}, team_id int NOT NULL DEFAULT 1, \
             CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (id) ON UPDATE CASCADE ON DELETE CASCADE)",
        ),
        "1,005 columns, of 1,017 that there may be" => by(
            "CREATE TABLE {table} (id int PRIMARY KEY, {columns})",
            "i",
            "SET @many = (SELECT CONCAT('ALTER TABLE users ', GROUP_CONCAT('ADD COLUMN c', seq, ' boolean')) FROM seq_1_to_1001); \
             EXECUTE IMMEDIATE @many",
        ),
        "a virtual column" => counted(
            "CREATE TABLE {table} (id int PRIMARY KEY, {columns}, loud {text} AS (upper(first_name)) VIRTUAL)",
        ),
        "a virtual column with an index" => counted(
            "CREATE TABLE {table} (id int PRIMARY KEY, {columns}, loud {text} AS (upper(first_name)) VIRTUAL, KEY users_loud (loud))",
        ),
        "a full-text index" => counted(
            "CREATE TABLE {table} (id int PRIMARY KEY, {columns}, FULLTEXT KEY users_words (last_name))",
        ),
        "a spatial index" => counted(
            "CREATE TABLE {table} (id int PRIMARY KEY, {columns}, place point NOT NULL DEFAULT (point(1, 1)), SPATIAL KEY users_place (place))",
        ),
        "a unique index over more text than an index can hold" => {
            last("ALTER TABLE {table} ADD COLUMN body text, ADD UNIQUE KEY users_body (body)")
        }
        "compressed rows" => {
            counted("CREATE TABLE {table} (id int PRIMARY KEY, {columns}) ROW_FORMAT = COMPRESSED")
        }
        "system versioning" => {
            counted("CREATE TABLE {table} (id int PRIMARY KEY, {columns}) WITH SYSTEM VERSIONING")
        }
        "an engine without transactions" => last("ALTER TABLE {table} ENGINE = Aria"),
        _ => NONE,
    }
}

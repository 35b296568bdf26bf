//! `init --from-database`: databases that were made by hand, or by another tool.

use colmig_harness::{shared_mariadb, shared_postgres};
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, MySqlConnection, PgConnection, SqliteConnection,
};

use crate::project::Project;
use crate::runs::timeless;

/// A database with what these statements make.
pub(crate) struct Live {
    url: String,
    _folder: tempfile::TempDir,
}

impl Live {
    pub(crate) async fn sqlite(sql: &str) -> Live {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("live.db");
        std::fs::write(&file, "").unwrap();
        let live = Live {
            url: format!("sqlite:{}", file.display()),
            _folder: folder,
        };
        live.execute(sql).await;
        live
    }

    pub(crate) async fn postgres(sql: &str) -> Live {
        let server = shared_postgres().unwrap();
        let name = server.create_database("adopted").unwrap();
        let live = Live {
            url: server.url(&name),
            _folder: tempfile::tempdir().unwrap(),
        };
        live.execute(sql).await;
        live
    }

    /// Names stand in double quotes, as everywhere else.
    pub(crate) async fn mariadb(sql: &str) -> Live {
        let server = shared_mariadb().unwrap();
        let name = server.create_database("adopted").unwrap();
        let live = Live {
            url: server.url(&name),
            _folder: tempfile::tempdir().unwrap(),
        };
        live.execute(sql).await;
        live
    }

    async fn connect_mariadb(&self) -> MySqlConnection {
        let mut connection = MySqlConnection::connect(&self.url).await.unwrap();
        let quotes = sqlx::raw_sql("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')");
        connection.execute(quotes).await.unwrap();
        connection
    }

    pub(crate) async fn execute(&self, sql: &str) {
        if sql.is_empty() {
            return;
        }
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        if self.url.starts_with("sqlite") {
            let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
            connection.execute(sql).await.unwrap();
            connection.close().await.unwrap();
        } else if self.url.starts_with("mysql") {
            let mut connection = self.connect_mariadb().await;
            connection.execute(sql).await.unwrap();
            connection.close().await.unwrap();
        } else {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            connection.execute(sql).await.unwrap();
            connection.close().await.unwrap();
        }
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        if self.url.starts_with("sqlite") {
            let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql)
                .fetch_one(&mut connection)
                .await
                .unwrap()
        } else if self.url.starts_with("mysql") {
            let mut connection = self.connect_mariadb().await;
            sqlx::query_scalar(sql)
                .fetch_one(&mut connection)
                .await
                .unwrap()
        } else {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql)
                .fetch_one(&mut connection)
                .await
                .unwrap()
        }
    }
}

/// `cargo colmig ...` on that database.
pub(crate) fn on(project: &Project, live: &Live, arguments: &[&str]) -> crate::project::Ended {
    project.colmig_with(arguments, &[("DATABASE_URL", &live.url)])
}

const ADOPT: [&str; 2] = ["init", "--from-database"];

/// Nobody is live, so nobody is waited for.
pub(crate) fn offline(project: &Project) {
    let config = project.read("colmig.toml");
    project.write(
        "colmig.toml",
        &config.replace("[run]\n", "[run]\noffline = true\n"),
    );
}

/// The same tables in the words of MariaDB, where text has a length if an index is over it.
fn of_mariadb(sql: &str) -> String {
    sql.replace("TEXT", "VARCHAR(255)").replace("BYTEA", "BLOB")
}

/// What sqlx leaves behind, and the tables that its migrations made.
const BY_SQLX: &str = "
    CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
        installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
        checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL);
    INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (20240101000000, 'users', true, '', 1);
    CREATE TABLE tenants (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE users (
        id BIGINT NOT NULL PRIMARY KEY,
        tenant BIGINT NOT NULL REFERENCES tenants (id),
        first_name TEXT NOT NULL,
        last_name TEXT NOT NULL DEFAULT '',
        visits BIGINT NOT NULL DEFAULT 0 CHECK (visits >= 0)
    );
    CREATE UNIQUE INDEX users_names ON users (tenant, last_name, first_name);
    INSERT INTO tenants VALUES (1, 'one');
    INSERT INTO users (id, tenant, first_name, last_name) VALUES (1, 1, 'Ada', 'Lovelace'), (2, 1, 'Alan', 'Turing');";

const MODELS: &str = "\
#[derive(colmig::Model)]
#[colmig(table = \"tenants\")]
pub struct Tenant {
    #[colmig(primary_key)]
    pub id: i64,
    pub name: String,
}

#[derive(colmig::Model)]
#[colmig(table = \"users\", unique(tenant, last_name, first_name))]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(references = \"tenants(id)\")]
    pub tenant: i64,
    pub first_name: String,
    #[colmig(default = \"''\")]
    pub last_name: String,
    #[colmig(default = \"0\", check = \"visits >= 0\")]
    pub visits: i64,
";

/// A database of sqlx's is taken over, a field is added, and its migration comes to its end.
async fn walk(live: &Live, database: &str) {
    let project = Project::bare(&format!("{MODELS}}}\n"));
    insta::assert_snapshot!(
        format!("walk_{database}_1_adopt"),
        on(&project, live, &ADOPT).expect(0)
    );
    project.colmig(&["generate", "--check"]).expect(0);
    offline(&project);
    insta::assert_snapshot!(
        format!("walk_{database}_2_run"),
        timeless(&on(&project, live, &["run"]).expect(0))
    );
    assert_eq!(live.number("SELECT count(*) FROM users").await, 2);

    let rule = match database {
        // There it may mean "or".
        "mariadb" => "concat(first_name, ' ', last_name)",
        _ => "first_name || ' ' || last_name",
    };
    project.write(
        "src/lib.rs",
        &format!("{MODELS}    #[colmig(backfill = \"{rule}\", index)]\n    pub display_name: String,\n}}\n"),
    );
    let answer = project
        .colmig(&["generate", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(answer["changes"].as_array().unwrap().len(), 1, "{answer}");
    on(&project, live, &["run"]).expect(0);
    on(&project, live, &["contract", "--yes"]).expect(0);
    let filled = format!("SELECT count(*) FROM users WHERE display_name = {rule}");
    assert_eq!(live.number(&filled).await, 2);
    // What is another tool's is as it was.
    assert_eq!(
        live.number("SELECT count(*) FROM _sqlx_migrations").await,
        1
    );
    on(&project, live, &["run"]).expect(0);
}

#[tokio::test]
async fn a_database_of_sqlx_is_taken_over_and_goes_on_postgres() {
    walk(&Live::postgres(BY_SQLX).await, "postgres").await;
}

#[tokio::test]
async fn a_database_of_sqlx_is_taken_over_and_goes_on_mariadb() {
    walk(&Live::mariadb(&of_mariadb(BY_SQLX)).await, "mariadb").await;
}

#[tokio::test]
async fn a_database_of_sqlx_is_taken_over_and_goes_on_sqlite() {
    walk(&Live::sqlite(BY_SQLX).await, "sqlite").await;
}

#[tokio::test]
async fn the_same_files_make_a_new_database_and_leave_none_half_way() {
    let project = Project::bare(&format!("{MODELS}}}\n"));
    let live = Live::sqlite(BY_SQLX).await;
    on(&project, &live, &ADOPT).expect(0);
    offline(&project);
    insta::assert_snapshot!(
        "baseline_sql",
        project.read("migrations/20261122064500_baseline/sqlite/1_expand.sql")
    );

    let new = Live::sqlite("").await;
    on(&project, &new, &["run"]).expect(0);
    assert_eq!(new.number("SELECT count(*) FROM users").await, 0);
    on(&project, &new, &["init", "--from-database", "--check"]).expect(0);

    let half = Live::sqlite("CREATE TABLE tenants (id INTEGER PRIMARY KEY)").await;
    insta::assert_snapshot!("baseline_half", on(&project, &half, &["run"]).expect(1));
    // Once it is where the others are, the same command goes on.
    half.execute("CREATE TABLE users (id INTEGER PRIMARY KEY)")
        .await;
    on(&project, &half, &["run"]).expect(0);

    // What may be older than the migration is not dropped by it.
    let early = Live::sqlite(BY_SQLX).await;
    on(&project, &early, &["run", "--until", "expand"]).expect(0);
    let id = "20261122064500_baseline";
    insta::assert_snapshot!(
        "baseline_abort",
        on(&project, &early, &["abort", id, "--yes"]).expect(1)
    );
    assert_eq!(early.number("SELECT count(*) FROM users").await, 2);
    on(&project, &early, &["run"]).expect(0);
}

#[tokio::test]
async fn a_baseline_without_a_database_is_the_same() {
    let project = Project::bare(&format!("{MODELS}}}\n"));
    project
        .colmig(&["init", "--baseline", "--database", "sqlite"])
        .expect(0);
    offline(&project);
    for live in [Live::sqlite(BY_SQLX).await, Live::sqlite("").await] {
        on(&project, &live, &["run"]).expect(0);
        live.number("SELECT count(*) FROM users").await;
    }
}

/// Models of which nearly everything is otherwise in the table.
const OTHERWISE: &str = "\
#[derive(colmig::Model)]
#[colmig(table = \"users\", index(plan, seen), check = \"visits < 10\")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    pub email: String,
    #[colmig(default = \"'paid'\")]
    pub plan: String,
    #[colmig(index)]
    pub visits: Option<String>,
    #[colmig(references = \"days(id)\")]
    pub seen: i64,
    pub nick: Option<String>,
}

#[derive(colmig::Model)]
#[colmig(table = \"order\")]
pub struct Order {
    #[colmig(primary_key)]
    pub id: i64,
}
";

const OTHERWISE_BY_HAND: &str = "
    CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY);
    CREATE TABLE audit (id BIGINT NOT NULL PRIMARY KEY);
    CREATE TABLE users (
        id BIGINT NOT NULL PRIMARY KEY,
        email VARCHAR(80),
        plan TEXT NOT NULL DEFAULT 'free',
        visits BIGINT NOT NULL DEFAULT 0 CHECK (visits >= 0),
        seen BIGINT NOT NULL REFERENCES orders (id),
        nickname TEXT,
        required TEXT NOT NULL
    );
    CREATE UNIQUE INDEX by_email ON users (email);
    CREATE INDEX some_plans ON users (plan) WHERE visits > 3;";

async fn differs(live: &Live, database: &str) {
    let project = Project::bare(OTHERWISE);
    let ended = on(&project, live, &ADOPT).expect(1);
    insta::assert_snapshot!(format!("differs_{database}"), ended);
    assert!(!project.folder().join("colmig.toml").exists());
    assert!(!project.folder().join("migrations").exists());
    let json = on(
        &project,
        live,
        &["init", "--from-database", "--format", "json"],
    )
    .expect(1)
    .json();
    insta::assert_snapshot!(
        format!("differs_{database}_json"),
        serde_json::to_string_pretty(&json["differences"][0]).unwrap()
    );
    assert_eq!(json["written"], serde_json::json!([]));
    assert_eq!(
        json["tables_without_model"],
        serde_json::json!(["audit", "orders"])
    );
}

#[tokio::test]
async fn each_difference_is_told_with_what_settles_it_postgres() {
    differs(&Live::postgres(OTHERWISE_BY_HAND).await, "postgres").await;
}

#[tokio::test]
async fn each_difference_is_told_with_what_settles_it_mariadb() {
    // An index of some rows is one of the beginning of a text there.
    let by_hand = of_mariadb(OTHERWISE_BY_HAND).replace("(plan) WHERE visits > 3", "(plan(10))");
    differs(&Live::mariadb(&by_hand).await, "mariadb").await;
}

#[tokio::test]
async fn each_difference_is_told_with_what_settles_it_sqlite() {
    differs(&Live::sqlite(OTHERWISE_BY_HAND).await, "sqlite").await;
}

#[tokio::test]
async fn what_cannot_be_said_is_accepted_and_what_would_fail_is_not() {
    let live = Live::sqlite(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, plan TEXT NOT NULL DEFAULT 'free', must TEXT NOT NULL)",
    )
    .await;
    let source = |field: &str| {
        format!(
            "#[derive(colmig::Model)]\n#[colmig(table = \"users\")]\npub struct User {{\n    #[colmig(primary_key)]\n    pub id: i64,\n    pub plan: String,\n{field}}}\n"
        )
    };
    let project = Project::bare(&source(""));
    let accept = |id: &str| {
        on(
            &project,
            &live,
            &["init", "--from-database", "--accept", id],
        )
    };
    insta::assert_snapshot!("accept_blocking", accept("column:users.must").expect(2));
    insta::assert_snapshot!("accept_nothing", accept("default:user").expect(2));
    project.write("src/lib.rs", &source("    pub must: String,\n"));
    insta::assert_snapshot!("accept", accept("default:users").expect(0));
    project.colmig(&["generate", "--check"]).expect(0);
}

/// Tables as hands make them: their structs are printed, and are as the tables are.
const BY_HAND: &str = "
    CREATE TABLE \"Tenants\" (\"Id\" BIGINT NOT NULL PRIMARY KEY, \"größe\" DOUBLE PRECISION, \"select\" TEXT NOT NULL DEFAULT 'it''s \"quoted\" \\n');
    CREATE TABLE memberships (tenant BIGINT NOT NULL REFERENCES \"Tenants\" (\"Id\") ON DELETE CASCADE,
        person BIGINT NOT NULL, role VARCHAR(20) NOT NULL DEFAULT 'guest', since TIMESTAMP, \"2nd\" BOOLEAN NOT NULL DEFAULT false,
        PRIMARY KEY (person, tenant), UNIQUE (tenant, role), CHECK (role IN ('guest', 'owner')), CHECK (person > 0 AND tenant > 0));
    CREATE INDEX memberships_role ON memberships (role);
    CREATE INDEX memberships_lower ON memberships (lower(role));
    CREATE TABLE log (line TEXT);";

async fn printed(live: &Live, database: &str) {
    let project = Project::bare("");
    let none = on(&project, live, &ADOPT).expect(1);
    assert!(none.stderr.contains("--structs"), "{none}");
    let structs = on(&project, live, &["init", "--from-database", "--structs"]).expect(0);
    insta::assert_snapshot!(format!("structs_{database}"), structs);
    project.write("src/lib.rs", &structs.stdout);
    insta::assert_snapshot!(
        format!("structs_{database}_adopted"),
        on(&project, live, &ADOPT).expect(0)
    );
    project.colmig(&["generate", "--check"]).expect(0);
    offline(&project);
    on(&project, live, &["run"]).expect(0);
}

#[tokio::test]
async fn structs_are_printed_that_are_as_their_tables_are_postgres() {
    let more = "
        CREATE TYPE mood AS ENUM ('happy', 'so so');
        CREATE TABLE things (id bigserial PRIMARY KEY, number int GENERATED BY DEFAULT AS IDENTITY, tags text[] NOT NULL DEFAULT '{}',
            mood mood NOT NULL DEFAULT 'happy', price numeric(10, 2) NOT NULL DEFAULT -1, body jsonb, old json, made timestamptz NOT NULL DEFAULT now(),
            code char(3) COLLATE \"C\", address inet, low text GENERATED ALWAYS AS (lower(code)) STORED, life interval,
            CHECK (price > -2 AND code ~ '^[a-z]+$'));
        CREATE INDEX things_many ON things (made DESC);
        ALTER TABLE things ENABLE ROW LEVEL SECURITY;";
    printed(
        &Live::postgres(&format!("{BY_HAND}{more}")).await,
        "postgres",
    )
    .await;
}

#[tokio::test]
async fn structs_are_printed_that_are_as_their_tables_are_mariadb() {
    let more = "
        CREATE TABLE things (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, small TINYINT NOT NULL DEFAULT -1, \"long\" LONGTEXT,
            mood ENUM('happy', 'so so') NOT NULL DEFAULT 'happy', price DECIMAL(10, 2) NOT NULL DEFAULT -1, body JSON, flags BIT(3) NOT NULL DEFAULT b'101',
            made DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, seen TIMESTAMP(3) NULL, sum INT(5) DEFAULT (1 + 1),
            code CHAR(3) CHARACTER SET latin1 COLLATE latin1_bin, address INET6, token UUID NOT NULL DEFAULT uuid(), bytes VARBINARY(16),
            low VARCHAR(3) AS (lower(code)) VIRTUAL, old VARCHAR(20) COMMENT 'it''s old', PRIMARY KEY (id), UNIQUE (token),
            CHECK (price > -2 AND (code <> '' OR \"long\" LIKE '%''%') AND NOT (small BETWEEN 5 AND 7)), CHECK (json_length(body) IS NOT NULL));
        CREATE INDEX things_many ON things (made DESC);
        CREATE FULLTEXT INDEX things_words ON things (old);
        CREATE TRIGGER things_made BEFORE INSERT ON things FOR EACH ROW SET @made = 1;
        CREATE TABLE others (id INT PRIMARY KEY, name VARCHAR(10), thing BIGINT UNSIGNED REFERENCES things (id), KEY by_name (name), KEY by_thing (thing))
            COLLATE utf8mb4_bin;
        CREATE TABLE visits (day DATE NOT NULL, visitor INT NOT NULL, PRIMARY KEY (day, visitor)) ENGINE=MyISAM
            PARTITION BY HASH (to_days(day)) PARTITIONS 2;";
    let by_hand = BY_HAND.replace("(lower(role))", "(role(5))");
    // Whatever the server defaults to.
    let default = "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;";
    let live = Live::mariadb(&format!("{default}{}{more}", of_mariadb(&by_hand))).await;
    printed(&live, "mariadb").await;
}

#[tokio::test]
async fn structs_are_printed_that_are_as_their_tables_are_sqlite() {
    let more = "
        CREATE TABLE things (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE UNIQUE, price DECIMAL(10, 2),
            body JSON, low TEXT AS (lower(name)), made DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
            at TEXT NOT NULL DEFAULT (strftime('%s', 'now')), CHECK (length(name) > 0)) STRICT;
        CREATE TRIGGER things_made AFTER INSERT ON things BEGIN SELECT 1; END;";
    // A strict table takes no other names of types.
    let more = more.replace(") STRICT", ")");
    printed(&Live::sqlite(&format!("{BY_HAND}{more}")).await, "sqlite").await;
}

/// A field of each type that the docs list, with and without `Option`.
fn every_type(database: colmig_schema::Sql) -> String {
    use colmig_schema::model::ColumnType;
    let mut fields = String::new();
    for (at, ty) in ColumnType::NAMED.iter().enumerate() {
        if ty.sql(database).is_none() {
            continue;
        }
        for (more, rust) in ty.rust().split(", ").enumerate() {
            fields.push_str(&format!(
                "    pub f{at}_{more}: {rust},\n    pub o{at}_{more}: Option<{rust}>,\n"
            ));
        }
    }
    let indexes = match database {
        // Neither some rows nor an expression is what an index there is of.
        colmig_schema::Sql::MariaDb => "index(small(desc), name)",
        _ => {
            "index(small(desc), name, where = \"small > 0 AND Name <> 'x'\"), index(expr = \"lower(name)\"), unique(name, where = \"small IN (1, 2)\")"
        }
    };
    format!(
        "#[derive(colmig::Model)]\n#[colmig(table = \"Every Type\", index(f0_0, f1_0), unique(f1_0, f2_0), check = \"f1_0 <> 3 OR f2_0 IN (1, 2)\",\n         \
         {indexes})]\n\
         pub struct Every {{\n    #[colmig(primary_key)]\n    pub id: i64,\n    #[colmig(default = \"-7\", check = \"small BETWEEN -9 AND 9\", index)]\n    \
         pub small: i16,\n    #[colmig(default = \"'it''s'\", unique, check = \"length(name) > 0 AND name NOT LIKE 'x%'\")]\n    pub name: String,\n    \
         #[colmig(default = \"CURRENT_TIMESTAMP\", references = \"other(id)\")]\n    pub other: i64,\n{fields}}}\n\
         #[derive(colmig::Model)]\n#[colmig(table = \"other\")]\npub struct Other {{\n    #[colmig(primary_key)]\n    pub id: i64,\n}}\n"
    )
    .replace("#[colmig(default = \"CURRENT_TIMESTAMP\", references", "#[colmig(references")
}

/// What colmig has created is as its models are.
async fn round_trip(live: &Live, database: colmig_schema::Sql) {
    let project = Project::generated(database.name(), &every_type(database));
    offline(&project);
    on(&project, live, &["run"]).expect(0);
    let ended = on(
        &project,
        live,
        &["init", "--from-database", "--check", "--format", "json"],
    )
    .expect(0);
    let json = ended.json();
    assert_eq!(json["differences"], serde_json::json!([]), "{ended}");
    assert_eq!(json["notes"], serde_json::json!([]), "{ended}");
    // Another project's files would know nothing of what is recorded.
    let other = Project::bare(&every_type(database));
    let ended = on(&other, live, &ADOPT).expect(1);
    insta::assert_snapshot!(format!("round_trip_{database}_of_another"), ended);
}

#[tokio::test]
async fn what_colmig_creates_is_as_the_models_are_postgres() {
    round_trip(&Live::postgres("").await, colmig_schema::Sql::Postgres).await;
}

#[tokio::test]
async fn what_colmig_creates_is_as_the_models_are_mariadb() {
    round_trip(&Live::mariadb("").await, colmig_schema::Sql::MariaDb).await;
}

#[tokio::test]
async fn what_colmig_creates_is_as_the_models_are_sqlite() {
    round_trip(&Live::sqlite("").await, colmig_schema::Sql::Sqlite).await;
}

#[tokio::test]
async fn other_schemas_are_told_by_name_and_reached_by_the_url() {
    let live = Live::postgres(
        "CREATE SCHEMA \"Billing\"; CREATE TABLE \"Billing\".invoices (id bigint PRIMARY KEY);
         CREATE VIEW totals AS SELECT 1::bigint AS id",
    )
    .await;
    let source = |table: &str| {
        format!(
            "#[derive(colmig::Model)]\n#[colmig(table = \"{table}\")]\npub struct Found {{\n    #[colmig(primary_key)]\n    pub id: i64,\n}}\n"
        )
    };
    let project = Project::bare(&source("invoices"));
    insta::assert_snapshot!("schema_other", on(&project, &live, &ADOPT).expect(1));
    project.write("src/lib.rs", &source("Billing.invoices"));
    insta::assert_snapshot!("schema_dotted", on(&project, &live, &ADOPT).expect(1));
    project.write("src/lib.rs", &source("totals"));
    insta::assert_snapshot!("schema_view", on(&project, &live, &ADOPT).expect(1));
    project.write("src/lib.rs", &source("invoices"));
    let there = Live {
        url: format!("{}?options[search_path]=\"Billing\"", live.url),
        _folder: tempfile::tempdir().unwrap(),
    };
    on(&project, &there, &ADOPT).expect(0);
    offline(&project);
    on(&project, &there, &["run"]).expect(0);
}

/// A database of a server is no schema of another one, unless a model says so.
#[tokio::test]
async fn other_databases_are_told_where_a_model_names_one() {
    let live = Live::mariadb("CREATE VIEW totals AS SELECT 1 AS id").await;
    let there = Live::mariadb("CREATE TABLE invoices (id bigint PRIMARY KEY)").await;
    let other = there.url.rsplit('/').next().unwrap();
    let other = other.split('?').next().unwrap();
    let told = |table: &str| {
        let project = Project::bare(&format!(
            "#[derive(colmig::Model)]\n#[colmig(table = \"{table}\")]\npub struct Found {{\n    #[colmig(primary_key)]\n    pub id: i64,\n}}\n"
        ));
        on(&project, &live, &ADOPT).expect(1).to_string()
    };
    let dotted = told(&format!("{other}.invoices"));
    let expected = format!("the table `invoices` is in the database `{other}`");
    assert!(dotted.contains(&expected), "{dotted}");
    assert!(
        dotted.contains(&format!("`mysql://.../{other}`")),
        "{dotted}"
    );
    let bare = told("invoices");
    assert!(bare.contains("there is no table `invoices`"), "{bare}");
    let view = told("totals");
    assert!(view.contains("`totals` is a view"), "{view}");
}

async fn nothing_is_written(live: &Live, made: &str) {
    let project = Project::bare(&format!("{MODELS}}}\n"));
    on(&project, live, &ADOPT).expect(0);
    assert_eq!(live.number(made).await, 0);
}

#[tokio::test]
async fn adoption_reads_and_writes_nothing_in_the_database_postgres() {
    let made = "SELECT count(*) FROM pg_class WHERE relname LIKE 'colmig%' OR relpersistence = 't'";
    nothing_is_written(&Live::postgres(BY_SQLX).await, made).await;
}

#[tokio::test]
async fn adoption_reads_and_writes_nothing_in_the_database_mariadb() {
    let made = "SELECT (SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'colmig%') \
                + (SELECT count(*) <> 3 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE())";
    nothing_is_written(&Live::mariadb(&of_mariadb(BY_SQLX)).await, made).await;
}

async fn words(live: &Live, database: &str) {
    let project = Project::bare(
        "#[derive(colmig::Model)]\n#[colmig(table = \"users\")]\npub struct User {\n    #[colmig(primary_key)]\n    pub id: i64,\n    \
         #[colmig(sql_type = \"citext\")]\n    pub email: String,\n}\n",
    );
    insta::assert_snapshot!(
        format!("words_{database}"),
        on(&project, live, &ADOPT).expect(1)
    );
}

const WITH_EMAIL: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(80) NOT NULL)";

#[tokio::test]
async fn words_that_the_database_does_not_take_are_told_with_its_answer_postgres() {
    words(&Live::postgres(WITH_EMAIL).await, "postgres").await;
}

#[tokio::test]
async fn words_that_the_database_does_not_take_are_told_with_its_answer_mariadb() {
    words(&Live::mariadb(WITH_EMAIL).await, "mariadb").await;
}

#[tokio::test]
async fn a_database_that_is_not_there_ends_with_3() {
    let project = Project::bare("");
    let none = [("DATABASE_URL", "postgres://127.0.0.1:1/none")];
    project.colmig_with(&ADOPT, &none).expect(3);
    insta::assert_snapshot!("no_url", project.colmig(&ADOPT).expect(2));
    let other = ["init", "--from-database", "--database", "sqlite"];
    insta::assert_snapshot!(
        "other_database",
        project.colmig_with(&other, &none).expect(2)
    );
}

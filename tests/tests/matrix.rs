//! Every cell of the matrix: each change, on each kind of table, on each database.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use colmig_harness::{
    Endpoint, MariaDb, MariaDbEndpoint, Postgres, Storage, shared_mariadb, shared_postgres,
};
use colmig_tests::matrix::{CHANGES, Cell, ELSEWHERE, Place, book, cells};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Builder;

/// How many cells are tried at a time, if nothing else is said.
const THREADS: usize = 16;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Cells wait for the server, and for a moment between two looks, more than they compute.
    arguments.test_threads.get_or_insert(THREADS);
    // The servers of the whole test run; without one, a server of this process, which ends with it.
    let (mut own_postgres, mut own_mariadb) = (None, None);
    let mut servers = Servers::default();
    if !arguments.list {
        servers.postgres = shared_postgres().ok();
        if servers.postgres.is_none() {
            own_postgres = Postgres::builder().storage(Storage::Memory).start().ok();
            servers.postgres = own_postgres.as_ref().map(|own| own.endpoint().clone());
        }
        servers.mariadb = shared_mariadb().ok();
        if servers.mariadb.is_none() {
            own_mariadb = MariaDb::builder().storage(Storage::Memory).start().ok();
            servers.mariadb = own_mariadb.as_ref().map(|own| own.endpoint().clone());
        }
    }
    let servers = Arc::new(servers);
    let trials = cells().into_iter().map(|cell| {
        let servers = servers.clone();
        Trial::test(cell.to_string(), move || test(&cell, &servers))
    });
    let books = [
        Trial::test("book::every_cell", every_cell_is_in_the_book),
        Trial::test("book::every_change", every_change_of_the_book_has_its_cells),
    ];
    let conclusion = libtest_mimic::run(&arguments, books.into_iter().chain(trials).collect());
    drop((own_postgres, own_mariadb));
    conclusion.exit_code()
}

/// Where cells are walked.
#[derive(Default)]
struct Servers {
    postgres: Option<Endpoint>,
    mariadb: Option<MariaDbEndpoint>,
}

fn test(cell: &Cell, servers: &Servers) -> Result<(), Failed> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    match cell.database {
        colmig_schema::Sql::Postgres => {
            let server = servers.postgres.as_ref();
            let server = server.ok_or("there is no PostgreSQL: `cargo xtask test` starts one")?;
            on_postgres(cell, server, &runtime)
        }
        colmig_schema::Sql::MariaDb => {
            let server = servers.mariadb.as_ref();
            let server = server.ok_or("there is no MariaDB: `cargo xtask test` starts one")?;
            on_mariadb(cell, server, &runtime)
        }
        _ => {
            let folder = tempfile::tempdir()?;
            let url = format!("sqlite:{}?mode=rwc", folder.path().join("app.db").display());
            let place = Place {
                owner: url.clone(),
                url,
            };
            Ok(runtime.block_on(cell.walk(&place))?)
        }
    }
}

fn on_mariadb(
    cell: &Cell,
    server: &MariaDbEndpoint,
    runtime: &tokio::runtime::Runtime,
) -> Result<(), Failed> {
    let name = server.create_database("matrix")?;
    let url = server.url(&name);
    let owner = match cell.kind.is_owned {
        true => {
            // What docs/mariadb.md says that the role needs.
            server.mariadb(
                "",
                &format!("CREATE USER {name}; GRANT ALL ON {name}.* TO {name}; GRANT PROCESS ON *.* TO {name}"),
            )?;
            as_role(&url, &name)
        }
        false => url.clone(),
    };
    let walked = runtime.block_on(cell.walk(&Place { url, owner }));
    server.drop_database(&name)?;
    if cell.kind.is_owned {
        server.mariadb("", &format!("DROP USER {name}"))?;
    }
    Ok(walked?)
}

fn on_postgres(
    cell: &Cell,
    server: &Endpoint,
    runtime: &tokio::runtime::Runtime,
) -> Result<(), Failed> {
    let name = server.create_database("matrix")?;
    let url = server.url(&name);
    let owner = match cell.kind.is_owned {
        true => {
            // A role is known to the whole server, so it is called as its database.
            server.psql(
                &name,
                &format!("CREATE ROLE {name} LOGIN; ALTER DATABASE {name} OWNER TO {name}; ALTER SCHEMA public OWNER TO {name}"),
            )?;
            as_role(&url, &name)
        }
        false => url.clone(),
    };
    let walked = runtime.block_on(cell.walk(&Place { url, owner }));
    server.drop_database(&name)?;
    if cell.kind.is_owned {
        server.psql("postgres", &format!("DROP ROLE {name}"))?;
    }
    Ok(walked?)
}

/// The URL with another user.
fn as_role(url: &str, role: &str) -> String {
    match url.split_once("://").and_then(|(scheme, rest)| {
        let (_, host) = rest.split_once('@')?;
        Some(format!("{scheme}://{role}@{host}"))
    }) {
        Some(url) => url,
        None => url.to_owned(),
    }
}

fn docs(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(file)
}

fn every_cell_is_in_the_book() -> Result<(), Failed> {
    let (path, book) = (docs("matrix.md"), book());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &book)?;
    }
    match std::fs::read_to_string(&path).is_ok_and(|written| written == book) {
        true => Ok(()),
        false => Err("docs/matrix.md is old: UPDATE_DOCS=1 writes it anew".into()),
    }
}

fn every_change_of_the_book_has_its_cells() -> Result<(), Failed> {
    let book = std::fs::read_to_string(docs("changes.md"))?;
    let mut missing: Vec<&str> = book
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    missing.retain(|change| {
        !CHANGES.iter().any(|known| known.name == *change)
            && !ELSEWHERE.iter().any(|(known, _)| known == change)
    });
    match missing.is_empty() {
        true => Ok(()),
        false => Err(format!("no cell is about {missing:?}").into()),
    }
}

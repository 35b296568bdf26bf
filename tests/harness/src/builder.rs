//! The options of a private server, and its first start.

use std::env;
use std::path::{Path, PathBuf};

use nix::sys::statvfs::statvfs;
use tempfile::TempDir;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::port::Port;
use crate::server::Launch;
use crate::watchdog::Watchdog;
use crate::{Endpoint, HarnessError, Postgres, process};

/// The name of a Unix socket may have 107 bytes, and PostgreSQL appends
/// `/.s.PGSQL.12345` to the folder.
const LONGEST_SOCKET_FOLDER: usize = 90;

/// Where a server's data lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Storage {
    /// The folder for temporary files.
    #[default]
    Disk,
    /// `/dev/shm`, which no disk slows down. In a container it may be small.
    Memory,
}

/// Where the memory is that files can be in.
const MEMORY: &str = "/dev/shm";

impl Storage {
    /// Memory where that has room for so many bytes, or else the disk.
    pub fn with_room(bytes: u64) -> Self {
        let free = statvfs(MEMORY).map_or(0, |memory| {
            memory.blocks_available() * memory.fragment_size()
        });
        match free >= bytes {
            true => Self::Memory,
            false => Self::Disk,
        }
    }
}

/// Options for a private server: [`Postgres::builder`].
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until `start`"]
pub struct PostgresBuilder {
    settings: Vec<(String, String)>,
    storage: Storage,
    durable: bool,
    programs: Option<PathBuf>,
}

impl PostgresBuilder {
    /// Gives one of the server's settings a value. The last value counts.
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Chooses where the data lies.
    pub fn storage(mut self, storage: Storage) -> Self {
        self.storage = storage;
        self
    }

    /// Whether the server makes sure that the disk has each commit, as it does
    /// in production.
    ///
    /// Without it a commit still survives the death of every process of the
    /// server, because the operating system has the write by then; what it
    /// does not survive is the death of the machine. With it, timings and the
    /// moments at which a kill can strike are the real ones.
    pub fn durable(mut self, durable: bool) -> Self {
        self.durable = durable;
        self
    }

    /// Chooses the installation by the folder of its programs.
    pub fn programs(mut self, folder: impl Into<PathBuf>) -> Self {
        self.programs = Some(folder.into());
        self
    }

    /// Creates the data folder, starts the server and returns when it accepts
    /// connections.
    pub fn start(self) -> Result<Postgres, HarnessError> {
        let binaries = match &self.programs {
            Some(folder) => Binaries::of(folder.clone())?,
            None => Binaries::find()?,
        };
        let account = Account::for_postgres()?;
        let port = Port::claim()?;

        let base = base("colmig-postgres-", self.storage, &account)?;

        let watchdog = Watchdog::over_postgres(&binaries, &account, base.path())?;
        let launch = Launch {
            settings: self.all_settings(&port, base.path()),
            data: base.path().join("data"),
            log: base.path().join("server.log"),
            binaries,
            account,
        };
        self.init(&launch, base.path())?;
        let server = launch.start()?;
        let endpoint = Endpoint::on_loopback(launch.binaries.clone(), port.number());
        Ok(Postgres::new(
            server, endpoint, launch, port, watchdog, base,
        ))
    }

    fn init(&self, launch: &Launch<Binaries>, base: &Path) -> Result<(), HarnessError> {
        let mut initdb = launch.binaries.command("initdb");
        initdb
            .args(["--username=postgres", "--auth=trust"])
            .args(["--encoding=UTF8", "--locale=C"])
            .arg("--pgdata")
            .arg(&launch.data)
            // Root's own working directory may be closed to the account.
            .current_dir(base);
        if !self.durable {
            initdb.arg("--no-sync");
        }
        process::output(launch.account.run(&mut initdb))?;
        Ok(())
    }

    /// Ours first, so that the caller's can overrule them.
    fn all_settings(&self, port: &Port, base: &Path) -> Vec<(String, String)> {
        let mut settings = settings(port.number(), base, self.durable);
        settings.extend(self.settings.iter().cloned());
        settings
    }
}

/// A folder for a server that the account owns.
pub(crate) fn base(
    prefix: &str,
    storage: Storage,
    account: &Account,
) -> Result<TempDir, HarnessError> {
    let parent = match storage {
        Storage::Disk => env::temp_dir(),
        Storage::Memory => PathBuf::from(MEMORY),
    };
    // Resolved, because the system names working directories that way.
    let parent = parent
        .canonicalize()
        .map_err(HarnessError::io("find", &parent))?;
    let base = tempfile::Builder::new()
        .prefix(prefix)
        .tempdir_in(&parent)
        .map_err(HarnessError::io("create a folder in", &parent))?;
    account.own(base.path())?;
    Ok(base)
}

/// The settings of every server.
pub(crate) fn settings(port: u16, base: &Path, durable: bool) -> Vec<(String, String)> {
    let sockets = match base.to_str() {
        Some(folder) if folder.len() <= LONGEST_SOCKET_FOLDER => folder.to_owned(),
        _ => String::new(),
    };
    let mut settings = vec![
        ("listen_addresses", "127.0.0.1".to_owned()),
        ("port", port.to_string()),
        ("unix_socket_directories", sockets),
        ("max_connections", "200".to_owned()),
        ("timezone", "UTC".to_owned()),
        ("log_timezone", "UTC".to_owned()),
    ];
    if !durable {
        // `synchronous_commit` stays on: without it a commit that a client
        // has been told of could be lost with the server's processes.
        settings.push(("fsync", "off".to_owned()));
        settings.push(("full_page_writes", "off".to_owned()));
    }
    let owned = |(name, value): (&str, String)| (name.to_owned(), value);
    settings.into_iter().map(owned).collect()
}

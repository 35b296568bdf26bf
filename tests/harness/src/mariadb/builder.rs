//! The options of a private MariaDB server, and its first start.

use std::fs;
use std::path::Path;

use super::programs::{Programs, option};
use super::{MariaDb, MariaDbEndpoint};
use crate::account::Account;
use crate::builder::base;
use crate::port::Port;
use crate::server::Launch;
use crate::watchdog::Watchdog;
use crate::{HarnessError, Storage, process};

/// What the names of the folders begin with.
const PREFIX: &str = "colmig-mariadb-";

/// The accounts of a new server without those that are found by a host's name,
/// which is not asked for.
const ACCOUNTS: &str = "DELETE FROM mysql.global_priv WHERE Host NOT IN ('localhost', '127.0.0.1', '::1');\n\
     DELETE FROM mysql.proxies_priv WHERE Host NOT IN ('localhost', '127.0.0.1', '::1');\n";

/// Options for a private server: [`MariaDb::builder`].
///
/// ```no_run
/// # fn main() -> Result<(), colmig_harness::HarnessError> {
/// let server = colmig_harness::MariaDb::builder()
///     .setting("lock-wait-timeout", "2")
///     .storage(colmig_harness::Storage::Memory)
///     .binlog(true)
///     .start()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until `start`"]
pub struct MariaDbBuilder {
    settings: Vec<(String, String)>,
    storage: Storage,
    durable: bool,
    binlog: bool,
}

/// What a data folder holds before the first start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Data {
    /// A server's own tables.
    New,
    /// Nothing: another server will send all.
    Awaited,
}

impl MariaDbBuilder {
    /// Gives one of the server's settings a value, as on its command line:
    /// `--name=value`. The last value counts.
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
    /// Without it a commit still survives the death of the server's process,
    /// because the operating system has the write by then; what it does not
    /// survive is the death of the machine. With it, timings and the moments at
    /// which a kill can strike are the real ones.
    pub fn durable(mut self, durable: bool) -> Self {
        self.durable = durable;
        self
    }

    /// Whether the server writes a binary log, by rows, as one that has
    /// replicas does.
    pub fn binlog(mut self, binlog: bool) -> Self {
        self.binlog = binlog;
        self
    }

    /// Creates the data folder, starts the server and returns when it accepts
    /// connections.
    pub fn start(self) -> Result<MariaDb, HarnessError> {
        self.start_with(Vec::new(), Data::New)
    }

    /// The same, with settings that the caller's may overrule.
    pub(super) fn start_with(
        self,
        more: Vec<(String, String)>,
        data: Data,
    ) -> Result<MariaDb, HarnessError> {
        let binaries = Programs::find()?;
        let account = Account::for_mariadb()?;
        let port = Port::claim()?;
        let base = base(PREFIX, self.storage, &account)?;
        let watchdog = Watchdog::over_processes(&account, base.path())?;

        let mut settings = settings(port.number(), base.path(), self.durable, self.binlog);
        settings.extend(more);
        settings.extend(self.settings);
        let launch = Launch {
            settings,
            data: base.path().join("data"),
            log: base.path().join("server.log"),
            binaries,
            account,
        };
        match data {
            Data::New => init(&launch, base.path())?,
            Data::Awaited => {
                fs::create_dir(&launch.data).map_err(HarnessError::io("create", &launch.data))?;
                launch.account.own(&launch.data)?;
            }
        }

        let server = launch.start()?;
        let endpoint = MariaDbEndpoint::on_loopback(launch.binaries.clone(), port.number());
        Ok(MariaDb::new(server, endpoint, launch, port, watchdog, base))
    }
}

/// Creates the data folder.
fn init(launch: &Launch<Programs>, base: &Path) -> Result<(), HarnessError> {
    let accounts = base.join("accounts.sql");
    fs::write(&accounts, ACCOUNTS).map_err(HarnessError::io("write", &accounts))?;
    let mut install_db = launch.binaries.install_db();
    install_db
        .arg("--auth-root-authentication-method=normal")
        .args(["--skip-test-db", "--skip-name-resolve"])
        // The first start makes it as large as its setting says.
        .arg("--innodb-log-file-size=4M")
        // Seconds are saved where nobody waits for a disk. A server that is
        // to be durable begins with its first start.
        .args(["--innodb-flush-method=nosync", "--loose-debug-no-sync"])
        .args([
            option("datadir", &launch.data),
            option("tmpdir", base),
            option("extra-file", &accounts),
        ])
        // Root's own working directory may be closed to the account.
        .current_dir(base);
    process::output(launch.account.run(&mut install_db))?;
    Ok(())
}

/// The settings of every server.
fn settings(port: u16, base: &Path, durable: bool, binlog: bool) -> Vec<(String, String)> {
    // Seen from the data folder, so that no path is too long for a socket.
    let mut settings = vec![
        ("socket", "server.sock".to_owned()),
        ("pid-file", "server.pid".to_owned()),
        ("bind-address", "127.0.0.1".to_owned()),
        ("port", port.to_string()),
        ("skip-name-resolve", "ON".to_owned()),
        ("max-connections", "200".to_owned()),
        ("character-set-server", "utf8mb4".to_owned()),
        ("default-time-zone", "+00:00".to_owned()),
        ("performance-schema", "ON".to_owned()),
        ("plugin-load-add", "metadata_lock_info".to_owned()),
    ];
    if !durable {
        // Each commit is given to the operating system still: at 0 a commit
        // that a client has been told of could be lost with the process. And
        // pages are written twice still, for a kill can tear a write.
        settings.push(("innodb-flush-log-at-trx-commit", "2".to_owned()));
        settings.push(("innodb-flush-method", "nosync".to_owned()));
        settings.push(("loose-debug-no-sync", "ON".to_owned()));
    }
    if binlog {
        settings.push(("log-bin", "binlog".to_owned()));
        settings.push(("binlog-format", "ROW".to_owned()));
        settings.push(("server-id", "1".to_owned()));
        settings.push(("sync-binlog", u8::from(durable).to_string()));
    }
    let owned = |(name, value): (&str, String)| (name.to_owned(), value);
    let mut settings: Vec<_> = settings.into_iter().map(owned).collect();
    // What is too big for memory shall go with the server as well.
    if let Some(base) = base.to_str() {
        settings.push(("tmpdir".to_owned(), base.to_owned()));
    }
    settings
}

//! The account that a server runs as.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{Uid, User};

use crate::HarnessError;

const POSTGRES: &str = "postgres";
const MYSQL: &str = "mysql";

/// A package's own account, and one that every system has.
const MONGODB: [&str; 2] = ["mongodb", "nobody"];

/// Who runs the server: this process's own user, or an account without rights
/// where this process is root, because servers refuse to run as root.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    drop_to: Option<User>,
}

impl Account {
    /// The account for a PostgreSQL server started by this process.
    pub(crate) fn for_postgres() -> Result<Self, HarnessError> {
        Self::without_rights(POSTGRES)
    }

    /// The account for a MariaDB server started by this process.
    pub(crate) fn for_mariadb() -> Result<Self, HarnessError> {
        Self::without_rights(MYSQL)
    }

    /// The account for a MongoDB server started by this process. That one would
    /// run as root as well, and does where there is no other account; but tests
    /// shall not succeed by rights that a server does not have elsewhere, and
    /// what it does wrong shall hit nobody else's files.
    pub(crate) fn for_mongodb() -> Self {
        let user = |account| User::from_name(account).ok().flatten();
        let drop_to = match Uid::effective().is_root() {
            true => MONGODB.into_iter().find_map(user),
            false => None,
        };
        Self { drop_to }
    }

    fn without_rights(account: &'static str) -> Result<Self, HarnessError> {
        let drop_to = if Uid::effective().is_root() {
            let user = User::from_name(account).ok().flatten();
            Some(user.ok_or(HarnessError::NoAccount { account })?)
        } else {
            None
        };
        Ok(Self { drop_to })
    }

    /// Gives a file or folder to the account.
    pub(crate) fn own(&self, path: &Path) -> Result<(), HarnessError> {
        let Some(user) = &self.drop_to else {
            return Ok(());
        };
        chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
            .map_err(HarnessError::io("change the owner of", path))
    }

    /// Makes `command` run as the account. The identity changes in the child
    /// itself rather than through `runuser`, so the child's id is the server's.
    pub(crate) fn run<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if let Some(user) = &self.drop_to {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command
    }
}

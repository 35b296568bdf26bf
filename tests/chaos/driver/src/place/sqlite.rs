//! Files of SQLite: there is no server that could be struck.

use std::path::Path;

use colmig_chaos_app::Random;
use colmig_harness::Proxy;
use tempfile::TempDir;

use super::{Address, Place};
use crate::error::{Error, Result};

#[derive(Debug)]
pub(super) struct Folder(TempDir);

impl Folder {
    pub(super) fn create() -> Result<Folder> {
        let folder = tempfile::tempdir();
        let folder = folder.map_err(Error::io("create", Path::new("a folder")))?;
        Ok(Folder(folder))
    }
}

impl Place for Folder {
    fn database(&self, round: u64) -> Result<Address> {
        let file = self.0.path().join(format!("{round}.db"));
        let url = format!("sqlite:{}?mode=rwc", file.display());
        Ok(Address::of_one(url.clone(), url))
    }

    fn crash(&self, _killed: bool, _random: &mut Random) -> Result<Option<&'static str>> {
        Ok(None)
    }

    fn proxies(&self) -> &[Proxy] {
        &[]
    }
}

//! A server of PostgreSQL.

use std::sync::{Mutex, PoisonError};

use colmig_chaos_app::Random;
use colmig_harness::{Endpoint, Postgres, Proxy};

use super::{Address, Place};
use crate::error::Result;

#[derive(Debug)]
pub(super) struct Server {
    server: Mutex<Postgres>,
    endpoint: Endpoint,
    proxy: Proxy,
}

impl Server {
    pub(super) fn start() -> Result<Server> {
        let server = Postgres::start()?;
        Ok(Server {
            endpoint: server.endpoint().clone(),
            proxy: Proxy::start(server.port())?,
            server: Mutex::new(server),
        })
    }
}

impl Place for Server {
    fn database(&self, _round: u64) -> Result<Address> {
        let name = self.endpoint.create_database("chaos")?;
        let through = format!("postgres://postgres@127.0.0.1:{}/{name}", self.proxy.port());
        Ok(Address::of_one(through, self.endpoint.url(&name)))
    }

    fn crash(&self, killed: bool, _random: &mut Random) -> Result<Option<&'static str>> {
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        let what = if killed {
            server.kill9_all()?;
            "kill -9 of the server"
        } else {
            server.stop_immediate()?;
            "immediate stop of the server"
        };
        server.restart()?;
        Ok(Some(what))
    }

    fn proxies(&self) -> &[Proxy] {
        std::slice::from_ref(&self.proxy)
    }
}

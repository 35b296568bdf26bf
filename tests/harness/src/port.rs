//! A port of the loopback address that stays ours for as long as it is held.

use std::env;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::process;

use nix::unistd::Uid;

use crate::HarnessError;

/// Below the range from which systems take ports for outgoing connections:
/// while a killed server is down, no client can be given its port by chance.
const FIRST: u16 = 20_000;
const LAST: u16 = 29_999;

/// A claimed port. A server that is being restarted does not listen, so the
/// claim that other users of the harness respect is a lock on a file, which
/// the system lets go however this process ends.
#[derive(Debug)]
pub(crate) struct Port {
    number: u16,
    _claim: File,
}

impl Port {
    /// Claims a port that nobody listens on.
    pub(crate) fn claim() -> Result<Self, HarnessError> {
        // One folder for each user, for another user's files cannot be opened.
        let folder = env::temp_dir().join(format!("colmig-ports-{}", Uid::effective()));
        fs::create_dir_all(&folder).map_err(HarnessError::io("create", &folder))?;

        for number in candidates(process::id()) {
            let path = folder.join(number.to_string());
            let claim = File::create(&path).map_err(HarnessError::io("create", &path))?;
            if claim.try_lock().is_ok() && is_free(number) {
                return Ok(Self {
                    number,
                    _claim: claim,
                });
            }
        }
        Err(HarnessError::NoFreePort {
            first: FIRST,
            last: LAST,
        })
    }

    /// The number of the port.
    pub(crate) fn number(&self) -> u16 {
        self.number
    }
}

/// Every port once, from a place that differs by process, so that processes
/// started together do not all knock at the same doors.
fn candidates(process: u32) -> impl Iterator<Item = u16> {
    let count = u32::from(LAST - FIRST) + 1;
    // The remainder is below 10,000, so it fits.
    let start = FIRST + (process % count) as u16;
    (start..=LAST).chain(FIRST..start)
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_do_not_overlap() {
        let first = Port::claim().unwrap();
        let second = Port::claim().unwrap();
        assert_ne!(first.number(), second.number());
    }

    #[test]
    fn a_listener_of_somebody_else_is_stepped_over() {
        let port = Port::claim().unwrap();
        let _listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.number())).unwrap();
        assert!(!is_free(port.number()));
    }

    #[test]
    fn every_port_is_a_candidate_once() {
        let mut ports: Vec<u16> = candidates(123_456).collect();
        ports.sort_unstable();
        assert_eq!(ports, (FIRST..=LAST).collect::<Vec<_>>());
    }
}

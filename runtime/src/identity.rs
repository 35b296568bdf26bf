//! Who this process is, for others to read.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A name that nobody else has: 128 bits from the operating system.
pub(crate) fn token() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

/// The machine.
pub(crate) fn host() -> String {
    let file = |path| std::fs::read_to_string(path).ok();
    let variable = |name| std::env::var(name).ok();
    file("/proc/sys/kernel/hostname")
        .or_else(|| file("/etc/hostname"))
        .or_else(|| variable("HOSTNAME"))
        .or_else(|| variable("COMPUTERNAME"))
        .map(|host| host.trim().to_owned())
        .filter(|host| !host.is_empty())
        .unwrap_or_else(|| "localhost".to_owned())
}

/// This process, as a human places it: who, on which machine, under which number.
#[cfg(feature = "migrate")]
pub(crate) fn process() -> String {
    let user = ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()));
    let user = user.as_deref().unwrap_or("somebody");
    format!("{user}@{} pid {}", host(), std::process::id())
}

/// The build, where the application gives it no name: the executable, and a few letters
/// that another executable of the same name does not share.
pub(crate) fn build() -> String {
    let path = std::env::current_exe().unwrap_or_default();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let metadata = std::fs::metadata(&path).ok();
    let age = metadata.as_ref().and_then(|metadata| {
        let modified = metadata.modified().ok()?;
        modified.duration_since(std::time::UNIX_EPOCH).ok()
    });
    let size = metadata.map_or(0, |metadata| metadata.len());
    let mut mark = age.map_or(0, |age| age.as_nanos() as u64) ^ size.rotate_left(32);
    // Neighbouring times end up far apart.
    mark = mark.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{name}-{:06x}", mark >> 40)
}

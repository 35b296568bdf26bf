//! WAL that waits for the archive.

use async_trait::async_trait;

use super::{Fields, hidden};
use crate::migrate::backfill::{Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

/// What was archived last, and what is being written now: what lies between them waits. It
/// takes no right, and no look into a folder that may hold a hundred thousand files.
const ARCHIVER: &str = "SELECT current_setting('archive_mode')::text, last_archived_wal::text, failed_count::bigint, \
    pg_walfile_name(pg_current_wal_lsn())::text, pg_size_bytes(current_setting('wal_segment_size'))::bigint \
    FROM pg_stat_archiver";

/// The same by counting, where nothing was ever archived.
const READY: &str = "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'";

pub(super) struct Archive;

#[async_trait]
impl Gauge for Archive {
    fn name(&self) -> &str {
        "archive-backlog"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.archive_backlog else {
            return Ok(Seen::Nothing);
        };
        let Some(mut fields) = Fields::first(at.driver.look(ARCHIVER).await?) else {
            return Ok(Seen::Nothing);
        };
        if fields.text().is_none_or(|mode| mode == "off") {
            return Ok(Seen::Nothing);
        }
        let (last, failed) = (fields.text(), fields.number().unwrap_or_default());
        let (current, size) = (fields.text(), fields.number().unwrap_or_default());
        let number = |name: Option<String>| name.and_then(|name| segment(&name, size as u64));
        let waiting = match (number(last), number(current)) {
            // The one that is being written does not wait.
            (Some(last), Some(current)) => current.saturating_sub(last + 1),
            // Nothing has failed, so nothing was there to be archived.
            _ if failed == 0.0 => 0,
            _ => match at.driver.look(READY).await {
                Ok(rows) => {
                    let count = Fields::first(rows).and_then(|mut fields| fields.number());
                    count.unwrap_or_default() as u64
                }
                Err(Failure::Refused { .. }) => {
                    return Ok(Seen::Hidden {
                        remedy: hidden("which WAL files wait for the archive"),
                    });
                }
                Err(failure) => return Err(failure),
            },
        };
        let level = waiting as f64 / f64::from(limit);
        let reading = format!("{waiting} WAL files wait for the archive");
        Ok(Seen::Reading(Reading::new(
            level,
            reading,
            format!("{limit} files"),
        )))
    }
}

/// The number of a WAL file, from its name: timeline, then two halves of its number, each of
/// eight hexadecimal digits. The name of a backup's label begins with that of a file.
fn segment(name: &str, size: u64) -> Option<u64> {
    let half = |at: usize| u64::from_str_radix(name.get(at..at + 8)?, 16).ok();
    let (_, log, segment) = (half(0)?, half(8)?, half(16)?);
    let in_one = (1_u64 << 32).checked_div(size)?;
    Some(log * in_one + segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_numbered_through() {
        let size = 16 << 20;
        let number = |name| segment(name, size);
        assert_eq!(number("0000000100000000000000FF"), Some(255));
        assert_eq!(number("000000010000000100000000"), Some(256));
        assert_eq!(
            number("000000020000000100000001.00000028.backup"),
            Some(257)
        );
        assert_eq!(number("00000002.history"), None);
        assert_eq!(segment("000000010000000100000000", 0), None);
    }
}

//! The time in the name of a migration.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::error::{Problem, Result};

const FORM: &str = "%Y%m%d%H%M%S";

/// The time of a build that can be repeated: <https://reproducible-builds.org/specs/source-date-epoch/>.
const VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// Now in UTC, or a second after the newest migration if its clock was ahead of ours:
/// names sort in the order of the migrations.
pub(crate) fn after(newest: Option<&str>) -> Result<String> {
    let now = now()?.to_zoned(TimeZone::UTC).datetime();
    // Names have no room for what is less than a second, so comparing must not see it.
    let now = now.with().subsec_nanosecond(0).build().unwrap_or(now);
    let stamp = match newest.and_then(time_of) {
        Some(newest) if newest >= now => newest.saturating_add(SignedDuration::from_secs(1)),
        _ => now,
    };
    Ok(stamp.strftime(FORM).to_string())
}

fn now() -> Result<Timestamp> {
    let Ok(seconds) = std::env::var(VARIABLE) else {
        return Ok(Timestamp::now());
    };
    let time = seconds
        .trim()
        .parse()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.ok_or_else(|| {
        Problem::error(format!(
            "`{VARIABLE}` is `{seconds}`, which is no number of seconds since 1970"
        ))
        .help("unset it, or set it to what `date +%s` prints")
        .into()
    })
}

fn time_of(migration: &str) -> Option<DateTime> {
    DateTime::strptime(FORM, migration.split('_').next()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_sorts_behind_one_from_the_future() {
        assert_eq!(
            after(Some("29991231235959_last")).unwrap(),
            "30000101000000"
        );
        let now = after(Some("20001231235959_old")).unwrap();
        assert_eq!(now.len(), 14);
        assert!(now.starts_with("20"), "{now}");
    }

    #[test]
    fn a_name_without_a_time_counts_as_old() {
        assert!(after(Some("by_hand")).unwrap().starts_with("20"));
    }
}

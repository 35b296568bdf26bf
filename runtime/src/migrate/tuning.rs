//! Settings that are changed while a backfill runs: stored in the database, laid over those of
//! the file, and read by every process that works.
//!
//! It knows the settings by the names that they have in `colmig.toml` and by nothing else, so a
//! setting that is added can be tuned once it is named in [`TUNABLE`].

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::error::Error;
use super::settings::Settings;
use super::window::Window;

/// The settings that mean something to a backfill that is under way. One that ends with a point
/// stands for a table, and so for every key in it.
const TUNABLE: &[&str] = &[
    "batch-rows",
    "batch-time",
    "brakes.",
    "duty",
    "give-way",
    "workers",
];

/// The key of the pause among those that are stored.
pub(super) const PAUSE: &str = "pause";

/// A setting that was changed for the time of a backfill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tuned {
    /// The key, as in the table `run` of `colmig.toml`; or `pause`.
    pub key: String,
    /// The value, as it was given.
    pub value: String,
    /// Who changed it.
    pub by: String,
    /// When, by the database's clock.
    pub since: String,
}

impl fmt::Display for Tuned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.key, self.value)
    }
}

/// What is to be changed.
///
/// ```
/// use colmig::migrate::Tuning;
///
/// let tuning = Tuning::default().set("duty", "0.5").pause(false);
/// assert!(tuning != Tuning::default());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tuning {
    /// Settings by their keys.
    pub set: BTreeMap<String, String>,
    /// Whether what was changed before is as in the file again.
    pub reset: bool,
    /// Whether the workers of every process pause.
    pub pause: Option<bool>,
}

impl Tuning {
    /// With another value for a setting.
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.set.insert(key.into(), value.into());
        self
    }

    /// With everything else as in the file.
    #[must_use]
    pub fn reset(mut self) -> Self {
        self.reset = true;
        self
    }

    /// With a pause, or with the end of one.
    #[must_use]
    pub fn pause(mut self, pause: bool) -> Self {
        self.pause = Some(pause);
        self
    }
}

/// What the workers go by at this moment.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Course {
    pub(super) settings: Settings,
    /// Whether nobody begins a batch.
    pub(super) paused: bool,
    /// The windows that are open.
    pub(super) windows: Vec<String>,
    /// What was tuned.
    tuned: Vec<(String, String)>,
}

impl Course {
    /// What the file says, and nothing else.
    pub(super) fn of(settings: &Settings) -> Course {
        Course {
            settings: settings.clone(),
            paused: false,
            windows: Vec::new(),
            tuned: Vec::new(),
        }
    }

    /// What the file says, with what its windows say at that moment in its place, and what was
    /// tuned in the place of both.
    ///
    /// # Errors
    /// Those of [`tuned`](Course::tuned).
    pub(super) fn at<'t>(
        settings: &Settings,
        now: Timestamp,
        tuned: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Course, Error> {
        let open: Vec<&Window> = settings
            .windows
            .iter()
            .filter(|window| window.is_open(now))
            .collect();
        let windows: Vec<(String, String)> =
            open.iter().flat_map(|window| window.pairs()).collect();
        let tuned: Vec<(&str, &str)> = tuned.into_iter().collect();
        let pairs = windows.iter().map(|(key, value)| (&**key, &**value));
        let course = Course::tuned(settings, pairs.chain(tuned.iter().copied()))?;
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Ok(Course {
            windows: open.iter().map(ToString::to_string).collect(),
            tuned: tuned.iter().map(owned).collect(),
            ..course
        })
    }

    /// Whether the same was tuned.
    pub(super) fn is_tuned_like(&self, other: &Course) -> bool {
        self.tuned == other.tuned
    }

    /// What the file says, with what was tuned in its place.
    ///
    /// # Errors
    /// A key that cannot be tuned, or a value that cannot be meant.
    pub(super) fn tuned<'t>(
        settings: &Settings,
        tuned: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Course, Error> {
        let mut course = Course::of(settings);
        for (key, value) in tuned {
            match (key, value) {
                (PAUSE, "true") => course.paused = true,
                (PAUSE, "false") => course.paused = false,
                (PAUSE, _) => {
                    return Err(Error::Settings(format!(
                        "`{PAUSE}` is `true` or `false`, and not `{value}`; nothing was changed"
                    )));
                }
                _ => course.settings = laid_over(&course.settings, key, value)?,
            }
        }
        course.settings.check()?;
        Ok(course)
    }
}

/// The settings with one of them changed.
fn laid_over(settings: &Settings, key: &str, value: &str) -> Result<Settings, Error> {
    let is_meant = |known: &str| match known.strip_suffix('.') {
        Some(table) => key
            .strip_prefix(table)
            .is_some_and(|key| key.starts_with('.')),
        None => key == known,
    };
    if !TUNABLE.iter().any(|known| is_meant(known)) {
        return Err(Error::Settings(format!(
            "`{key}` cannot be tuned while a backfill runs; these can: {}",
            in_words(settings).join(", ")
        )));
    }
    let wrong = |error: serde_json::Error| {
        Error::Settings(format!(
            "`{key}` cannot be `{value}`: {error}; nothing was changed"
        ))
    };
    let mut document = serde_json::to_value(settings).map_err(wrong)?;
    let mut at = &mut document;
    let path: Vec<&str> = key.split('.').collect();
    for part in &path {
        let Value::Object(table) = at else {
            return Err(Error::Settings(format!(
                "`{key}` is no setting: nothing stands in front of `.{part}`"
            )));
        };
        at = table.entry((*part).to_owned()).or_insert(Value::Null);
    }
    *at = read(at, value);
    let mut changed: Settings = serde_json::from_value(document).map_err(wrong)?;
    // Of the command line, and so not among what is written.
    changed.assume_drained = settings.assume_drained;
    Ok(changed)
}

/// A value as it is written on a command line: like the one that it takes the place of.
fn read(before: &Value, text: &str) -> Value {
    let unquoted = text.trim_matches('"');
    if before.is_string() {
        return unquoted.into();
    }
    serde_json::from_str(text).unwrap_or_else(|_| unquoted.into())
}

/// The keys that can be tuned, each as it is written.
fn in_words(settings: &Settings) -> Vec<String> {
    let document = serde_json::to_value(settings).unwrap_or_default();
    let mut words = Vec::new();
    for key in TUNABLE {
        match key.strip_suffix('.') {
            None => words.push(format!("`{key}`")),
            Some(table) => {
                let keys = document.get(table).and_then(Value::as_object);
                let keys = keys.into_iter().flat_map(serde_json::Map::keys);
                words.extend(keys.map(|key| format!("`{table}.{key}`")));
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn tuned(pairs: &[(&str, &str)]) -> Result<Course, Error> {
        Course::tuned(&Settings::default(), pairs.iter().copied())
    }

    #[test]
    fn what_is_tuned_takes_the_place_of_the_file() {
        let course = tuned(&[
            ("batch-rows", "500"),
            ("batch-time", "20ms"),
            ("duty", "1"),
            ("give-way", "false"),
            ("pause", "true"),
        ])
        .unwrap();
        assert!(course.paused);
        assert_eq!(
            course.settings,
            Settings {
                batch_rows: 500,
                batch_time: Duration::from_millis(20),
                give_way: false,
                ..Settings::default()
            }
        );
        assert_eq!(
            tuned(&[("batch-time", "\"20ms\"")])
                .unwrap()
                .settings
                .batch_time,
            Duration::from_millis(20)
        );
        let drained = Settings {
            assume_drained: true,
            ..Settings::default()
        };
        let course = Course::tuned(&drained, [("duty", "0.5")]).unwrap();
        assert!(course.settings.assume_drained);
    }

    #[test]
    fn what_cannot_be_meant_names_the_key_and_the_way_out() {
        for (key, value, expected) in [
            ("duty", "2", "`duty` is a share of the time"),
            ("duty", "half", "`duty` cannot be `half`"),
            ("batch-time", "20", "write it as \"50ms\""),
            ("batchrows", "20", "these can: `batch-rows`, "),
            (
                "lock-timeout",
                "1s",
                "cannot be tuned while a backfill runs",
            ),
            ("actor", "me", "these can: `batch-rows`"),
            ("pause", "yes", "`pause` is `true` or `false`"),
            ("workers", "0", "`workers` has to be from 1 to 64"),
            ("workers", "-1", "`workers` cannot be `-1`"),
            ("duty.of", "1", "cannot be tuned"),
            ("brakes.none-such", "1", "`brakes.none-such` cannot be `1`"),
        ] {
            let error = tuned(&[(key, value)]).unwrap_err().to_string();
            assert!(error.contains(expected), "{key}={value}: {error}");
        }
    }
}

//! Hours in which a backfill goes by other settings than the file's.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::Error;
use super::settings::Settings;
use super::tuning::{Course, PAUSE};

/// Hours in which a backfill goes by other settings, such as a pause by day: one table
/// `[[run.windows]]` of `colmig.toml`.
///
/// Whether it is open is decided by the clock of the machine that has the worker. Of several
/// that are open the last one counts, and what was tuned counts more than any.
///
/// ```
/// # let toml = r#"
/// [[windows]]
/// days = ["mon", "tue", "wed", "thu", "fri"]
/// from = "08:00"
/// to = "18:00"
/// zone = "Europe/Zurich"
/// pause = true
/// # "#;
/// # let settings: colmig::migrate::Settings = toml::from_str(toml).unwrap();
/// # settings.windows[0].check(&settings).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Window {
    /// The days on which it opens; every day, if none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Day>,
    /// When it opens, such as `"08:00"`.
    pub from: String,
    /// When it closes; on the day after, if that is not later than it opens.
    pub to: String,
    /// The time zone, by its name in the IANA database.
    #[serde(default = "utc")]
    pub zone: String,
    /// What counts meanwhile: settings that can be tuned, and `pause`.
    #[serde(flatten)]
    pub set: BTreeMap<String, Value>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

fn utc() -> String {
    "UTC".to_owned()
}

impl Window {
    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// A time or a zone that there is not, a key that cannot be tuned, a value that does not go
    /// with these settings, or nothing that would change.
    pub fn check(&self, settings: &Settings) -> Result<(), Error> {
        self.hours()?;
        if self.set.is_empty() {
            return Err(Error::Settings(format!(
                "the window {self} changes nothing: give it `pause = true`, or another `duty`"
            )));
        }
        // Those of the others are their own matter.
        let alone = Settings {
            windows: Vec::new(),
            ..settings.clone()
        };
        let pairs = self.pairs();
        let pairs = pairs.iter().map(|(key, value)| (&**key, &**value));
        match Course::tuned(&alone, pairs) {
            Ok(_) => Ok(()),
            Err(Error::Settings(why)) => Err(Error::Settings(format!("the window {self}: {why}"))),
            Err(other) => Err(other),
        }
    }

    /// Whether it is open at that moment. One that cannot be meant is not.
    pub(super) fn is_open(&self, at: Timestamp) -> bool {
        let Ok((from, to, zone)) = self.hours() else {
            return false;
        };
        let now = at.to_zoned(zone);
        let opens_on = |day: Weekday| {
            self.days.is_empty() || self.days.iter().any(|named| named.weekday() == day)
        };
        let (today, time) = (now.weekday(), now.time());
        if from < to {
            return opens_on(today) && from <= time && time < to;
        }
        let yesterday = now
            .checked_sub(1.day())
            .map_or(today, |yesterday| yesterday.weekday());
        (opens_on(today) && from <= time) || (opens_on(yesterday) && time < to)
    }

    /// Whether there is a pause while it is open.
    pub(super) fn pauses(&self) -> bool {
        self.set.get(PAUSE) == Some(&Value::Bool(true))
    }

    /// What counts while it is open, by keys as `tune` knows them.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for (key, value) in &self.set {
            flatten(key.clone(), value, &mut pairs);
        }
        pairs
    }

    fn hours(&self) -> Result<(Time, Time, TimeZone), Error> {
        let time = |text: &str| {
            text.parse::<Time>().map_err(|_| {
                Error::Settings(format!(
                    "the window {self}: `{text}` is no time of day: write it as \"08:00\""
                ))
            })
        };
        let zone = TimeZone::get(&self.zone).map_err(|error| {
            Error::Settings(format!(
                "the window {self}: {error}: write it as \"Europe/Zurich\", or leave it out for UTC"
            ))
        })?;
        Ok((time(&self.from)?, time(&self.to)?, zone))
    }
}

/// A value of a table within a table has its key behind a point.
fn flatten(key: String, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(table) => {
            for (name, value) in table {
                flatten(format!("{key}.{name}"), value, pairs);
            }
        }
        Value::String(text) => pairs.push((key, text.clone())),
        other => pairs.push((key, other.to_string())),
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Window { from, to, zone, .. } = self;
        write!(f, "{from} - {to} {zone}")?;
        for (position, day) in self.days.iter().enumerate() {
            let between = if position == 0 { " on " } else { ", " };
            write!(f, "{between}{:?}", day.weekday())?;
        }
        Ok(())
    }
}

impl Day {
    fn weekday(self) -> Weekday {
        match self {
            Day::Mon => Weekday::Monday,
            Day::Tue => Weekday::Tuesday,
            Day::Wed => Weekday::Wednesday,
            Day::Thu => Weekday::Thursday,
            Day::Fri => Weekday::Friday,
            Day::Sat => Weekday::Saturday,
            Day::Sun => Weekday::Sunday,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(windows: &str) -> Settings {
        toml::from_str(windows).unwrap()
    }

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[test]
    fn a_window_opens_and_closes_by_the_clock_of_its_zone() {
        let settings = settings(
            r#"
            [[windows]]
            days = ["mon", "fri"]
            from = "08:00"
            to = "18:00"
            zone = "Europe/Zurich"
            pause = true
            "#,
        );
        let window = &settings.windows[0];
        assert!(window.check(&settings).is_ok());
        assert_eq!(
            window.to_string(),
            "08:00 - 18:00 Europe/Zurich on Monday, Friday"
        );
        // 2026-11-23 is a Monday; Zurich is one hour ahead in winter, and two in summer.
        assert!(window.is_open(at("2026-11-23T07:00:00Z")));
        assert!(!window.is_open(at("2026-11-23T06:59:59Z")));
        assert!(!window.is_open(at("2026-11-23T17:00:00Z")), "it has closed");
        assert!(!window.is_open(at("2026-11-24T12:00:00Z")), "a Tuesday");
        assert!(window.is_open(at("2026-07-20T06:00:00Z")), "in summer");
    }

    #[test]
    fn one_over_midnight_belongs_to_the_day_on_which_it_opens() {
        let settings = settings(
            r#"
            [[windows]]
            days = ["fri"]
            from = "22:00"
            to = "06:00"
            workers = 8
            brakes = { replica-lag = "30s" }
            "#,
        );
        let window = &settings.windows[0];
        assert!(window.check(&settings).is_ok());
        assert!(window.is_open(at("2026-11-27T22:00:00Z")));
        assert!(window.is_open(at("2026-11-28T05:59:59Z")));
        assert!(!window.is_open(at("2026-11-28T06:00:00Z")));
        assert!(!window.is_open(at("2026-11-28T22:00:00Z")), "a Saturday");
        assert!(
            !window.is_open(at("2026-11-27T05:00:00Z")),
            "after a Thursday"
        );
        let open = Course::at(&settings, at("2026-11-27T23:00:00Z"), []).unwrap();
        assert_eq!(open.settings.workers, 8);
        assert_ne!(open.settings.brakes, settings.brakes);
        assert_eq!(open.windows, ["22:00 - 06:00 UTC on Friday"]);
        let tuned = Course::at(&settings, at("2026-11-27T23:00:00Z"), [("workers", "1")]);
        assert_eq!(tuned.unwrap().settings.workers, 1, "that counts more");
        let closed = Course::at(&settings, at("2026-11-29T23:00:00Z"), []).unwrap();
        assert_eq!(closed.settings.workers, settings.workers);
        assert!(closed.windows.is_empty());
    }

    #[test]
    fn what_cannot_be_meant_is_named_with_its_window() {
        for (window, expected) in [
            (
                "from = \"8\"\nto = \"18:00\"\npause = true",
                "`8` is no time of day",
            ),
            (
                "from = \"08:00\"\nto = \"18:00\"\nzone = \"Mars/Base\"\npause = true",
                "Mars/Base",
            ),
            ("from = \"08:00\"\nto = \"18:00\"", "changes nothing"),
            (
                "from = \"08:00\"\nto = \"18:00\"\nduty = 2",
                "`duty` is a share",
            ),
            (
                "from = \"08:00\"\nto = \"18:00\"\npaus = true",
                "cannot be tuned",
            ),
            (
                "from = \"08:00\"\nto = \"18:00\"\nlease = \"1s\"",
                "cannot be tuned",
            ),
        ] {
            let settings = settings(&format!("[[windows]]\n{window}"));
            let error = settings.check().unwrap_err().to_string();
            assert!(error.contains(expected), "{window}: {error}");
            assert!(
                error.contains("the window 8") || error.contains("the window 08:00"),
                "{error}"
            );
        }
    }
}

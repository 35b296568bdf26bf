//! From where on a backfill is held: the table `run.brakes` of `colmig.toml`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};

use crate::migrate::error::Error;

/// From where on a backfill is held: the table `run.brakes` of `colmig.toml`.
///
/// A limit that is not there (`"off"` in the file) switches its brake off. What a database
/// does not have is left out there: SQLite has `query` and `url`.
///
/// ```
/// use colmig::migrate::{Brakes, Settings};
///
/// let brakes = Brakes { query: Some("SELECT paused FROM maintenance".to_owned()), ..Brakes::default() };
/// let settings = Settings { brakes, ..Settings::default() };
/// assert_eq!(settings.brakes.replica_lag.unwrap().as_secs(), 5);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Brakes {
    /// How far any replica may be behind in time.
    #[serde(with = "off")]
    pub replica_lag: Option<Duration>,
    /// How far any replica may be behind in what it has not replayed. Time alone does not tell
    /// of a replica that has gone quiet.
    #[serde(with = "off")]
    pub replica_lag_bytes: Option<Bytes>,
    /// Replicas, by their `application_name` (MongoDB: their host and port), that have to be
    /// visible besides those that were when the backfill began.
    pub replicas: Vec<String>,
    /// Replicas, by the same name, that nobody waits for: one that is late by
    /// intent, or that was taken away for good.
    pub ignored_replicas: Vec<String>,
    /// Replicas of MariaDB, by their URLs: the primary does not know how far they are.
    pub replica_urls: Vec<String>,
    /// How many WAL files may wait for the archive.
    #[serde(with = "off")]
    pub archive_backlog: Option<u32>,
    /// How much WAL the server may write in a second, by whoever writes.
    #[serde(with = "off")]
    pub wal_rate: Option<Bytes>,
    /// How much WAL there may be since the last checkpoint, as a share of `max_wal_size`.
    #[serde(with = "off")]
    pub checkpoint: Option<f64>,
    /// Which vacuum of the table is given way to.
    pub vacuum: VacuumBrake,
    /// How many times its size at the beginning of the backfill the table may have. A role
    /// that owns the table makes room by itself.
    #[serde(with = "off")]
    pub growth: Option<f64>,
    /// Whether colmig executes `VACUUM` where growth holds it, if its role owns the table.
    pub make_room: bool,
    /// How many dead rows there may be, as a share of the live ones.
    #[serde(with = "off")]
    pub dead_rows: Option<f64>,
    /// How many transactions may wait to be purged, on MariaDB: for each there are old versions of
    /// rows.
    #[serde(with = "off")]
    pub history: Option<u32>,
    /// For which share of the time a Galera cluster may pause for a node that does not keep up, or
    /// writers may wait because members of a MongoDB replica set do not.
    #[serde(with = "off")]
    pub flow_control: Option<f64>,
    /// How many sessions of others may be executing a statement at once.
    #[serde(with = "off")]
    pub active_sessions: Option<u32>,
    /// How many times its usual duration a small statement may take while others are at work.
    #[serde(with = "off")]
    pub strain: Option<f64>,
    /// A query of the team's own that gives one value: true, or a number above `query-limit`,
    /// holds.
    #[serde(with = "off")]
    pub query: Option<String>,
    /// Up to where the number that `query` gives is in order.
    pub query_limit: f64,
    /// A URL of the team's own: anything but an answer of the class 2xx holds.
    #[serde(with = "off")]
    pub url: Option<String>,
}

/// Which vacuum of the table a backfill is held by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VacuumBrake {
    /// None.
    Off,
    /// One that prevents a wraparound of transaction ids, which has to come to its end.
    #[default]
    Wraparound,
    /// Each, whoever began it.
    Any,
}

/// A number of bytes, written as `"64MiB"`.
///
/// ```
/// use colmig::migrate::Bytes;
/// assert_eq!("64MiB".parse::<Bytes>().unwrap(), Bytes(64 << 20));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ByteSize(self.0).display().iec().fmt(f)
    }
}

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let size: ByteSize = text.parse()?;
        Ok(Bytes(size.as_u64()))
    }
}

impl Default for Brakes {
    fn default() -> Self {
        Brakes {
            replica_lag: Some(Duration::from_secs(5)),
            replica_lag_bytes: Some(Bytes(256 << 20)),
            replicas: Vec::new(),
            ignored_replicas: Vec::new(),
            replica_urls: Vec::new(),
            archive_backlog: Some(64),
            wal_rate: None,
            checkpoint: Some(1.0),
            vacuum: VacuumBrake::Wraparound,
            growth: Some(2.5),
            make_room: true,
            dead_rows: None,
            history: Some(1_000_000),
            flow_control: Some(0.1),
            active_sessions: None,
            strain: Some(5.0),
            query: None,
            query_limit: 0.0,
            url: None,
        }
    }
}

impl Brakes {
    /// Refuses what cannot be meant.
    pub(in crate::migrate) fn check(&self) -> Result<(), Error> {
        let refuse = |what: &str| Err(Error::Settings(what.to_owned()));
        let above = |limit: Option<f64>, least: f64| limit.is_none_or(|limit| limit > least);
        if self.replica_lag.is_some_and(|limit| limit.is_zero()) {
            return refuse("`brakes.replica-lag` has to be above 0s, or \"off\"");
        }
        let none = |limit: Option<Bytes>| limit == Some(Bytes(0));
        if none(self.replica_lag_bytes) || none(self.wal_rate) {
            return refuse(
                "`brakes.replica-lag-bytes` and `brakes.wal-rate` have to be above 0B, or \"off\"",
            );
        }
        if self.archive_backlog == Some(0) || self.active_sessions == Some(0) {
            return refuse(
                "`brakes.archive-backlog` and `brakes.active-sessions` have to be at least 1, or \"off\"",
            );
        }
        if !above(self.growth, 1.0) || !above(self.strain, 1.0) {
            return refuse(
                "`brakes.growth` and `brakes.strain` are multiples: above 1, or \"off\"",
            );
        }
        if !above(self.checkpoint, 0.0)
            || !above(self.dead_rows, 0.0)
            || !above(self.flow_control, 0.0)
        {
            return refuse(
                "`brakes.checkpoint`, `brakes.dead-rows` and `brakes.flow-control` are shares: above 0, or \"off\"",
            );
        }
        if self.history == Some(0) {
            return refuse("`brakes.history` has to be at least 1, or \"off\"");
        }
        if self.query_limit.is_nan() {
            return refuse("`brakes.query-limit` has to be a number");
        }
        Ok(())
    }
}

/// A limit, or `"off"`.
mod off {
    use std::fmt;
    use std::marker::PhantomData;
    use std::time::Duration;

    use serde::de::{self, Visitor};
    use serde::{Deserializer, Serializer};

    use super::Bytes;

    const OFF: &str = "off";

    /// What may stand for a limit.
    pub(super) trait Limit: Sized {
        /// How it is written, for whoever wrote it otherwise.
        const EXAMPLE: &'static str;

        fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error>;

        fn of_text(_: &str) -> Option<Self> {
            None
        }

        fn of_number(_: f64) -> Option<Self> {
            None
        }
    }

    impl Limit for Duration {
        const EXAMPLE: &'static str = "\"5s\" or \"1m\"";

        fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.collect_str(&humantime::format_duration(*self))
        }

        fn of_text(text: &str) -> Option<Self> {
            humantime::parse_duration(text).ok()
        }
    }

    impl Limit for Bytes {
        const EXAMPLE: &'static str = "\"64MiB\" or \"1GiB\"";

        fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            // As it reads back, to the byte.
            let Bytes(bytes) = *self;
            let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
            let unit = units
                .iter()
                .find(|(shift, _)| bytes > 0 && bytes % (1 << shift) == 0);
            match unit {
                Some((shift, unit)) => to.collect_str(&format_args!("{}{unit}", bytes >> shift)),
                None => to.collect_str(&format_args!("{bytes}B")),
            }
        }

        fn of_text(text: &str) -> Option<Self> {
            text.parse().ok()
        }
    }

    impl Limit for String {
        const EXAMPLE: &'static str = "a text";

        fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.serialize_str(self)
        }

        fn of_text(text: &str) -> Option<Self> {
            (!text.trim().is_empty()).then(|| text.to_owned())
        }
    }

    impl Limit for u32 {
        const EXAMPLE: &'static str = "64";

        fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.serialize_u32(*self)
        }

        fn of_number(number: f64) -> Option<Self> {
            let whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
            whole.then_some(number as u32)
        }
    }

    impl Limit for f64 {
        const EXAMPLE: &'static str = "1.5";

        fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.serialize_f64(*self)
        }

        fn of_number(number: f64) -> Option<Self> {
            Some(number)
        }
    }

    pub(super) fn serialize<S: Serializer, T: Limit>(
        limit: &Option<T>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match limit {
            Some(limit) => limit.write(to),
            None => to.serialize_str(OFF),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>, T: Limit>(
        from: D,
    ) -> Result<Option<T>, D::Error> {
        from.deserialize_any(OrOff(PhantomData))
    }

    struct OrOff<T>(PhantomData<T>);

    impl<T: Limit> OrOff<T> {
        fn wrong<E: de::Error>(what: impl fmt::Display) -> E {
            E::custom(format_args!(
                "`{what}` is no limit: write it as {}, or \"off\"",
                T::EXAMPLE
            ))
        }
    }

    impl<T: Limit> Visitor<'_> for OrOff<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}, or \"off\"", T::EXAMPLE)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            if text == OFF {
                return Ok(None);
            }
            T::of_text(text).map(Some).ok_or_else(|| Self::wrong(text))
        }

        fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
            T::of_number(number)
                .map(Some)
                .ok_or_else(|| Self::wrong(number))
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
            self.visit_f64(number as f64)
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
            self.visit_f64(number as f64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_read_back_as_they_are_written() {
        let brakes = Brakes {
            replica_lag: None,
            wal_rate: Some(Bytes(1_500)),
            archive_backlog: Some(3),
            growth: Some(1.25),
            query: Some("SELECT true".to_owned()),
            replicas: vec!["b".to_owned()],
            ..Brakes::default()
        };
        let text = toml::to_string(&brakes).unwrap();
        for line in [
            "replica-lag = \"off\"",
            "replica-lag-bytes = \"256MiB\"",
            "wal-rate = \"1500B\"",
            "archive-backlog = 3",
            "growth = 1.25",
            "vacuum = \"wraparound\"",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert_eq!(toml::from_str::<Brakes>(&text).unwrap(), brakes);
    }

    #[test]
    fn what_is_no_limit_is_refused_with_how_to_write_it() {
        for (text, remedy) in [
            ("replica-lag = 5", "write it as \"5s\""),
            ("wal-rate = \"quick\"", "write it as \"64MiB\""),
            ("archive-backlog = 1.5", "write it as 64"),
            ("query = \"\"", "or \"off\""),
        ] {
            let error = toml::from_str::<Brakes>(text).unwrap_err().to_string();
            assert!(error.contains(remedy), "{text}: {error}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let wrong = [
            "growth = 1.0",
            "strain = 0",
            "checkpoint = 0",
            "archive-backlog = 0",
            "wal-rate = \"0B\"",
            "replica-lag = \"0s\"",
            "query-limit = nan",
        ];
        for text in wrong {
            let brakes: Brakes = toml::from_str(text).unwrap();
            assert!(brakes.check().is_err(), "{text}");
        }
        assert!(Brakes::default().check().is_ok());
    }
}

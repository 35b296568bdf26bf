//! What can be watched as numbers: the names, and where they are recorded.
//!
//! With the feature `metrics`, an application that embeds this library and has installed a
//! recorder of the crate [`metrics`](https://docs.rs/metrics) gets all of [`ALL`]; `cargo colmig run
//! --metrics-addr` serves them for Prometheus. Without the feature nothing is recorded, and nothing
//! is compiled for it.
//!
//! ```
//! use colmig::metrics::{ALL, Side};
//!
//! let of_runs = ALL.iter().filter(|metric| metric.side == Side::Run);
//! assert!(of_runs.map(|metric| metric.name).any(|name| name == "colmig_backfill_rows_total"));
//! ```

mod table;

use std::time::Duration;

pub use table::ALL;
pub(crate) use table::*;

use crate::error::Error;

/// One thing that can be watched as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metric {
    /// The name, with the unit in it.
    pub name: &'static str,
    /// How it moves.
    pub kind: Kind,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// Which process records it.
    pub side: Side,
    /// What it says.
    pub help: &'static str,
}

/// How a metric moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It is what it is now.
    Gauge,
    /// How often something took how many seconds.
    Histogram,
}

/// Which process records a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Side {
    /// The one that executes migrations.
    Run,
    /// Each instance of the application.
    Application,
}

impl Kind {
    /// The word that Prometheus has for it.
    ///
    /// ```
    /// assert_eq!(colmig::metrics::Kind::Gauge.name(), "gauge");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        }
    }
}

/// Tells the recorder what each name means. Call it once the recorder is installed; recorders that
/// have no use for descriptions do without.
///
/// ```
/// colmig::metrics::describe();
/// ```
pub fn describe() {
    #[cfg(feature = "metrics")]
    for metric in ALL {
        let (name, help) = (metric.name, metric.help);
        match metric.kind {
            Kind::Counter => ::metrics::describe_counter!(name, help),
            Kind::Gauge => ::metrics::describe_gauge!(name, help),
            Kind::Histogram => {
                ::metrics::describe_histogram!(name, ::metrics::Unit::Seconds, help);
            }
        }
    }
}

impl Metric {
    /// Adds to a counter. `values` are those of its labels, in their order.
    pub(crate) fn add(&self, values: &[&str], by: u64) {
        #[cfg(feature = "metrics")]
        ::metrics::counter!(self.name, self.labelled(values)).increment(by);
        #[cfg(not(feature = "metrics"))]
        let _ = (values, by);
    }

    /// Sets a gauge.
    #[cfg_attr(
        not(feature = "migrate"),
        expect(dead_code, reason = "an instance of the application only counts")
    )]
    pub(crate) fn set(&self, values: &[&str], to: f64) {
        #[cfg(feature = "metrics")]
        ::metrics::gauge!(self.name, self.labelled(values)).set(to);
        #[cfg(not(feature = "metrics"))]
        let _ = (values, to);
    }

    /// Records one duration of a histogram.
    pub(crate) fn observe(&self, values: &[&str], took: Duration) {
        #[cfg(feature = "metrics")]
        ::metrics::histogram!(self.name, self.labelled(values)).record(took);
        #[cfg(not(feature = "metrics"))]
        let _ = (values, took);
    }

    #[cfg(feature = "metrics")]
    fn labelled(&self, values: &[&str]) -> Vec<::metrics::Label> {
        let labels = self.labels.iter().zip(values);
        labels
            .map(|(label, value)| ::metrics::Label::new(*label, (*value).to_owned()))
            .collect()
    }
}

/// Counts an access that was refused for what is known of the phases, and not by the database.
pub(crate) fn refused(error: &Error) {
    let name = match error {
        Error::ViewStale { .. } => "view_stale",
        Error::LeaseExpired { .. } => "lease_expired",
        Error::OutcomeUnknown { .. } => "outcome_unknown",
        Error::TooOld { .. } => "too_old",
        Error::Outdated { .. } => "outdated",
        Error::Unconstrained { .. } => "unconstrained",
        Error::TableGone { .. } => "table_gone",
        Error::ColumnGone { .. } => "column_gone",
        Error::TooNew { .. } | Error::TableTooNew { .. } => "too_new",
        _ => return,
    };
    ACCESSES_REFUSED.add(&[name], 1);
}

//! Serving metrics for Prometheus while a run goes on.

use std::net::SocketAddr;

use clap::Args;
use colmig::metrics::{ALL, Kind, describe};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};

use crate::error::{Problem, Result};
use crate::report::Report;

/// The upper ends of the buckets of every histogram, in seconds: from what a round trip takes on one
/// machine to what somebody would be woken for.
const BUCKETS: [f64; 15] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    10.0,
];

/// Whether metrics are served, and where.
#[derive(Debug, Args)]
pub(crate) struct Exposed {
    /// Serve metrics for Prometheus at this address, such as 127.0.0.1:9187, while the command runs
    #[arg(long, value_name = "ADDRESS")]
    metrics_addr: Option<SocketAddr>,
}

impl Exposed {
    /// Begins to serve, if that was asked for, in a thread of its own that ends with the process.
    pub(crate) fn serve(&self, report: Report) -> Result<()> {
        let Some(address) = self.metrics_addr else {
            return Ok(());
        };
        let built = with_buckets(PrometheusBuilder::new())
            .and_then(|builder| builder.with_http_listener(address).install());
        built.map_err(|error| {
            Problem::error(format!("metrics cannot be served at {address}"))
                .note(error)
                .help("give an address of this machine with a port that is free")
        })?;
        describe();
        report.busy(
            "Serving",
            format_args!("metrics at http://{address}/metrics"),
        );
        Ok(())
    }
}

fn with_buckets(mut builder: PrometheusBuilder) -> Result<PrometheusBuilder, BuildError> {
    for metric in ALL.iter().filter(|metric| metric.kind == Kind::Histogram) {
        builder =
            builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), &BUCKETS)?;
    }
    Ok(builder)
}

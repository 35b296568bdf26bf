//! The rounds: every method has its turn in each, in another order.

use std::fs;
use std::path::Path;
use std::time::Duration;

use colmig::Database;

use crate::Result;
use crate::arguments;
use crate::chart;
use crate::latency::Latency;
use crate::live::micros;
use crate::method::Method;
use crate::place::{Begins, Place};
use crate::probe::{fastest, rest};
use crate::project::Project;
use crate::report::{Conditions, Report};
use crate::rule::RULE;
use crate::run::{Bench, Load, Run};
use crate::table;
use crate::traffic::Traffic;

/// How often the maximum is measured; the median counts.
const MAXIMA: usize = 3;

/// What a run takes beside its own time and the traffic's, in seconds, as seen on two cores.
const AROUND: f64 = 7.0;

/// The rows of a second that a method fills if it goes on to the end, at least.
const SLOW: f64 = 80_000.0;

/// The whole bench.
pub(crate) async fn bench(arguments: &arguments::Run) -> Result<()> {
    let given = &arguments.common;
    let methods = Method::all(&given.methods, given.database)?;
    let Seen { conditions, runs } = all(given, &methods, Begins::BeforeBackfill).await?;
    let methods = methods.into_iter().map(|method| method.name).collect();
    let report = Report::new(conditions, methods, &given.loads, runs);
    print!("{}", table::of(&report));
    write(
        &given.json,
        &format!("{}\n", serde_json::to_string_pretty(&report)?),
    )?;
    write(&arguments.svg, &chart::svg(&report)?)?;
    println!("\nfigures: {}", given.json.display());
    println!("charts:  {}", arguments.svg.display());
    Ok(())
}

/// All that was seen.
pub(crate) struct Seen {
    pub(crate) conditions: Conditions,
    pub(crate) runs: Vec<Run>,
}

/// Every method under every load, in each round.
pub(crate) async fn all(
    arguments: &arguments::Common,
    methods: &[Method],
    begins: Begins,
) -> Result<Seen> {
    let scratch = tempfile::Builder::new()
        .prefix("colmig-backfill-")
        .tempdir_in(&arguments.scratch)?;
    let project = scratch.path().join("project");
    let project = Project::generate(&project, &arguments.colmig, arguments.database)?;
    foretell(arguments, methods);
    let place = Place::set_up(
        arguments.database,
        arguments.url.as_deref(),
        scratch.path(),
        arguments.rows,
        begins,
        &project,
    )
    .await?;
    let measured = measure(arguments, methods, &place, &project, scratch.path()).await;
    // An error is told, and not that of what is thrown away after it.
    let torn_down = place.tear_down().await;
    let seen = measured?;
    torn_down?;
    Ok(seen)
}

async fn measure(
    arguments: &arguments::Common,
    methods: &[Method],
    place: &Place,
    project: &Project,
    scratch: &Path,
) -> Result<Seen> {
    let bench = Bench {
        place,
        project,
        scratch,
        time: Duration::from_secs_f64(arguments.seconds),
        baseline: Duration::from_secs_f64(arguments.baseline),
        patience: Duration::from_secs_f64(arguments.patience),
        repeats: arguments.repeats,
        fastest: fastest(),
    };
    let maximum = match arguments.loads.iter().any(|load| *load > 0) {
        true => Some(maximum(&bench).await?),
        false => None,
    };
    if let Some(maximum) = maximum {
        eprintln!("  the machine can do {maximum:.0} transactions a second");
    }
    let mut runs = Vec::new();
    for load in &arguments.loads {
        let rate = maximum.map(|maximum| maximum * f64::from(*load) / 100.0);
        let rate = rate.filter(|rate| *rate > 0.0);
        for round in 0..arguments.rounds {
            runs.extend(self::round(&bench, methods, *load, rate, round).await?);
        }
    }
    let conditions = Conditions {
        database: arguments.database.name(),
        version: place.version().await?,
        storage: arguments.storage.clone(),
        cores: std::thread::available_parallelism()?.get(),
        rows: arguments.rows,
        rounds: arguments.rounds,
        seconds: arguments.seconds,
        baseline_seconds: arguments.baseline,
        maximum,
        fastest_probe_ms: bench.fastest,
        rule: RULE,
    };
    Ok(Seen { conditions, runs })
}

/// One round. The order turns with it, so that nobody always comes after the same one.
async fn round(
    bench: &Bench<'_>,
    methods: &[Method],
    load: u32,
    rate: Option<f64>,
    round: usize,
) -> Result<Vec<Run>> {
    let mut runs = Vec::new();
    let first = round % methods.len().max(1);
    for method in methods[first..].iter().chain(&methods[..first]) {
        // Without traffic there is nothing that waiting could disturb.
        if method.is_control() && rate.is_none() {
            continue;
        }
        for _ in 0..=bench.repeats {
            let load = Load {
                percent: load,
                rate,
                seed: round as u64,
            };
            let run = bench.run(method, load, round).await?;
            eprintln!("  {}", table::line(&run));
            let again = run.rejected.is_some();
            runs.push(run);
            if !again {
                break;
            }
        }
    }
    Ok(runs)
}

/// The transactions of a second when every connection sends one after the other, in the mix that
/// the load has.
async fn maximum(bench: &Bench<'_>) -> Result<f64> {
    let mut rates = Vec::new();
    for seed in 0..MAXIMA {
        bench.place.reset(bench.project).await?;
        rest(bench.fastest, bench.patience).await;
        let traffic = Traffic::start(bench.place, bench.scratch, None, seed as u64).await?;
        tokio::time::sleep(bench.baseline / 3).await;
        let began = micros();
        tokio::time::sleep(bench.baseline).await;
        let span = began..micros();
        let samples = traffic.stop().await?;
        let all = Latency::of(&samples, &span)?;
        if all.failed > 0 {
            return Err(format!("{} transactions failed", all.failed).into());
        }
        let seconds = (span.end - span.start) as f64 / 1e6;
        let within = samples.iter().filter(|sample| span.contains(&sample.due));
        let updates = within.filter(|sample| sample.update).count() as f64 / seconds;
        let reads = all.transactions as f64 / seconds - updates;
        rates.push(match bench.place.database {
            // The reader and the writer have a connection each, and neither is to be asked for
            // more than it can do.
            Database::Sqlite => (reads / 0.8).min(updates / 0.2),
            _ => reads + updates,
        });
    }
    rates.sort_by(f64::total_cmp);
    Ok(rates[rates.len() / 2])
}

/// Says how long it will take, as far as that is known: runs that do not count come on top.
fn foretell(arguments: &arguments::Common, methods: &[Method]) {
    let mut seconds = 0.0;
    for load in &arguments.loads {
        for method in methods {
            seconds += match (load, method.goes_to_the_end()) {
                (0, true) => arguments.rows as f64 / SLOW,
                (0, false) => arguments.seconds,
                _ => arguments.seconds + 2.0 * arguments.baseline,
            };
            seconds += AROUND;
        }
    }
    eprintln!(
        "  {} rows; about {:.0} minutes, and more where runs have to be repeated",
        arguments.rows,
        (seconds * arguments.rounds as f64 / 60.0).ceil()
    );
}

pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()).into())
}

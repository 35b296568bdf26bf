//! The engine under measurement: the library, on the migrations that were generated.

use colmig::Phase;
use colmig::migrate::{Event, Goal, Migration, Migrator, Outcome, Settings, Watch};
use serde_json::{Map, Value};

use crate::Result;
use crate::course::Course;
use crate::project::Project;

/// Settings as they stand in the table `run` of `colmig.toml`, on top of the defaults. Nothing
/// here is compiled against their names, which come and go.
pub(crate) fn settings(given: &[(String, String)]) -> Result<Settings> {
    let mut table = Map::new();
    // The traffic is no accessor's, so there is nobody to wait for.
    table.insert("offline".to_owned(), Value::Bool(true));
    for (key, value) in given {
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.clone()));
        table.insert(key.clone(), value);
    }
    serde_json::from_value(Value::Object(table))
        .map_err(|error| format!("the settings of a method: {error}").into())
}

/// Executes a migration up to a phase, with nobody in the way.
pub(crate) async fn until(
    url: &str,
    project: &Project,
    migration: &Migration,
    phase: Phase,
) -> Result<()> {
    let outcome = run(
        url,
        project,
        migration,
        phase,
        settings(&[])?,
        &Watch::default(),
    )
    .await?;
    match outcome {
        Outcome::Done => Ok(()),
        other => Err(other.to_string().into()),
    }
}

/// The backfill, for as long as it may.
pub(crate) async fn backfill(
    url: &str,
    project: &Project,
    settings: &Settings,
    course: &Course,
) -> Result<()> {
    let theirs = course.clone();
    let watch =
        Watch::new(move |event: &Event| hear(&theirs, event)).with_stop(course.stop.clone());
    let add = project.add();
    match run(url, project, add, Phase::Backfill, settings.clone(), &watch).await? {
        Outcome::Done | Outcome::Stopped { .. } => Ok(()),
        other => Err(other.to_string().into()),
    }
}

/// The whole migration, through all six phases.
pub(crate) async fn rollout(
    url: &str,
    project: &Project,
    settings: &Settings,
    course: &Course,
) -> Result<()> {
    let theirs = course.clone();
    let watch = Watch::new(move |event: &Event| {
        if let Event::PhaseEntered { phase, .. } = event {
            theirs.enter(phase.name());
        }
    });
    let watch = watch.with_stop(course.stop.clone());
    course.begin();
    let (add, settings) = (project.add(), settings.clone());
    let ran = run(
        url,
        project,
        add,
        Phase::LAST_OF_RUN,
        settings.clone(),
        &watch,
    )
    .await?;
    let outcome = match ran {
        Outcome::Done => {
            let mut migrator = Migrator::connect(url, settings).await?;
            migrator
                .contract(project.migrations(), add.id(), &watch)
                .await?
        }
        other => other,
    };
    match outcome {
        Outcome::Done => Ok(()),
        other => Err(other.to_string().into()),
    }
}

/// What the events say of how far it is.
fn hear(course: &Course, event: &Event) {
    match event {
        Event::StepStarted {
            phase: Phase::Backfill,
            ..
        } => course.begin(),
        // The pass after the one that fills finds what moved, or nothing.
        Event::BackfillProgress { pass, .. } if *pass > 1 => course.filled_when_counted(),
        Event::BackfillProgress { rows, .. } => course.at(*rows),
        Event::StepDone {
            phase: Phase::Backfill,
            ..
        } => course.filled_when_counted(),
        _ => {}
    }
}

async fn run(
    url: &str,
    project: &Project,
    migration: &Migration,
    until: Phase,
    settings: Settings,
    watch: &Watch,
) -> Result<Outcome> {
    let goal = Goal {
        until,
        only: Some(migration.id().to_owned()),
        ..Goal::default()
    };
    let mut migrator = Migrator::connect(url, settings).await?;
    Ok(migrator.run(project.migrations(), &goal, watch).await?)
}

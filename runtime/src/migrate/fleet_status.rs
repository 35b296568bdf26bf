//! The fleet, for people: which builds are live, and who keeps what from going on.

use std::collections::BTreeMap;

use colmig_schema::fleet::{self, Epoch, Instance};
use colmig_schema::{Phase, Progress};
use serde::Serialize;

use super::driver::Driver;
use super::fleet::{Holding, holdings};
use super::load::Migration;
use super::session::changes;
use super::store::{Store, Trouble};

/// The live instances of the application.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FleetStatus {
    /// What is published: it rises by one with each change of a migration.
    pub epoch: Epoch,
    /// The builds that are live, by their names.
    pub builds: Vec<BuildStatus>,
    /// Who has not acknowledged the epoch, so that nothing goes on.
    pub behind: Vec<Holding>,
    /// Who would keep a migration from being contracted, or from filling what is old where nothing in
    /// the database serves builds that do not know it.
    pub unaware: Vec<GateStatus>,
}

/// The live instances of one build.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BuildStatus {
    /// What the application calls it.
    pub build: String,
    /// How many are live.
    pub instances: usize,
    /// The epoch that all of them have acknowledged.
    pub acknowledged: Epoch,
}

/// Who holds the gate of a phase.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct GateStatus {
    /// The migration.
    pub migration: String,
    /// The phase.
    pub phase: Phase,
    /// The instances whose builds do not know its change.
    pub instances: Vec<Holding>,
}

/// Looks at the fleet. `progress` gives how far a migration is.
pub(super) async fn look(
    driver: &mut dyn Driver,
    store: &dyn Store,
    migrations: &[Migration],
    progress: impl Fn(&str) -> Progress,
) -> Result<FleetStatus, Trouble> {
    let epoch = store.epoch(driver).await?;
    let instances = store.instances(driver).await?;
    let contracts_next = |migration: &&Migration| {
        let progress = progress(migration.id());
        matches!(progress, Progress::Running(phase) | Progress::Done(phase) if phase < Phase::Contract)
            && !migration.creates_tables_only()
    };
    let unaware = migrations
        .iter()
        .filter(contracts_next)
        .map(|migration| {
            let changes = changes(migration);
            let phase = match progress(migration.id()) {
                Progress::Running(phase) | Progress::Done(phase)
                    if phase < Phase::Backfill && !migration.is_covered() =>
                {
                    Phase::Backfill
                }
                _ => Phase::Contract,
            };
            let held = fleet::gate(phase, false, &instances, &changes, 0);
            GateStatus {
                migration: migration.id().to_owned(),
                phase,
                instances: holdings(held),
            }
        })
        .filter(|gate| !gate.instances.is_empty());
    Ok(FleetStatus {
        epoch,
        builds: builds(&instances),
        behind: holdings(fleet::behind(&instances, epoch, 0)),
        unaware: unaware.collect(),
    })
}

fn builds(instances: &[Instance]) -> Vec<BuildStatus> {
    let mut builds: BTreeMap<&str, BuildStatus> = BTreeMap::new();
    let live = instances
        .iter()
        .filter(|instance| fleet::is_live(instance.expires_at, 0));
    for instance in live {
        let build = builds.entry(&instance.build).or_insert(BuildStatus {
            build: instance.build.clone(),
            instances: 0,
            acknowledged: instance.acknowledged,
        });
        build.instances += 1;
        build.acknowledged = build.acknowledged.min(instance.acknowledged);
    }
    builds.into_values().collect()
}

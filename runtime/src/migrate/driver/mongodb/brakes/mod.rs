//! What of MongoDB's may hold a backfill: one file for each brake.

mod flow_control;
mod replica_lag;
mod sessions;

use crate::migrate::backfill::Gauge;

/// Each brake, in the order in which they are looked at.
pub(super) fn all() -> Vec<Box<dyn Gauge>> {
    vec![
        Box::new(replica_lag::ReplicaLag),
        Box::<flow_control::FlowControl>::default(),
        Box::new(sessions::Sessions),
    ]
}

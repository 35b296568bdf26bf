//! The spans of a run, as a subscriber of `tracing` sees them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use colmig::migrate::{Goal, Outcome, Watch};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::fixture::Fixture;
use crate::project::Project;

/// Keeps each span with its fields; the number of a span is its place, from 1.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<Span>>>);

#[derive(Clone, Default)]
struct Span {
    name: &'static str,
    target: &'static str,
    fields: BTreeMap<&'static str, String>,
}

impl Visit for Span {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span()
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut span = Span {
            name: attributes.metadata().name(),
            target: attributes.metadata().target(),
            ..Span::default()
        };
        attributes.record(&mut span);
        let mut spans = self.0.lock().unwrap();
        spans.push(span);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let at = usize::try_from(id.into_u64()).unwrap() - 1;
        values.record(&mut self.0.lock().unwrap()[at]);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_run_its_steps_and_its_batches_are_spans() {
    let spans = Spans::default();
    // With a single subscriber in the process, what a thread of another test, which has none, comes
    // to first would count as of no interest to anybody.
    let _second = tracing::Dispatch::new(spans.clone());
    let _subscribed = tracing::subscriber::set_default(spans.clone());
    let database = Fixture::sqlite().with_users(500).await;
    let migrations = Project::of_users().load(database.database());
    let mut migrator = database.migrator().await;
    let outcome = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let spans = spans.0.lock().unwrap().clone();
    let named = |name: &str| -> Vec<Span> {
        let spans = spans.iter().filter(|span| span.name == name);
        spans.cloned().collect()
    };
    let runs = named("colmig.run");
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].target, "colmig::migrate");
    assert_eq!(runs[0].fields["command"], "run");
    assert_eq!(runs[0].fields["database"], "sqlite");
    let steps = named("colmig.step");
    let filled = steps
        .iter()
        .find(|step| step.fields["phase"] == "backfill")
        .unwrap();
    assert_eq!(filled.fields["rows"], "500");
    assert!(filled.fields["statements"].parse::<u64>().unwrap() > 1);
    assert_eq!(filled.fields["migration"], migrations[0].id());
    let step = &filled.fields["step"];
    let batches = named("colmig.batch").into_iter();
    let changed = batches
        .filter(|batch| batch.fields["step"] == *step)
        .map(|batch| batch.fields["changed"].parse::<u64>().unwrap());
    assert_eq!(changed.sum::<u64>(), 500);
}

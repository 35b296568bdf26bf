//! Hears what a run reports.

use std::sync::{Arc, Mutex};

use colmig::migrate::{Event, Stop, Watch};

/// Everything that was reported.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<Event>>>);

impl Heard {
    pub(crate) fn watch(&self) -> Watch {
        let heard = self.clone();
        Watch::new(move |event| heard.0.lock().unwrap().push(event.clone()))
    }

    /// Calls `react` as well.
    pub(crate) fn watch_and(&self, react: impl Fn(&Event, &Stop) + Send + Sync + 'static) -> Watch {
        let heard = self.clone();
        let stop = Stop::new();
        let theirs = stop.clone();
        Watch::new(move |event| {
            heard.0.lock().unwrap().push(event.clone());
            react(event, &theirs);
        })
        .with_stop(stop)
    }

    pub(crate) fn all(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, which: impl Fn(&Event) -> bool) -> usize {
        self.all().iter().filter(|event| which(event)).count()
    }

    /// One line for each, for the message of a failed assertion.
    pub(crate) fn lines(&self) -> String {
        self.all()
            .iter()
            .map(|event| format!("{event}\n"))
            .collect()
    }
}

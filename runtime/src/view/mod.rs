//! The phase view: what this process believes of the migrations in flight.
//!
//! The executor publishes every phase in the database; instances read it from there, and
//! rely on it for as long as their lease is valid ([`fleet`](crate::fleet)). Accesses are
//! counted by the view under which they chose their statement: an instance tells the
//! executor that it has arrived in a view only when none of an older one is under way.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use colmig_schema::fleet::{self, Answer, Epoch, Rollout};
use colmig_schema::{Phase, Progress, Reads, Stage};
use tokio::sync::Notify;

use crate::clock;
use crate::fleet::told::Told;

/// For how long an instance may believe that a database has no tables of colmig's.
///
/// It is part of the protocol between the executor and the instances, and so the
/// same in every build.
pub const MAX_AGE: Duration = Duration::from_millis(fleet::MAX_AGE);

/// In as many places are accesses counted: one for each view that has accesses under way,
/// and one to spare. Two are the rule, for the executor waits for the older one to empty.
const PLACES: usize = 8;

/// Where the migrations stand that the database has heard of.
type Stages = Arc<BTreeMap<String, Stand>>;

/// A migration as the database publishes it.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) phase: Option<String>,
    pub(crate) generation: i64,
    pub(crate) changes: String,
    pub(crate) reads: String,
    pub(crate) show_values: bool,
    /// Whether it is of collections.
    pub(crate) documents: bool,
}

/// Where a migration stands, for the statements of accessors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stand {
    /// The stage.
    pub(crate) stage: Stage,
    /// From which side replaced columns are read.
    pub(crate) reads: Reads,
    /// Whether comparisons that find two values tell them.
    pub(crate) show_values: bool,
    /// Whether contract is under way, so that legacy may still be there.
    pub(crate) ending: bool,
}

/// What this process knows of the migrations in flight.
///
/// An access reads the clock and two numbers, and counts itself: which view it is, and
/// until when it may be relied on. The stages themselves are looked at by the first access to a
/// model under a view, which leaves the model's statements behind for all others.
pub(crate) struct Views {
    /// Until when what is known may be relied on, by [`clock::now`].
    until: AtomicU64,
    /// The view; none as long as nothing is known.
    number: AtomicU64,
    /// Counts the gaps in which nothing could be relied on.
    term: AtomicU64,
    /// The accesses under way, by the place of their view.
    under_way: [AtomicU64; PLACES],
    known: RwLock<Known>,
    /// The models that were looked at under what is known now.
    pub(crate) told: Told,
    /// Rouses the beat: there may be something to acknowledge.
    pub(crate) rouse: Arc<Notify>,
}

/// A view, by a number that no other view of this process has, whatever its database. The
/// lowest bits are the place in which its accesses are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct View(pub(crate) u64);

impl View {
    fn place(self) -> usize {
        (self.0 % PLACES as u64) as usize
    }
}

/// The numbers of views that are given out. They fit into 56 bits for two hundred years, at
/// a million changes a second.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

/// An access that has chosen its view and is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entered {
    pub(crate) view: View,
    pub(crate) term: u64,
}

#[derive(Default)]
struct Known {
    view: Option<View>,
    stages: Stages,
    rollouts: Arc<Vec<Rollout>>,
    answer: Option<Answer>,
}

impl Default for Views {
    fn default() -> Self {
        Views {
            until: AtomicU64::new(0),
            number: AtomicU64::new(0),
            term: AtomicU64::new(0),
            under_way: [const { AtomicU64::new(0) }; PLACES],
            known: RwLock::default(),
            told: Told::default(),
            rouse: Arc::default(),
        }
    }
}

impl Views {
    /// The view, if it is known and may be relied on.
    #[inline]
    pub(crate) fn fresh(&self) -> Option<View> {
        // In this order: whoever sees until when a view may be relied on sees that view, or a
        // newer one.
        let until = self.until.load(Ordering::Acquire);
        if !fleet::may_rely(until, clock::now()) {
            return None;
        }
        Some(View(self.number.load(Ordering::SeqCst)))
    }

    /// Counts an access under the view, if that may be relied on.
    pub(crate) fn enter(&self) -> Option<Entered> {
        loop {
            let term = self.term.load(Ordering::Acquire);
            if let Some(view) = self.count(self.fresh()?) {
                return Some(Entered { view, term });
            }
        }
    }

    /// Counts an access under the view as it is now, whether or not there is a lease.
    pub(crate) fn enter_alone(&self) -> Entered {
        loop {
            let term = self.term.load(Ordering::Acquire);
            let view = View(self.number.load(Ordering::SeqCst));
            if let Some(view) = self.count(view) {
                return Entered { view, term };
            }
        }
    }

    /// Counts first and looks again then: either this access sees a newer view, or whoever
    /// brings that view sees this access.
    fn count(&self, view: View) -> Option<View> {
        self.under_way[view.place()].fetch_add(1, Ordering::SeqCst);
        if self.number.load(Ordering::SeqCst) == view.0 {
            return Some(view);
        }
        self.leave(view);
        None
    }

    /// An access has come to its end.
    pub(crate) fn leave(&self, view: View) {
        self.under_way[view.place()].fetch_sub(1, Ordering::SeqCst);
        if self.number.load(Ordering::SeqCst) != view.0 {
            self.rouse.notify_one();
        }
    }

    /// Whether what was begun in a term has held until now.
    pub(crate) fn has_held(&self, term: u64) -> bool {
        let until = self.until.load(Ordering::Acquire);
        fleet::is_accepted(term, self.term.load(Ordering::Acquire), until, clock::now())
    }

    /// The stages, and the view that they are; perhaps a newer one than the caller has.
    pub(crate) fn stages(&self) -> (Option<View>, Stages) {
        let known = self.read();
        (known.view, Arc::clone(&known.stages))
    }

    /// The migrations that the database has heard of.
    pub(crate) fn rollouts(&self) -> Arc<Vec<Rollout>> {
        Arc::clone(&self.read().rollouts)
    }

    /// The epoch of what is known.
    pub(crate) fn epoch(&self) -> Option<Epoch> {
        self.read().answer.map(|answer| answer.epoch)
    }

    /// The epoch that may be acknowledged now: that of the view, if no access of an older
    /// one is under way.
    pub(crate) fn may_acknowledge(&self) -> Option<Epoch> {
        let known = self.read();
        let (view, answer) = (known.view?, known.answer?);
        let under_way = self
            .under_way
            .each_ref()
            .map(|place| place.load(Ordering::SeqCst));
        fleet::may_acknowledge(&under_way, view.place()).then_some(answer.epoch)
    }

    /// Takes over an answer. `asked` is when the question was put, not when it was answered: the
    /// answer may be older than its arrival, but not older than that. None of it stands for
    /// "as it was known". `until` is given where the answer may be relied on. Whether the view
    /// is now as new as the answer.
    pub(crate) fn learn(
        &self,
        asked: u64,
        published: Option<Vec<Published>>,
        until: Option<u64>,
    ) -> bool {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let answered = clock::now();
        if let Some(published) = published {
            let answer = Answer {
                epoch: fleet::epoch(published.iter().map(|published| published.generation)),
                asked,
                answered,
            };
            if known
                .answer
                .is_some_and(|known| !fleet::supersedes(known, answer))
            {
                return true;
            }
            if !self.install(&mut known, answer, published) {
                return false;
            }
        }
        let Some(until) = until else { return true };
        let before = self.until.load(Ordering::Acquire);
        if !fleet::is_continuous(before, answered) {
            self.term.fetch_add(1, Ordering::AcqRel);
            self.told.forget();
        }
        self.until.fetch_max(until, Ordering::AcqRel);
        true
    }

    /// Nothing may be relied on any more: the lease was given back.
    pub(crate) fn give_up(&self) {
        let _known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        self.until.store(0, Ordering::Release);
    }

    fn install(&self, known: &mut Known, answer: Answer, published: Vec<Published>) -> bool {
        let stages: BTreeMap<String, Stand> = published
            .iter()
            .map(|published| (published.id.clone(), stand(published)))
            .collect();
        if known.answer.map(|known| known.epoch) != Some(answer.epoch) {
            known.rollouts = Arc::new(published.into_iter().filter_map(rollout).collect());
            // Before anything is begun under the new view, which this build may not fit.
            self.told.forget();
        }
        // Most changes of the epoch are none of the stages.
        if known.view.is_none() || *known.stages != stages {
            let Some(place) = self.empty_place(known.view) else {
                // As many older views as there are places have accesses under way, so this
                // instance has been cut off for long. It relies on nothing until some have ended.
                self.until.store(0, Ordering::Release);
                return false;
            };
            let next = NUMBERS.fetch_add(1, Ordering::Relaxed);
            let view = View(next * PLACES as u64 + place as u64);
            known.view = Some(view);
            known.stages = Arc::new(stages);
            self.number.store(view.0, Ordering::SeqCst);
        }
        known.answer = Some(answer);
        true
    }

    fn empty_place(&self, current: Option<View>) -> Option<usize> {
        let current = current.map(View::place);
        (0..PLACES).find(|place| {
            Some(*place) != current && self.under_way[*place].load(Ordering::SeqCst) == 0
        })
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn progress(published: &Published) -> Option<Progress> {
    let Published { state, phase, .. } = published;
    serde_json::from_value(match phase {
        Some(phase) => serde_json::json!({ "state": state, "phase": phase }),
        None => serde_json::json!({ "state": state }),
    })
    .ok()
}

/// What a published progress stands for. What a newer executor writes and this build does
/// not know is read as the most careful stage.
fn stand(published: &Published) -> Stand {
    let Some(progress) = progress(published) else {
        return Stand::default();
    };
    let reads: Reads = published.reads.parse().unwrap_or_default();
    Stand {
        stage: match published.documents {
            true => progress.stage_of_documents(),
            false => progress.stage(),
        },
        reads: reads.at(progress),
        show_values: published.show_values,
        ending: progress == Progress::Running(Phase::Contract),
    }
}

fn rollout(published: Published) -> Option<Rollout> {
    Some(Rollout {
        progress: progress(&published)?,
        changes: serde_json::from_str(&published.changes).unwrap_or_default(),
        migration: published.id,
    })
}

#[cfg(test)]
mod tests;

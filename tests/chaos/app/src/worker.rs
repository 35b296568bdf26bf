//! What an instance does all the time.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use colmig::Error;

use crate::clock::now;
use crate::failure::of_accessor;
use crate::instance::Shared;
use crate::item::{Field, Values};
use crate::line::{Begun, Found, Line, Number, Outcome, RawWrites, Read};
use crate::random::Random;
use crate::store::{Store, written};

/// A pause after each operation, so that many instances fit on a small machine.
const PAUSE: Duration = Duration::from_millis(4);

/// A pause after one that failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(60);

/// How many rows a worker has of its own; then it goes on with those.
const OWN: usize = 100;

/// The keys of a worker's own rows begin at a multiple of this.
const RANGE: i64 = 1_000;

/// The rows that others write too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hot {
    /// Keys from 1 to this are everybody's.
    pub(crate) rows: i64,
    /// The number of this instance: those of older ones are below.
    pub(crate) instance: i64,
    /// How many workers an instance has.
    pub(crate) workers: i64,
}

impl Hot {
    fn first(&self, instance: i64, worker: i64) -> i64 {
        (1 + instance * self.workers + worker) * RANGE
    }
}

/// A row that only this worker writes.
#[derive(Clone, Debug)]
struct Own {
    key: i64,
    /// What it holds for certain.
    certain: Values,
}

pub(crate) struct Worker<S> {
    shared: Arc<Shared>,
    hot: Hot,
    first: i64,
    inserted: i64,
    own: Vec<Own>,
    random: Random,
    /// Whether it writes by hand as well, past the accessors.
    raw: bool,
    build: PhantomData<fn() -> S>,
}

impl<S: Store> Worker<S> {
    pub(crate) fn new(shared: Arc<Shared>, hot: Hot, number: i64, raw: bool) -> Self {
        let first = hot.first(hot.instance, number);
        Worker {
            shared,
            hot,
            first,
            inserted: 0,
            own: Vec::new(),
            random: Random::new(first.cast_unsigned()),
            raw,
            build: PhantomData,
        }
    }

    pub(crate) async fn work(mut self) {
        while !self.shared.stopped.load(Ordering::Relaxed) {
            let done = self.step().await;
            let pause = if done { PAUSE } else { PAUSE_AFTER_FAILURE };
            tokio::time::sleep(pause).await;
        }
    }

    /// Whether the operation was answered as one would wish.
    async fn step(&mut self) -> bool {
        let hot = 1 + self
            .random
            .below(self.hot.rows.cast_unsigned())
            .cast_signed();
        match self.random.below(100) {
            0..10 => self.insert().await,
            10..14 if self.raw => self.raw_insert().await,
            40..48 if self.raw => self.raw_update(hot).await,
            92..100 if self.raw => self.raw_read(hot).await,
            10..48 => self.update(hot).await,
            48..62 => self.update_own().await,
            62..76 => self.find(hot).await,
            76..84 => self.find_of_another().await,
            _ => self.query().await,
        }
    }

    fn number(&self) -> Number {
        self.shared.numbers.fetch_add(1, Ordering::Relaxed)
    }

    fn begin(&self, kind: &str, key: i64, values: Values, inserts: bool, loud: bool) -> u64 {
        let op = self.shared.ops.fetch_add(1, Ordering::Relaxed);
        self.shared.output.tell(&Line::Begun(Begun {
            op,
            at: now(),
            kind: kind.to_owned(),
            key,
            values,
            inserts,
            loud,
        }));
        op
    }

    fn answer(&self, op: u64, outcome: Outcome) -> bool {
        let at = now();
        let done = matches!(outcome, Outcome::Accepted | Outcome::Missing);
        self.shared.output.tell(&Line::Answered { op, at, outcome });
        done
    }

    fn next_own(&mut self) -> Option<i64> {
        (self.own.len() < OWN && self.inserted < RANGE).then(|| {
            self.inserted += 1;
            self.first + self.inserted - 1
        })
    }

    async fn insert(&mut self) -> bool {
        let Some(key) = self.next_own() else {
            return self.update_own().await;
        };
        let own = self.random.chance(50);
        let item = S::new(key, self.number(), own);
        let values = item.values();
        let op = self.begin("insert", key, written(&item), true, false);
        let outcome = match item.insert(&self.shared.db).await {
            Ok(()) => Outcome::Accepted,
            Err(error) => of_accessor(&error),
        };
        if outcome == Outcome::Accepted {
            self.own.push(Own {
                key,
                certain: values,
            });
        }
        self.answer(op, outcome)
    }

    async fn raw_insert(&mut self) -> bool {
        let shared = Arc::clone(&self.shared);
        let told = shared.raw.read().await;
        if S::raw_writes(&shared.db, *told) < RawWrites::All {
            return true;
        }
        let Some(key) = self.next_own() else {
            return true;
        };
        let number = self.number();
        let item = S::new(key, number, true);
        let op = self.begin("raw insert", key, written(&item), true, false);
        let outcome = S::raw_insert(&shared.db, key, number).await;
        if outcome == Outcome::Accepted {
            self.own.push(Own {
                key,
                certain: item.values(),
            });
        }
        self.answer(op, outcome)
    }

    /// Some of the fields, each with a value of its own.
    fn some(&mut self) -> Values {
        let mut values = Values::new();
        for _ in 0..=self.random.below(2) {
            if let Some(field) = self.random.one_of(S::FIELDS) {
                let number = self.shared.numbers.fetch_add(1, Ordering::Relaxed);
                values.insert(*field, number);
            }
        }
        values
    }

    async fn update(&mut self, key: i64) -> bool {
        let values = self.some();
        self.update_to(key, &values).await != Outcome::Missing
    }

    async fn update_to(&mut self, key: i64, values: &Values) -> Outcome {
        // A few values are such that legacy could not hold them.
        let loud = values.contains_key(&Field::Tone) && S::GUARDS && self.random.chance(4);
        let update = S::update(key, values, loud);
        let in_transaction = self.random.chance(25);
        let kind = if in_transaction {
            "update in a transaction"
        } else {
            "update"
        };
        let op = self.begin(kind, key, values.clone(), false, loud);
        let done = if in_transaction {
            self.in_transaction(update).await
        } else {
            let done = S::execute(update, &self.shared.db).await;
            done.map_err(|error| of_accessor(&error))
        };
        let outcome = match done {
            Ok(true) => Outcome::Accepted,
            Ok(false) => Outcome::Missing,
            Err(outcome) => outcome,
        };
        self.answer(op, outcome.clone());
        outcome
    }

    async fn in_transaction(&self, update: S::Update) -> Result<bool, Outcome> {
        // Until it is committed, nothing is written whatever the answer is.
        let early = |error: Error| match of_accessor(&error) {
            Outcome::Unknown { why } => Outcome::Refused { why },
            other => other,
        };
        let mut tx = self.shared.db.begin().await.map_err(early)?;
        let found = S::execute_in(update, &mut tx).await.map_err(early)?;
        tx.commit().await.map_err(|error| of_accessor(&error))?;
        Ok(found)
    }

    async fn raw_update(&mut self, key: i64) -> bool {
        let shared = Arc::clone(&self.shared);
        let told = shared.raw.read().await;
        if S::raw_writes(&shared.db, *told) < RawWrites::Updates {
            return true;
        }
        let values = self.some();
        let op = self.begin("raw update", key, values.clone(), false, false);
        let outcome = S::raw_update(&shared.db, key, &values).await;
        self.answer(op, outcome)
    }

    async fn update_own(&mut self) -> bool {
        if self.own.is_empty() {
            return true;
        }
        let at = self.random.below(self.own.len() as u64) as usize;
        let values = self.some();
        let outcome = self.update_to(self.own[at].key, &values).await;
        let certain = &mut self.own[at].certain;
        match outcome {
            Outcome::Accepted => certain.extend(values),
            Outcome::Refused { .. } | Outcome::Missing => {}
            // Either value may be there from now on.
            Outcome::Unknown { .. } | Outcome::Schema { .. } => {
                certain.retain(|field, _| !values.contains_key(field));
            }
        }
        outcome == Outcome::Accepted
    }

    async fn find(&self, key: i64) -> bool {
        let begun = now();
        let found = match S::find(&self.shared.db, key).await {
            Ok(Some(item)) => Found::Row {
                values: item.values(),
            },
            Ok(None) => Found::Nothing,
            Err(error) => Found::Failed {
                outcome: of_accessor(&error),
            },
        };
        self.read("find", key, begun, found)
    }

    async fn find_of_another(&mut self) -> bool {
        let instance = self
            .random
            .below(self.hot.instance.cast_unsigned() + 1)
            .cast_signed();
        let worker = self.random.below(self.hot.workers.cast_unsigned());
        let row = self.random.below(40).cast_signed();
        let first = self.hot.first(instance, worker.cast_signed());
        self.find(first + row).await
    }

    /// Looks for an own row by what it holds: whichever side holds it, it has to be found.
    async fn query(&mut self) -> bool {
        let Some(own) = self.random.one_of(&self.own).cloned() else {
            return true;
        };
        // What an abort takes back is no value to look for.
        let fields: Vec<Field> = own.certain.keys().copied().collect();
        let known = fields.into_iter().filter(|field| *field != Field::Badge);
        let known: Vec<Field> = known.collect();
        let Some(field) = self.random.one_of(&known).copied() else {
            return true;
        };
        let (first, last) = (self.first, self.first + RANGE - 1);
        let begun = now();
        let value = own.certain[&field];
        let rows = S::filtered(&self.shared.db, field, value, [first, last]).await;
        let found = match rows {
            Ok(items) => match items.iter().find(|item| item.id() == own.key) {
                Some(item) => Found::Row {
                    values: item.values(),
                },
                None => Found::Nothing,
            },
            Err(error) => Found::Failed {
                outcome: of_accessor(&error),
            },
        };
        let kind = match field {
            Field::Label => "query by label",
            Field::Amount => "query by amount",
            Field::Tone => "query by tone",
            Field::Badge => "query by badge",
        };
        self.read(kind, own.key, begun, found)
    }

    async fn raw_read(&self, key: i64) -> bool {
        if !S::raw_reads(*self.shared.raw.read().await) {
            return true;
        }
        let begun = now();
        let found = S::raw_read(&self.shared.db, key).await;
        self.read("raw read", key, begun, found)
    }

    fn read(&self, kind: &str, key: i64, begun: u64, found: Found) -> bool {
        let answered = now();
        let done = !matches!(found, Found::Failed { .. });
        self.shared.output.tell(&Line::Read(Read {
            kind: kind.to_owned(),
            key,
            begun,
            answered,
            found,
        }));
        done
    }
}

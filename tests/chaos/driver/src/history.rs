//! What the instances of one round told.

use std::collections::BTreeMap;

use colmig_chaos_app::{Begun, Field, Found, Line, Number, Outcome, Read, Time, Values};

use crate::checker::{Observation, Register, Why, Write};
use crate::report::Report;

/// Everything that happened to one row.
#[derive(Debug, Default)]
struct Row {
    fields: BTreeMap<Field, Register>,
    /// When its insert had been accepted; none if nobody knows, or it was never tried.
    there: Option<Time>,
    /// The number that its kind was made of, for the rule.
    kind: Option<Number>,
    /// When it was not found.
    missed: Vec<(Time, Time, String)>,
}

/// What the instances of one round told.
#[derive(Debug, Default)]
pub(crate) struct History {
    rows: BTreeMap<i64, Row>,
    /// When an instance was stopped, and when it went on.
    pauses: BTreeMap<String, Vec<(Time, Option<Time>)>>,
    /// From when to when an abort took back what was added; one that did not come to its end
    /// may have, or not.
    aborts: Vec<(Time, Option<Time>)>,
    /// Whether a read may see a write that is not accepted yet.
    reads_early: bool,
    /// From when on values are accepted that legacy cannot hold.
    contract: Option<Time>,
    /// What is told at the end.
    pub(crate) report: Report,
}

/// The writes of an instance that have not been answered.
pub(crate) type Pending = BTreeMap<u64, Begun>;

impl History {
    /// `reads_early` if a read may see a write that is not accepted yet, and may be taken back.
    pub(crate) fn new(reads_early: bool) -> History {
        History {
            reads_early,
            ..History::default()
        }
    }

    /// Takes down a line of an instance.
    pub(crate) fn take(&mut self, by: &str, line: Line, pending: &mut Pending) {
        match line {
            Line::Begun(begun) => {
                pending.insert(begun.op, begun);
            }
            Line::Answered { op, at, outcome } => {
                if let Some(begun) = pending.remove(&op) {
                    self.answered(by, begun, at, outcome);
                }
            }
            Line::Read(read) => self.read(by, read),
            Line::Swept { begun, answered } => self.swept(begun, answered),
            Line::Ready | Line::Raw { .. } => {}
        }
    }

    /// The instance is gone, and nobody will answer any more.
    pub(crate) fn lost(&mut self, by: &str, pending: Pending) {
        for begun in pending.into_values() {
            let why = "the instance was killed".to_owned();
            self.answered(by, begun, Time::MAX, Outcome::Unknown { why });
        }
    }

    pub(crate) fn paused(&mut self, by: &str, at: Time) {
        self.pauses
            .entry(by.to_owned())
            .or_default()
            .push((at, None));
    }

    pub(crate) fn resumed(&mut self, by: &str, at: Time) {
        if let Some(last) = self.pauses.get_mut(by).and_then(|pauses| pauses.last_mut()) {
            last.1.get_or_insert(at);
        }
    }

    pub(crate) fn aborted(&mut self, from: Time, to: Option<Time>) {
        self.aborts.push((from, to));
    }

    pub(crate) fn contracting(&mut self, at: Time) {
        self.contract.get_or_insert(at);
    }

    fn answered(&mut self, by: &str, begun: Begun, at: Time, outcome: Outcome) {
        self.report.operation(&begun.kind);
        let accepted = match outcome {
            Outcome::Accepted => Some(at),
            Outcome::Unknown { why } => {
                self.report.unknown(&why);
                None
            }
            Outcome::Missing => {
                let row = self.rows.entry(begun.key).or_default();
                row.missed
                    .push((begun.at, at, format!("{by} {}", begun.kind)));
                return;
            }
            Outcome::Refused { why } => return self.report.refused(&why),
            Outcome::Schema { what } => {
                return self.schema(by, &begun.kind, begun.key, [begun.at, at], &what);
            }
        };
        if accepted.is_some() {
            self.report.acknowledged();
        }
        if begun.loud && accepted.is_some_and(|at| self.contract.is_none_or(|from| at < from)) {
            self.report.violation(format!(
                "row {}: {by} was allowed a value that legacy cannot hold, before contract",
                begun.key
            ));
        }
        let row = self.rows.entry(begun.key).or_default();
        if begun.inserts {
            row.there = accepted;
            row.kind = begun.values.get(&Field::Label).copied();
        }
        for (field, value) in begun.values {
            row.fields.entry(field).or_default().writes.push(Write {
                value,
                begun: begun.at,
                accepted,
                by: format!("{by} {}", begun.kind),
            });
        }
    }

    fn read(&mut self, by: &str, read: Read) {
        self.report.operation(&read.kind);
        match read.found {
            Found::Row { values } => self.observed(
                by,
                &read.kind,
                read.key,
                [read.begun, read.answered],
                values,
            ),
            Found::Nothing => {
                let row = self.rows.entry(read.key).or_default();
                let by = format!("{by} {}", read.kind);
                row.missed.push((read.begun, read.answered, by));
            }
            Found::Failed { outcome } => match outcome {
                Outcome::Schema { what } => {
                    self.schema(by, &read.kind, read.key, [read.begun, read.answered], &what);
                }
                Outcome::Refused { why } | Outcome::Unknown { why } => self.report.refused(&why),
                Outcome::Accepted | Outcome::Missing => {}
            },
        }
    }

    fn observed(&mut self, by: &str, kind: &str, key: i64, at: [Time; 2], values: Values) {
        let row = self.rows.entry(key).or_default();
        for (field, value) in values {
            row.fields
                .entry(field)
                .or_default()
                .reads
                .push(Observation {
                    value,
                    begun: at[0],
                    answered: at[1],
                    telling: true,
                    by: format!("{by} {kind}"),
                });
        }
    }

    /// A failed statement counts, unless its process stood still while it was under way: the
    /// lease may have run out then, and others may have gone on.
    fn schema(&mut self, by: &str, kind: &str, key: i64, at: [Time; 2], what: &str) {
        let pauses = self.pauses.get(by).into_iter().flatten();
        let overlaps =
            |(from, to): &(Time, Option<Time>)| *from <= at[1] && to.is_none_or(|to| at[0] <= to);
        if pauses.clone().any(overlaps) {
            return self.report.late(what);
        }
        self.report
            .schema(format!("{by}: {kind} of row {key}: {what}"));
    }

    /// Every row was read, so those that were not found are not there.
    fn swept(&mut self, begun: Time, answered: Time) {
        for row in self.rows.values_mut() {
            let seen = row.fields.values().flat_map(|register| &register.reads);
            if !seen.clone().any(|read| read.begun == begun) {
                row.missed.push((begun, answered, "sweep".to_owned()));
            }
        }
    }

    /// Compares every read with what may be read.
    pub(crate) fn judge(mut self) -> Report {
        for (key, mut row) in std::mem::take(&mut self.rows) {
            if let Some((_, _, by)) = row
                .missed
                .iter()
                .find(|(begun, _, _)| row.there.is_some_and(|there| there < *begun))
            {
                self.report.violation(format!(
                    "row {key}: {by} did not find it, and its insert had been accepted"
                ));
            }
            if let (Some(kind), Some(badge)) = (row.kind, row.fields.get_mut(&Field::Badge)) {
                take_back(badge, kind, &self.aborts);
            }
            for (field, register) in &mut row.fields {
                if self.reads_early {
                    distrust_early_reads(register);
                }
                if let Some(found) = register.unexplained().into_iter().next() {
                    self.report
                        .violation(told(key, *field, register, &found.why, &found.read));
                }
            }
        }
        self.report
    }
}

/// An abort takes a column away that was added: from then on its field is what the rule gives.
/// Meanwhile some instances read what was written, and others what the rule gives.
fn take_back(badge: &mut Register, by_rule: Number, aborts: &[(Time, Option<Time>)]) {
    for (from, to) in aborts {
        badge.writes.push(Write {
            value: by_rule,
            begun: *from,
            accepted: *to,
            by: "abort".to_owned(),
        });
        for read in &mut badge.reads {
            read.telling &= read.answered < *from || to.is_some_and(|to| read.begun > to);
        }
    }
}

/// What was read before its write was accepted may be gone again, until the write is tried once more.
fn distrust_early_reads(register: &mut Register) {
    let mut accepted: BTreeMap<Number, Time> = BTreeMap::new();
    for write in &register.writes {
        let at = accepted.entry(write.value).or_default();
        *at = (*at).max(write.accepted.unwrap_or(Time::MAX));
    }
    for read in &mut register.reads {
        let at = accepted.get(&read.value).copied();
        read.telling &= at.is_some_and(|at| at < read.begun);
    }
}

/// A violation with what happened to the register around it.
fn told(key: i64, field: Field, register: &Register, why: &Why, read: &Observation) -> String {
    let mut lines: Vec<(Time, String)> = Vec::new();
    for write in &register.writes {
        let answer = match write.accepted {
            Some(at) => format!("accepted at {at}"),
            None => "nobody knows".to_owned(),
        };
        lines.push((
            write.begun,
            format!(
                "{} wrote {}, begun at {}, {answer}",
                write.by, write.value, write.begun
            ),
        ));
    }
    for seen in &register.reads {
        lines.push((
            seen.begun,
            format!(
                "{} read {}, begun at {}, answered at {}",
                seen.by, seen.value, seen.begun, seen.answered
            ),
        ));
    }
    lines.sort();
    let at = lines.partition_point(|(begun, _)| *begun <= read.begun);
    let around = &lines[at.saturating_sub(30)..lines.len().min(at + 4)];
    let around: Vec<String> = around
        .iter()
        .map(|(_, line)| format!("    {line}"))
        .collect();
    let why = match why {
        Why::NotWritten => "which nobody had written".to_owned(),
        Why::Overwritten {
            value,
            begun,
            until,
        } => {
            format!("although {value} was there between {begun} and {until}")
        }
    };
    format!(
        "row {key}, {field:?}: {} read {} at {}, {why}\n{}",
        read.by,
        read.value,
        read.begun,
        around.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(op: u64, at: Time, value: Number, inserts: bool) -> Line {
        Line::Begun(Begun {
            op,
            at,
            kind: "write".to_owned(),
            key: 1,
            values: [(Field::Label, value), (Field::Badge, value)].into(),
            inserts,
            loud: false,
        })
    }

    fn answered(op: u64, at: Time, outcome: Outcome) -> Line {
        Line::Answered { op, at, outcome }
    }

    fn found(at: Time, field: Field, value: Number) -> Line {
        read(
            at,
            Found::Row {
                values: [(field, value)].into(),
            },
        )
    }

    fn read(at: Time, found: Found) -> Line {
        Line::Read(Read {
            kind: "find".to_owned(),
            key: 1,
            begun: at,
            answered: at + 1,
            found,
        })
    }

    fn history(lines: impl IntoIterator<Item = Line>) -> History {
        let mut history = History::default();
        let mut pending = Pending::new();
        for line in lines {
            history.take("during-1", line, &mut pending);
        }
        history.lost("during-1", pending);
        history
    }

    #[test]
    fn a_planted_lost_write_is_a_violation_and_one_that_was_refused_is_none() {
        let lines = |outcome| {
            [
                begun(1, 0, 10, true),
                answered(1, 1, Outcome::Accepted),
                begun(2, 2, 20, false),
                answered(2, 3, outcome),
                found(4, Field::Label, 10),
            ]
        };
        let refused = Outcome::Refused {
            why: "LeaseExpired".to_owned(),
        };
        assert_eq!(history(lines(refused)).judge().violations(), 0);
        let report = history(lines(Outcome::Accepted)).judge();
        assert_eq!(report.violations(), 1);
        let text = report.to_string();
        assert!(
            text.contains("during-1 find read 10 at 4, although 20 was there"),
            "{text}"
        );
    }

    #[test]
    fn a_write_that_was_refused_must_not_be_read() {
        let refused = Outcome::Refused {
            why: "NotWritable".to_owned(),
        };
        let lines = [
            begun(1, 0, 10, true),
            answered(1, 1, Outcome::Accepted),
            begun(2, 2, 20, false),
            answered(2, 3, refused),
            found(4, Field::Label, 20),
        ];
        assert_eq!(history(lines).judge().violations(), 1);
    }

    #[test]
    fn a_row_that_is_gone_is_a_violation_once_its_insert_was_accepted() {
        let insert = [begun(1, 2, 10, true), answered(1, 3, Outcome::Accepted)];
        let before = [read(1, Found::Nothing)];
        assert_eq!(
            history(insert.clone().into_iter().chain(before))
                .judge()
                .violations(),
            0
        );
        let after = [read(5, Found::Nothing)];
        assert_eq!(
            history(insert.into_iter().chain(after))
                .judge()
                .violations(),
            1
        );
        let killed = [begun(1, 2, 10, true), read(5, Found::Nothing)];
        assert_eq!(history(killed).judge().violations(), 0);
    }

    #[test]
    fn an_abort_gives_an_added_field_back_to_the_rule_and_takes_nothing_of_the_others() {
        let lines = |field| {
            [
                begun(1, 0, 10, true),
                answered(1, 1, Outcome::Accepted),
                begun(2, 2, 20, false),
                answered(2, 3, Outcome::Accepted),
                found(20, field, 10),
            ]
        };
        for (field, violations) in [(Field::Badge, 0), (Field::Label, 1)] {
            let mut history = history(lines(field));
            history.aborted(5, Some(10));
            assert_eq!(history.judge().violations(), violations);
        }
    }

    #[test]
    fn a_read_before_its_write_was_accepted_tells_nothing_where_it_may_be_taken_back() {
        let lines = || {
            [
                begun(1, 0, 10, true),
                answered(1, 1, Outcome::Accepted),
                begun(2, 2, 20, false),
                found(4, Field::Label, 20),
                found(7, Field::Label, 10),
                answered(2, 9, Outcome::Accepted),
            ]
        };
        assert_eq!(history(lines()).judge().violations(), 1);
        let mut early = history(lines());
        early.reads_early = true;
        assert_eq!(early.judge().violations(), 0);
        // Once it is accepted, it stays.
        let mut lost = history(lines().into_iter().chain([found(10, Field::Label, 10)]));
        lost.reads_early = true;
        assert_eq!(lost.judge().violations(), 1);
    }

    #[test]
    fn a_statement_that_fails_by_schema_counts_unless_its_process_stood_still() {
        let failed = Outcome::Schema {
            what: "42703: no column".to_owned(),
        };
        let lines = || [begun(1, 10, 10, false), answered(1, 20, failed.clone())];
        assert_eq!(history(lines()).judge().schema_failures(), 1);
        let mut history = History::default();
        history.paused("during-1", 12);
        history.resumed("during-1", 18);
        let mut pending = Pending::new();
        for line in lines() {
            history.take("during-1", line, &mut pending);
        }
        assert_eq!(history.judge().schema_failures(), 0);
    }
}

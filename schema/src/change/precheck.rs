//! What has to be looked for before a constraint is tried: rows that it would refuse.
//!
//! It follows from the steps of a change, so that no change that brings a constraint can
//! forget it.

use crate::model::not_null_name;
use crate::step::{Action, Condition, Demand, Demanded, ForeignKey, Key, PlannedStep, TableIndex};
use crate::{Phase, Template};

/// The searches that the `steps` of one change ask for, by the `key` of its table. They come at
/// the end of `backfill`: every row holds its value by then, and nothing has been tried. For what
/// comes to a column in `contract` alone, they come ahead of that.
pub(crate) fn before(steps: &[PlannedStep], key: &[Key]) -> Vec<PlannedStep> {
    if key.is_empty() {
        return Vec::new();
    }
    let early = steps.iter().flat_map(|step| match &step.action {
        Action::ValidateCheck(condition) | Action::Prove { condition, .. } => {
            Vec::from_iter(of_condition(condition, steps))
        }
        Action::SetNotNull { table, columns } => {
            let columns = columns.iter();
            let demands = columns.filter_map(|(column, _)| of_not_null(table, column, steps));
            demands.collect()
        }
        // One that stands for another is looked after where what it leads to has its index.
        Action::ValidateReference(key) if !stands_for_another(key, steps) => {
            vec![of_reference(key)]
        }
        // No two rows have the same key, and its columns hold the same.
        Action::CreateIndex { table, index } if index.unique && !becomes_key(index, steps) => {
            vec![of_index(table, index)]
        }
        _ => Vec::new(),
    });
    // Nothing refuses NULL until then, so what was found before says nothing.
    let late = steps.iter().flat_map(|step| match &step.action {
        Action::SetNotNull { table, columns } if step.phase == Phase::Contract => {
            let columns = columns.iter();
            let demands = columns.filter_map(|(column, _)| of_late_not_null(table, column, steps));
            demands.collect()
        }
        _ => Vec::new(),
    });
    let early = early.map(|demand| (Phase::Backfill, demand));
    let demands = early.chain(late.map(|demand| (Phase::Contract, demand)));
    demands
        .map(|(phase, (table, constraint, demanded))| PlannedStep {
            phase,
            action: Action::CheckRows(Demand {
                table: table.to_owned(),
                key: key.to_vec(),
                constraint,
                demanded,
            }),
        })
        .collect()
}

fn stands_for_another(reference: &ForeignKey, steps: &[PlannedStep]) -> bool {
    steps.iter().any(|step| match &step.action {
        Action::CarryReference { key, .. } => key.name == reference.name,
        _ => false,
    })
}

fn becomes_key(index: &TableIndex, steps: &[PlannedStep]) -> bool {
    steps.iter().any(|step| match &step.action {
        Action::CheckKey(key) => key.index == index.name,
        _ => false,
    })
}

/// The `steps` of contract, behind the same searches once more: nobody has kept builds from
/// before from writing such rows since, and nothing is tried as long as there are any.
pub(super) fn again(steps: Vec<PlannedStep>, key: &[Key]) -> Vec<PlannedStep> {
    let mut ahead = before(&steps, key);
    for step in &mut ahead {
        step.phase = Phase::Contract;
    }
    ahead.into_iter().chain(steps).collect()
}

/// None if the backfill's own last search finds the same rows.
fn of_condition<'a>(
    condition: &'a Condition,
    steps: &[PlannedStep],
) -> Option<(&'a str, String, Demanded)> {
    let (table, name) = (condition.table.as_str(), condition.name.clone());
    let Some(column) = required(condition) else {
        return Some((table, name, Demanded::Holds(condition.holds.clone())));
    };
    (!is_filled(table, column, steps)).then(|| (table, name, Demanded::NotNull(column.to_owned())))
}

/// None as well if a check says so first, which is looked ahead to.
fn of_not_null<'a>(
    table: &'a str,
    column: &str,
    steps: &[PlannedStep],
) -> Option<(&'a str, String, Demanded)> {
    if is_checked(table, column, steps) || is_filled(table, column, steps) {
        return None;
    }
    let name = not_null_name(table, column);
    Some((table, name, Demanded::NotNull(column.to_owned())))
}

/// None if a check says so first, or the rows are searched in the same phase.
fn of_late_not_null<'a>(
    table: &'a str,
    column: &str,
    steps: &[PlannedStep],
) -> Option<(&'a str, String, Demanded)> {
    let is_proved = steps.iter().any(|step| match &step.action {
        Action::ProveFilled(fill) => {
            step.phase == Phase::Contract && fill.table == table && fill.column == column
        }
        _ => false,
    });
    let demanded = || Demanded::NotNull(column.to_owned());
    (!is_proved && !is_checked(table, column, steps))
        .then(|| (table, not_null_name(table, column), demanded()))
}

/// Whether a check says of a column that it holds no NULL.
fn is_checked(table: &str, column: &str, steps: &[PlannedStep]) -> bool {
    steps.iter().any(|step| match &step.action {
        Action::ValidateCheck(check) => check.table == table && required(check) == Some(column),
        _ => false,
    })
}

/// Whether the last search of a backfill finds the rows that hold NULL.
fn is_filled(table: &str, column: &str, steps: &[PlannedStep]) -> bool {
    steps.iter().any(|step| match &step.action {
        Action::Backfill(fill) => fill.table == table && fill.column == column,
        Action::Converge(mirror) => {
            let mut targets = mirror.targets.iter();
            mirror.table == table && targets.any(|target| target.column == column)
        }
        _ => false,
    })
}

/// The column of which a condition says that it is not NULL, and nothing else.
fn required(condition: &Condition) -> Option<&str> {
    let column = condition.holds.columns().next()?;
    let mut words = Template::column(column);
    words.push_text(" IS NOT NULL");
    (condition.holds == words).then_some(column)
}

fn of_reference(key: &ForeignKey) -> (&str, String, Demanded) {
    let demanded = Demanded::Refers {
        columns: vec![key.column.clone()],
        table: key.to.clone(),
        to: vec![key.key.clone()],
    };
    (&key.table, key.name.clone(), demanded)
}

fn of_index<'a>(table: &'a str, index: &TableIndex) -> (&'a str, String, Demanded) {
    let demanded = Demanded::Unique {
        over: index.parts.iter().map(|part| part.value.clone()).collect(),
        among: index.only.clone(),
    };
    (table, index.name.clone(), demanded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Template;
    use crate::change::index;
    use crate::model::Index;
    use crate::step::Fill;

    fn condition(holds: &str) -> Condition {
        Condition {
            table: "users".to_owned(),
            name: "users_nick_check".to_owned(),
            holds: holds.parse().unwrap(),
        }
    }

    fn constrain(action: Action) -> PlannedStep {
        PlannedStep {
            phase: Phase::Constrain,
            action,
        }
    }

    fn key() -> [Key; 1] {
        [Key {
            name: "id".to_owned(),
            ty: crate::model::ColumnType::BigInt,
        }]
    }

    #[test]
    fn what_the_backfill_searches_for_itself_is_not_searched_twice() {
        let not_null = constrain(Action::ValidateCheck(condition("{nick} IS NOT NULL")));
        let fill = PlannedStep {
            phase: Phase::Backfill,
            action: Action::Backfill(Fill {
                name: String::new(),
                table: "users".to_owned(),
                key: key().to_vec(),
                column: "nick".to_owned(),
                updates: false,
                value: Template::literal("'x'"),
            }),
        };
        let alone = before(std::slice::from_ref(&not_null), &key());
        assert!(
            matches!(&alone[..], [PlannedStep { phase: Phase::Backfill, action: Action::CheckRows(demand) }]
                if matches!(&demand.demanded, Demanded::NotNull(column) if column == "nick")),
            "{alone:?}"
        );
        assert!(before(&[fill, not_null], &key()).is_empty());
    }

    #[test]
    fn null_that_a_column_refuses_without_a_check_is_searched_in_the_phase_that_has_to_know() {
        let fill = |phase, action: fn(Fill) -> Action| PlannedStep {
            phase,
            action: action(Fill {
                name: String::new(),
                table: "users".to_owned(),
                key: key().to_vec(),
                column: "nick".to_owned(),
                updates: false,
                value: Template::literal("'x'"),
            }),
        };
        let set = |phase| PlannedStep {
            phase,
            action: Action::SetNotNull {
                table: "users".to_owned(),
                columns: vec![(
                    "nick".to_owned(),
                    crate::step::Definition {
                        ty: crate::model::ColumnType::Text,
                        default: None,
                        comment: None,
                    },
                )],
            },
        };
        let phases = |steps: &[PlannedStep]| {
            let found = before(steps, &key()).into_iter();
            found.map(|step| step.phase).collect::<Vec<_>>()
        };
        let checked = constrain(Action::ValidateCheck(condition("{nick} IS NOT NULL")));
        let filled = || fill(Phase::Backfill, Action::Backfill);
        let (early, late) = (|| set(Phase::Constrain), || set(Phase::Contract));
        assert_eq!(phases(&[early()]), [Phase::Backfill]);
        assert_eq!(phases(&[checked, early()]), [Phase::Backfill], "once");
        assert_eq!(phases(&[filled(), early()]), []);
        assert_eq!(phases(&[filled(), late()]), [Phase::Contract]);
        assert_eq!(phases(&[late()]), [Phase::Backfill, Phase::Contract]);
        let proved = [Phase::Backfill, Phase::Contract]
            .map(|phase| fill(phase, Action::ProveFilled))
            .to_vec();
        let proved = [proved, vec![late()]].concat();
        assert_eq!(phases(&proved), [Phase::Backfill]);
    }

    #[test]
    fn a_condition_that_says_more_than_not_null_is_a_check() {
        let check = constrain(Action::ValidateCheck(condition(
            "{nick} IS NOT NULL OR {id} > 7",
        )));
        let found = before(&[check], &key());
        assert!(
            matches!(&found[..], [PlannedStep { action: Action::CheckRows(demand), .. }]
                if matches!(demand.demanded, Demanded::Holds(_))),
            "{found:?}"
        );
    }

    #[test]
    fn a_plain_index_refuses_no_row() {
        let index = |unique| {
            constrain(Action::CreateIndex {
                table: "users".to_owned(),
                index: index::plain(&Index::over(["nick"], unique), "users"),
            })
        };
        assert!(before(&[index(false)], &key()).is_empty());
        assert_eq!(before(&[index(true)], &key()).len(), 1);
        assert!(
            before(&[index(true)], &[]).is_empty(),
            "no key to name rows by"
        );
    }
}

//! What the instances do.

use crate::action::Action;
use crate::model::{Occasion, Protocol};
use crate::rules::Rules;
use crate::state::{Access, Begun, Build, Instance, Lease, ROWS, State, Value, Values, Written};
use crate::table::{Refused, is_stale};

/// What an instance may do next.
pub(crate) fn actions(rules: &Rules, state: &State, at: usize, actions: &mut Vec<Action>) {
    let instance = &state.fleet[at];
    let Some(build) = instance.build else {
        if state.left.starts > 0 {
            let fit = Build::ALL.into_iter();
            let fit = fit.filter(|build| rules.fits(*build, state.db.progress));
            actions.extend(fit.map(|build| Action::Start(at, build)));
        }
        return;
    };
    actions.push(Action::Crash(at));
    match instance.lease {
        Lease::Held if state.left.lapses > 0 => actions.push(Action::Lapse(at)),
        Lease::Held => {}
        Lease::Doubtful => actions.extend([Action::Lapse(at), Action::Renew(at)]),
        Lease::Over => actions.push(Action::Renew(at)),
    }
    let fits = rules.fits(build, state.db.progress);
    if instance.stand != rules.published(&state.db) || instance.fits != fits {
        actions.push(Action::Learn(at));
    }
    match &instance.access {
        Access::None if rules.may_begin(instance) => actions.push(Action::Begin(at)),
        Access::None => {}
        Access::Chosen(_) => {
            actions.push(Action::End(at));
            if state.left.writes > 0 {
                writes(state, at, actions);
            }
        }
        Access::Open(..) => actions.extend([Action::Commit(at), Action::End(at)]),
        Access::Answered { .. } => actions.push(Action::End(at)),
    }
}

fn writes(state: &State, at: usize, actions: &mut Vec<Action>) {
    for row in (0..ROWS).filter(|row| !state.is_locked(*row)) {
        for value in Value::ALL {
            actions.extend([false, true].map(|open| Action::Write {
                at,
                row,
                value,
                open,
            }));
        }
    }
}

/// Does what an instance does. None if nothing comes of it.
pub(crate) fn act(model: &Protocol, state: &mut State, action: Action) -> Option<()> {
    let rules = &model.rules;
    match action {
        Action::Start(at, build) => {
            state.left.starts -= 1;
            state.fleet[at] = Instance {
                build: Some(build),
                lease: Lease::Held,
                fits: true,
                stand: rules.published(&state.db),
                late: build == Build::Before && rules.is_late(state.db.progress),
                ..Instance::none(state.fleet[at].name.0)
            };
        }
        Action::Crash(at) => state.fleet[at] = Instance::none(state.fleet[at].name.0),
        Action::Lapse(at) => {
            let instance = &mut state.fleet[at];
            if instance.lease == Lease::Held {
                state.left.lapses -= 1;
                instance.lease = Lease::Doubtful;
            } else {
                instance.lease = Lease::Over;
            }
        }
        Action::Renew(at) => renew(rules, state, at),
        Action::Learn(at) => learn(rules, state, at),
        Action::Begin(at) => {
            let instance = &mut state.fleet[at];
            instance.access = Access::Chosen(Begun {
                stand: instance.stand,
                same_term: true,
            });
        }
        Action::Write {
            at,
            row,
            value,
            open,
        } => write(model, state, (at, row, value, open))?,
        Action::Commit(at) => {
            let Access::Open(begun, written) = state.fleet[at].access else {
                return None;
            };
            model.met_if(
                begun.stand != rules.published(&state.db),
                Occasion::CommittedAcrossStages,
            );
            commit(rules, state, at, begun, written)?;
        }
        Action::End(at) => end(model, state, at),
        _ => return None,
    }
    Some(())
}

fn learn(rules: &Rules, state: &mut State, at: usize) {
    let published = rules.published(&state.db);
    let instance = &mut state.fleet[at];
    instance.stand = published;
    if let Some(build) = instance.build {
        instance.fits = rules.fits(build, state.db.progress);
    }
}

fn renew(rules: &Rules, state: &mut State, at: usize) {
    let gap = rules.comes_late(state.fleet[at].lease);
    let late = rules.is_late(state.db.progress);
    let instance = &mut state.fleet[at];
    instance.lease = Lease::Held;
    if gap {
        instance.late |= instance.build == Some(Build::Before) && late;
        if let Some(begun) = instance.access.begun_mut() {
            begun.same_term = false;
        }
    }
    if rules.has(crate::rules::Rule::RenewalReads) {
        learn(rules, state, at);
    }
}

fn write(
    model: &Protocol,
    state: &mut State,
    (at, row, value, open): (usize, usize, Value, bool),
) -> Option<()> {
    let rules = &model.rules;
    let instance = state.fleet[at];
    let (Access::Chosen(begun), Some(build)) = (instance.access, instance.build) else {
        return None;
    };
    let live = rules.is_live_since(&instance, &begun);
    let refused = rules.write(&state.db, row, build, begun.stand, value).err();
    model.met_if(!live, Occasion::WrittenWithoutLease);
    model.met_if(
        refused == Some(Refused::Value) && build == Build::During,
        Occasion::ValueRefused,
    );
    state.left.writes -= 1;
    match refused {
        Some(Refused::Value) => return None,
        Some(Refused::Schema) => {
            state.fleet[at].access = Access::None;
            return Some(());
        }
        None => {}
    }
    let written = Written {
        row: row as u8,
        value,
        strays: !live && !rules.trigger,
        older: false,
    };
    if open {
        state.fleet[at].access = Access::Open(begun, written);
        return Some(());
    }
    commit(rules, state, at, begun, written)
}

/// The write becomes visible to others. Until then the row and the table are locked, so
/// it does now what it did when it was executed.
fn commit(
    rules: &Rules,
    state: &mut State,
    at: usize,
    begun: Begun,
    written: Written,
) -> Option<()> {
    let row = usize::from(written.row);
    let instance = state.fleet[at];
    let mut new = rules
        .write(&state.db, row, instance.build?, begun.stand, written.value)
        .ok()?;
    let old = state.db.rows[row];
    new.truth = match rules.is_live_since(&instance, &begun) {
        true => Values::only(written.value),
        false => old.truth.or(written.value),
    };
    new.strayed = (old.strayed || written.strays) && is_stale(&new);
    state.db.rows[row] = new;
    for other in &mut state.fleet {
        if let Access::Answered { written, last, .. } = &mut other.access
            && usize::from(written.row) == row
        {
            *last = false;
        }
    }
    state.fleet[at].access = Access::Answered {
        begun,
        written,
        last: true,
    };
    Some(())
}

fn end(model: &Protocol, state: &mut State, at: usize) {
    let instance = &mut state.fleet[at];
    if let Access::Answered {
        begun,
        written,
        last,
    } = instance.access
    {
        let accepted = model.rules.is_accepted(instance, &begun);
        model.met_if(!accepted, Occasion::WriteNotAccepted);
        if accepted && last {
            // Somebody was told so: nothing else may be read any more.
            state.db.rows[usize::from(written.row)].truth = Values::only(written.value);
        }
    }
    instance.access = Access::None;
}

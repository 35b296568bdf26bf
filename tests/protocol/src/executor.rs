//! What the executor does: the loop of `runtime/src/migrate/executor.rs`, in small steps.

use colmig_schema::{Phase, Progress, Reads, protocol};

use crate::action::Action;
use crate::model::{Occasion, Protocol};
use crate::rules::{DATABASE, Rule, Rules};
use crate::state::{Access, Executor, Gate, State};
use crate::table::is_stale;

/// What the executor, and whoever commands it, may do next.
pub(crate) fn actions(rules: &Rules, state: &State, actions: &mut Vec<Action>) {
    let (db, executor) = (&state.db, &state.executor);
    if state.left.switches > 0 && db.reads.at(db.progress) != Reads::Legacy {
        actions.push(Action::SwitchBack);
    }
    if !executor.up {
        actions.push(Action::Resume);
        return;
    }
    if db.progress == Progress::Finished || db.progress == Progress::Aborted {
        return;
    }
    if state.left.deaths > 0 {
        actions.push(Action::Die);
    }
    if db.progress != Progress::Pending
        && db
            .progress
            .abort()
            .is_ok_and(|turned| turned != db.progress)
    {
        actions.push(Action::Abort);
    }
    if state.left.switches > 0 {
        let to = [Reads::Legacy, PARTLY, Reads::Target].into_iter();
        let to = to.filter(|to| rules.may_switch(db, *to));
        actions.extend(to.map(Action::Switch));
    }
    if !executor.settled {
        if rules.all_arrived(&state.fleet, db) {
            actions.push(Action::Settle);
        }
        return;
    }
    let next = match db.progress {
        Progress::Pending | Progress::Done(_) => enter(rules, state),
        Progress::Running(phase) if sweeps(rules, state, phase) => outlive(state),
        Progress::Running(phase) => {
            fill(rules, state, phase, actions);
            work(rules, state, phase)
        }
        Progress::Reverting(phase) => undo(rules, state, phase),
        Progress::Aborted | Progress::Finished => None,
    };
    actions.extend(next);
}

/// A share that has the first row and not the second.
pub(crate) const PARTLY: Reads = Reads::Partly(colmig_schema::reads::Share::QUARTER);

fn enter(rules: &Rules, state: &State) -> Option<Action> {
    let next = state.db.progress.enter().ok()?;
    let phase = next.phase()?;
    let open = || {
        rules.fleet_lets_enter(phase, &state.fleet) && rules.reads_let_enter(phase, state.db.reads)
    };
    let arrived = || rules.arrivals_let_enter(phase, &state.fleet, &state.db);
    match state.executor.gate {
        Gate::Closed => (arrived() && open()).then_some(Action::LookAtGate),
        Gate::Fleet if rules.outlives_writers_before(phase) => outlive(state),
        Gate::Fleet | Gate::Open => {
            let still = open() || !rules.has(Rule::GateWithPublication);
            still.then_some(Action::Publish(next))
        }
    }
}

/// Whether the backfill has not begun yet, for its gate is not open.
fn sweeps(rules: &Rules, state: &State, phase: Phase) -> bool {
    !state.db.filled && rules.outlives_writers(phase) && state.executor.gate != Gate::Open
}

fn outlive(state: &State) -> Option<Action> {
    let older = |access: &Access| access.open().is_some_and(|written| written.older);
    match state.db.horizon {
        false => Some(Action::TakeHorizon),
        true if state.fleet.iter().any(|instance| older(&instance.access)) => None,
        true => Some(Action::Outlive),
    }
}

/// The step of a phase, if it is not recorded as done; then what comes after the phase. A
/// statement that changes the table waits for the transactions that have written to it.
fn work(rules: &Rules, state: &State, phase: Phase) -> Option<Action> {
    let db = &state.db;
    let unlocked = !state.is_table_locked();
    let may = match phase {
        Phase::Expand if !db.target => unlocked,
        Phase::DualWrite if rules.trigger && !db.trigger => unlocked,
        Phase::Backfill if !db.filled => !db.rows.iter().any(|row| rules.is_left(row)),
        Phase::Constrain if !db.required => {
            let null = |row: &&crate::state::Row| !row.truth.is_empty() && row.target.is_none();
            unlocked && db.rows.iter().find(null).is_none()
        }
        Phase::Contract if db.legacy => unlocked,
        _ => return db.progress.complete().ok().map(Action::Publish),
    };
    may.then_some(Action::Step)
}

/// The rows that a pass fills, each with the lock that it needs.
fn fill(rules: &Rules, state: &State, phase: Phase, actions: &mut Vec<Action>) {
    if phase == Phase::Backfill && !state.db.filled {
        let rows = state.db.rows.iter().enumerate();
        let left = rows.filter(|(at, row)| rules.is_left(row) && !state.is_locked(*at));
        actions.extend(left.map(|(at, _)| Action::Fill(at)));
    }
}

fn undo(rules: &Rules, state: &State, phase: Phase) -> Option<Action> {
    let db = &state.db;
    let outlives = rules.outlives_writers_back(phase);
    let unlocked = !state.is_table_locked();
    let may = match phase {
        Phase::Expand if db.target && outlives && state.executor.gate != Gate::Open => {
            return outlive(state);
        }
        Phase::Expand if db.target => unlocked,
        Phase::DualWrite if db.trigger => unlocked,
        Phase::Backfill if db.filled => true,
        Phase::Constrain if db.required => unlocked,
        _ => return db.progress.reverted().ok().map(Action::Publish),
    };
    may.then_some(Action::Undo)
}

/// Does what the executor does.
pub(crate) fn act(model: &Protocol, state: &mut State, action: Action) -> Option<()> {
    let rules = &model.rules;
    match action {
        Action::Settle => state.executor.settled = true,
        Action::LookAtGate => state.executor.gate = Gate::Fleet,
        Action::TakeHorizon => {
            state.db.horizon = true;
            for instance in &mut state.fleet {
                if let Access::Open(_, written) = &mut instance.access {
                    written.older = true;
                    model.met(Occasion::WaitedForOlder);
                }
            }
        }
        Action::Outlive => state.executor.gate = Gate::Open,
        Action::Publish(progress) => {
            match progress {
                Progress::Finished => model.met(Occasion::Finished),
                Progress::Aborted => model.met(Occasion::Aborted),
                _ => {}
            }
            publish(state, progress);
        }
        Action::Step => step(state)?,
        Action::Fill(row) => {
            let row = &mut state.db.rows[row];
            model.met_if(row.target.is_some(), Occasion::StaleRowFilled);
            row.target = row.legacy.map(crate::state::Value::up);
            row.strayed = false;
        }
        Action::Undo => take_back(state)?,
        Action::Abort => {
            if let Some(phase) = state.db.progress.phase() {
                model.met(Occasion::AbortedFrom(phase));
            }
            let turned = state.db.progress.abort().ok()?;
            state.executor = rules.resumed(&state.db);
            publish(state, turned);
        }
        Action::Switch(reads) => {
            state.left.switches -= 1;
            state.db.reads = reads;
            state.executor.settled = false;
            state.executor.gate = Gate::Closed;
        }
        Action::SwitchBack => {
            model.met(Occasion::SwitchedBack);
            state.left.switches -= 1;
            state.db.reads = Reads::Legacy;
        }
        Action::Die => {
            state.left.deaths -= 1;
            state.executor = Executor {
                up: false,
                settled: false,
                gate: Gate::Closed,
            };
        }
        Action::Resume => {
            model.met(Occasion::Resumed);
            state.executor = rules.resumed(&state.db);
        }
        _ => return None,
    }
    Some(())
}

fn publish(state: &mut State, to: Progress) {
    let changes = protocol::changes_what_is_done(DATABASE, state.db.progress, to);
    state.executor.settled &= !changes;
    state.executor.gate = Gate::Closed;
    state.db.progress = to;
    if matches!(to, Progress::Reverting(_)) {
        state.db.reads = Reads::Legacy;
    }
    // Nobody asks for the horizon of this gate any more.
    state.db.horizon = false;
    for instance in &mut state.fleet {
        if let Access::Open(_, written) = &mut instance.access {
            written.older = false;
        }
    }
}

/// The steps of a phase, as one: what lies between them is nothing that an instance sees.
fn step(state: &mut State) -> Option<()> {
    let db = &mut state.db;
    match db.progress.phase()? {
        Phase::Expand => db.target = true,
        Phase::DualWrite => db.trigger = true,
        Phase::Backfill => db.filled = true,
        Phase::Constrain => db.required = true,
        Phase::SwitchReads => return None,
        Phase::Contract => {
            db.trigger = false;
            db.legacy = false;
            for row in &mut db.rows {
                row.legacy = None;
            }
        }
    }
    Some(())
}

fn take_back(state: &mut State) -> Option<()> {
    let db = &mut state.db;
    match db.progress.phase()? {
        Phase::Expand => {
            db.target = false;
            for row in &mut db.rows {
                row.target = None;
                row.strayed &= is_stale(row);
            }
        }
        Phase::DualWrite => db.trigger = false,
        Phase::Backfill => db.filled = false,
        Phase::Constrain => db.required = false,
        Phase::SwitchReads | Phase::Contract => return None,
    }
    Some(())
}

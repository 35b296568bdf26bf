//! What was seen, for people: tables in Markdown, as the book has them.

use std::fmt::Write as _;

use colmig_schema::Sql;

use crate::TABLE;
use crate::rollout::{Rolled, Stepped};
use crate::trace::Mode;

/// One line while it goes on.
pub(crate) fn line(rolled: &Rolled) -> String {
    format!(
        "{}, on {}: {} steps, readers kept out for {:.1} ms at most",
        rolled.change,
        rolled.table,
        rolled.steps.len(),
        exclusive(rolled),
    )
}

/// For how long readers were kept out at most.
fn exclusive(rolled: &Rolled) -> f64 {
    longest(rolled.steps.iter().map(|step| step.exclusive))
}

fn longest(times: impl Iterator<Item = f64>) -> f64 {
    times.fold(0.0, f64::max)
}

/// The steps of every change on the plainest table; what is different on others.
pub(crate) fn tables(seen: &[Rolled], rows: u64) -> String {
    let mut text = format!(
        "{rows} rows, {} rollouts. Times in ms: for how long readers were kept out, how long a statement of the application took at most \
         meanwhile, how long the step took.\n\n\
         | change | phase | step | strongest lock | readers kept out | longest statement | step |\n| --- | --- | --- | --- | --- | --- | --- |\n",
        seen.len()
    );
    for rolled in seen.iter().filter(|rolled| rolled.table == TABLE) {
        for step in &rolled.steps {
            // A String takes whatever is written.
            let _ = writeln!(
                text,
                "| {} | {} | `{}` | {} | {} | {:.1} | {:.0} |",
                rolled.change,
                step.phase,
                step.step,
                lock(step.strongest, rolled.database),
                match step.strongest {
                    Some(mode) if mode.is_exclusive(rolled.database) =>
                        format!("{:.1}", step.exclusive),
                    _ => String::new(),
                },
                step.waited,
                step.took,
            );
        }
    }
    text.push_str("\n| change | table | strongest lock | readers kept out | longest statement |\n| --- | --- | --- | --- | --- |\n");
    for rolled in seen {
        let strongest = rolled.steps.iter().filter_map(|step| step.strongest).max();
        let waited = longest(rolled.steps.iter().map(|step| step.waited));
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.1} | {waited:.1} |",
            rolled.change,
            rolled.table,
            lock(strongest, rolled.database),
            exclusive(rolled),
        );
    }
    text
}

/// The lock as SQL names it.
fn lock(mode: Option<Mode>, database: Sql) -> String {
    let name = match mode.map(|mode| mode.name(database)) {
        None => return "none".to_owned(),
        // The server has no other words for it.
        Some(name) if database == Sql::MariaDb => return name.to_owned(),
        Some(name) => name,
    };
    let mut words = String::new();
    for letter in name.trim_end_matches("Lock").chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_uppercase());
    }
    words
}

/// The steps that kept readers out for longer than they may.
pub(crate) fn late(seen: &[Rolled], limit: f64) -> Vec<String> {
    let late = |rolled: &Rolled, step: &Stepped| {
        format!(
            "{}, on {}: `{}` kept readers out for {:.0} ms",
            rolled.change, rolled.table, step.step, step.exclusive
        )
    };
    let steps = seen
        .iter()
        .flat_map(|rolled| rolled.steps.iter().map(move |step| (rolled, step)));
    let steps = steps.filter(|(_, step)| step.exclusive > limit);
    steps.map(|(rolled, step)| late(rolled, step)).collect()
}

//! The open end of a table, where others add rows while it is filled.
//!
//! A range that has no end of its own ends where no row follows. Beside a load that adds rows faster
//! than a gentle backfill goes over them that never comes. Rows that come now are written by
//! those who know the column; so it is looked how many rows there are when a worker begins with
//! the range, and it ends behind as many. What this leaves behind, should somebody write old rows after
//! all, is found at the end of the pass, by the search that sees every row.

use colmig_schema::script::Backfill;

use crate::migrate::backfill::cursor::Key;
use crate::migrate::driver::{Driver, Failure};

/// So many batches, one behind the other, find nothing to do before the end is looked for once more.
const IDLE_BATCHES: u32 = 8;

/// So many rows ahead the end is looked for first, and so many at the most.
const FIRST: u64 = 128;
const MOST: u64 = 1 << 18;

/// What is known of the end.
#[derive(Debug, Default)]
pub(super) struct Tail {
    looked: bool,
    idle: u32,
    /// The rows that are gone over before it is looked for again, for it was further away than that.
    apart: u64,
    /// There were no more rows than these.
    left: Option<u64>,
}

impl Tail {
    /// Takes note of a batch, behind which there are more rows.
    pub(super) fn went(&mut self, covered: u64, changed: u64) {
        self.idle = match changed {
            0 => self.idle.saturating_add(1),
            _ => 0,
        };
        self.apart = self.apart.saturating_sub(covered);
        self.left = self.left.map(|left| left.saturating_sub(covered));
    }

    /// Whether all is covered that was there when the end was looked for.
    pub(super) fn is_over(&self) -> bool {
        self.left == Some(0)
    }

    /// Looks how many rows there are from `next` on, if it is time to. The statements that it took.
    pub(super) async fn look(
        &mut self,
        driver: &mut dyn Driver,
        backfill: &Backfill,
        next: &Key,
    ) -> Result<u64, Failure> {
        if !self.is_to_look() {
            return Ok(0);
        }
        self.looked = true;
        let (mut rows, mut statements) = (FIRST, 0);
        while rows <= MOST {
            statements += 1;
            let arguments = [next.values(), vec![rows.into()]].concat();
            if driver
                .query(&backfill.boundary, &arguments)
                .await?
                .is_empty()
            {
                self.left = Some(rows);
                return Ok(statements);
            }
            rows *= 2;
        }
        self.apart = MOST;
        Ok(statements)
    }

    fn is_to_look(&self) -> bool {
        let is_due = !self.looked || self.idle >= IDLE_BATCHES;
        is_due && self.left.is_none() && self.apart == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_looked_for_at_once_and_when_nothing_is_to_be_done() {
        let mut tail = Tail::default();
        assert!(tail.is_to_look());
        tail.looked = true;
        for _ in 0..100 {
            tail.went(25, 1);
            assert!(!tail.is_to_look());
        }
        for batch in 1..=IDLE_BATCHES {
            assert!(!tail.is_to_look(), "{batch}");
            tail.went(25, 0);
        }
        assert!(tail.is_to_look());
        tail.apart = 60;
        for covered in [25, 25, 25] {
            assert!(!tail.is_to_look());
            tail.went(covered, 0);
        }
        assert!(tail.is_to_look());
    }

    #[test]
    fn it_ends_behind_as_many_rows_as_there_were() {
        let mut tail = Tail {
            left: Some(60),
            ..Tail::default()
        };
        for covered in [25, 25, 25] {
            assert!(!tail.is_over() && !tail.is_to_look());
            // Nor does what others have left for it move the end.
            tail.went(covered, 3);
        }
        assert!(tail.is_over());
    }
}

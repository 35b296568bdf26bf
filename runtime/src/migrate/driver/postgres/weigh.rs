//! What a backfill of a table will write, from the catalogue.
//!
//! Every row gets a new version. That writes, and [`Catalogue::wal`] adds up:
//!
//! * the image of each page of the table that is changed for the first time since a checkpoint
//!   (`full_page_writes`). Batches go by the key, so a page is done with before the next
//!   checkpoint comes, and has its image once;
//! * the record of the update. On a page without room for the new version it holds all of the row;
//!   with room, as a `fillfactor` leaves it, only what has changed;
//! * without room, an entry in each index, whatever columns it has: its record, the image of the
//!   page, and the pages that split.
//!
//! What vacuum writes afterwards, and the index builds of `constrain`, are not in it.

use super::super::{Row, Value};
use crate::migrate::estimate::Weight;

/// What [`Catalogue::read`] reads: one row, if the table is there. The parameter is its name.
///
/// The width of a row is what `ANALYZE` has seen, for pages may be half empty; without that, or
/// where this role may not read it, the pages have to do.
pub(super) const CATALOGUE: &str = "\
SELECT c.reltuples::bigint, pg_relation_size(c.oid), pg_table_size(c.oid), \
 coalesce((SELECT option_value::bigint FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 100), \
 (SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid AND i.indisready), \
 (SELECT coalesce(sum(pg_relation_size(i.indexrelid)), 0)::bigint FROM pg_index i WHERE i.indrelid = c.oid AND i.indisready), \
 (SELECT coalesce(sum(s.avg_width * (1 - s.null_frac)), 0)::bigint FROM pg_stats s \
  WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND NOT s.inherited), \
 current_setting('full_page_writes')::bool, current_setting('wal_compression') <> 'off', \
 current_setting('wal_level') = 'logical' AND c.relreplident = 'f' \
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)";

const PAGE: f64 = 8_192.0;

/// The header of a page.
const PAGE_HEADER: f64 = 24.0;

/// The pointer to a row in its page, and the header of the row, with the padding to 8 bytes.
const POINTER: f64 = 4.0;
const ROW_HEADER: f64 = 24.0;

/// The record of an update that has no room on its page, without the row; of one that has.
const UPDATE: f64 = 73.0;
const UPDATE_HOT: f64 = 65.0;

/// The record of an entry in an index, without the entry.
const INSERT: f64 = 48.0;

/// An entry of an index where nothing says how large they are.
const ENTRY: f64 = 16.0;

/// What the new value adds to a row, which nobody knows before it is computed.
const VALUE: f64 = 16.0;

/// The share of an index's pages that is written for splits, since most old entries of what has
/// been committed make room by themselves.
const SPLITS: f64 = 0.5;

/// What `wal_compression` leaves of a page's image.
const COMPRESSED: f64 = 0.5;

/// What the catalogue says of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Catalogue {
    /// The pages of the rows, in bytes; and with what is kept outside of rows.
    heap: f64,
    table: u64,
    fillfactor: f64,
    indexes: f64,
    index_bytes: f64,
    /// What columns take in a row; 0 if that is not known.
    width: f64,
    images: bool,
    compressed: bool,
    /// Whether the old row is written as well, for logical replication.
    old_rows: bool,
}

impl Catalogue {
    /// Reads the row of the statement.
    pub(super) fn read(row: &Row) -> Option<Catalogue> {
        let [
            _,
            heap,
            table,
            fillfactor,
            indexes,
            index_bytes,
            width,
            images,
            compressed,
            old,
        ] = row.as_slice()
        else {
            return None;
        };
        let number = |value: &Value| match value {
            Value::Int(number) => Some(*number as f64),
            _ => None,
        };
        let flag = |value: &Value| number(value).map(|number| number != 0.0);
        Some(Catalogue {
            heap: number(heap)?,
            table: number(table)? as u64,
            fillfactor: number(fillfactor)? / 100.0,
            indexes: number(indexes)?,
            index_bytes: number(index_bytes)?,
            width: number(width)?,
            images: flag(images)?,
            compressed: flag(compressed)?,
            old_rows: flag(old)?,
        })
    }

    /// What it comes to for so many rows.
    pub(super) fn weight(&self, rows: u64) -> Weight {
        Weight {
            table_bytes: self.table,
            log_bytes: self.wal(rows as f64) as u64,
        }
    }

    fn wal(&self, rows: f64) -> f64 {
        if rows < 1.0 {
            return 0.0;
        }
        let on_pages = (self.heap / rows - POINTER).max(ROW_HEADER);
        let row = match self.width {
            width if width > 0.0 => (ROW_HEADER + width).min(on_pages),
            _ => on_pages,
        };
        let version = row + VALUE;
        let room = (PAGE - PAGE_HEADER) * (1.0 - self.fillfactor);
        let on_page = (PAGE - PAGE_HEADER) * self.fillfactor / (row + POINTER);
        let hot = (room / (version + POINTER) / on_page).clamp(0.0, 1.0);
        let update = hot * (UPDATE_HOT + VALUE) + (1.0 - hot) * (UPDATE + version - ROW_HEADER);
        let old = if self.old_rows { row } else { 0.0 };
        let entry = if self.index_bytes > 0.0 {
            (self.index_bytes / self.indexes / rows - POINTER).max(ENTRY)
        } else {
            ENTRY
        };
        let entries = (1.0 - hot) * self.indexes * (INSERT + entry);
        let image = match (self.images, self.compressed) {
            (false, _) => 0.0,
            (true, true) => COMPRESSED,
            (true, false) => 1.0,
        };
        let images = image * (self.heap + (1.0 - hot) * self.index_bytes);
        let splits = (1.0 - hot) * SPLITS * self.index_bytes;
        rows * (update + old + entries) + images + splits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: f64 = 1_000_000.0;

    fn table() -> Catalogue {
        Catalogue {
            heap: 200e6,
            table: 200_000_000,
            fillfactor: 1.0,
            indexes: 1.0,
            index_bytes: 22e6,
            width: 160.0,
            images: true,
            compressed: false,
            old_rows: false,
        }
    }

    #[test]
    fn room_on_the_page_saves_the_row_and_the_indexes() {
        let full = table().wal(ROWS);
        let roomy = Catalogue {
            fillfactor: 0.45,
            heap: 440e6,
            images: false,
            ..table()
        };
        assert!(roomy.wal(ROWS) < full / 3.0);
        // As much as the record without the row, and the value.
        assert_eq!((roomy.wal(ROWS) / ROWS).round(), UPDATE_HOT + VALUE);
    }

    #[test]
    fn images_indexes_and_old_rows_are_added() {
        let all = table().wal(ROWS);
        let less = [
            Catalogue {
                images: false,
                ..table()
            },
            Catalogue {
                compressed: true,
                ..table()
            },
            Catalogue {
                indexes: 0.0,
                index_bytes: 0.0,
                ..table()
            },
        ];
        for other in less {
            assert!(other.wal(ROWS) < all, "{other:?}");
        }
        let logical = Catalogue {
            old_rows: true,
            ..table()
        };
        assert_eq!(logical.wal(ROWS) - all, 184.0 * ROWS);
        assert_eq!(table().wal(0.0), 0.0);
    }

    #[test]
    fn what_nobody_has_analysed_is_weighed_by_its_pages() {
        let unknown = Catalogue {
            width: 0.0,
            ..table()
        };
        assert!((unknown.wal(ROWS) / table().wal(ROWS) - 1.0).abs() < 0.1);
    }
}

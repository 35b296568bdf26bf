//! Fingerprints: what the build compares, small enough to stand in a line.

use super::{Column, ColumnType, Dialected, Index, Indexed, Model, Nulls};
use crate::{Database, Sql};

/// A hash of 64 bits over the parts of what is described, each ended by a NUL, which no
/// name and no SQL holds.
///
/// The compiler computes thousands of these in a build, in a derive that is not optimised,
/// and nobody gains anything by forging one of their own files: so it is FNV-1a over
/// words of eight bytes, with a shift that carries the high bits back down.
struct Fingerprint(String);

impl Fingerprint {
    fn new() -> Self {
        Fingerprint(String::with_capacity(64))
    }

    /// Adds one part.
    fn add(&mut self, part: &str) {
        self.0.push_str(part);
        self.0.push('\0');
    }

    fn add_flag(&mut self, flag: bool) {
        self.0.push_str(if flag { "1" } else { "0" });
    }

    fn add_dialected(&mut self, text: Option<&Dialected>) {
        for (database, text) in text.map(Dialected::texts).unwrap_or_default() {
            self.add(database.map_or("*", Database::name));
            self.add(text);
        }
        self.0.push('\0');
    }

    /// Adds what an index is. Of one that is nothing but columns, it is no more than their
    /// names; the marks of the others are words that no name holds.
    fn add_index(&mut self, index: &Index) {
        self.add_flag(index.unique);
        for part in &index.parts {
            match &part.on {
                Indexed::Column(column) => self.add(column),
                Indexed::Expression(texts) => {
                    self.add("\u{1}expr");
                    self.add_dialected(Some(texts));
                }
            }
            if part.descending {
                self.add("\u{1}desc");
            }
            match part.nulls {
                Some(Nulls::First) => self.add("\u{1}first"),
                Some(Nulls::Last) => self.add("\u{1}last"),
                None => {}
            }
            self.add_marked("\u{1}ops", part.ops.as_ref());
        }
        self.add_marked("\u{1}where", index.only.as_ref());
        self.add_marked("\u{1}using", index.using.as_ref());
        for column in &index.include {
            self.add("\u{1}include");
            self.add(column);
        }
    }

    fn add_marked(&mut self, mark: &str, text: Option<&Dialected>) {
        if text.is_some() {
            self.add(mark);
            self.add_dialected(text);
        }
    }

    fn add_marked_text(&mut self, mark: &str, text: &str) {
        self.add(mark);
        self.add(text);
    }

    fn finish(&self) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for chunk in self.0.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            hash = (hash ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3);
            hash ^= hash >> 29;
        }
        format!("{hash:016x}")
    }
}

/// A short hash of a name, for names that have to be cut.
pub(crate) fn hash(name: &str) -> String {
    let mut print = Fingerprint::new();
    print.add(name);
    print.finish()
}

#[cfg(feature = "plan")]
impl Dialected {
    /// What it says, on whichever database.
    pub(crate) fn fingerprint(&self) -> String {
        let mut print = Fingerprint::new();
        print.add_dialected(Some(self));
        print.finish()
    }
}

impl Index {
    /// What the index is, by all that it says.
    pub fn fingerprint(&self) -> String {
        let mut print = Fingerprint::new();
        print.add_index(self);
        print.finish()
    }
}

impl Column {
    /// What the column is: everything but how it came to be.
    pub fn fingerprint(&self) -> String {
        let mut print = Fingerprint::new();
        match &self.ty {
            ColumnType::Custom(texts) => print.add_dialected(Some(texts)),
            ColumnType::Enum(listed) => {
                print.add_dialected(Some(&listed.sql_type));
                for value in &listed.values {
                    print.add_marked_text("\u{1}value", value);
                }
            }
            // The name of one database stands for the type: no two types share PostgreSQL's.
            named => print.add(named.sql(Sql::Postgres).unwrap_or_default()),
        }
        print.add_flag(self.nullable);
        // Nothing is added where it is not so, so that older fingerprints stay what they are.
        if self.may_lack {
            print.add("\u{1}lacks");
        }
        print.add_flag(self.primary_key);
        if self.version {
            print.add("\u{1}version");
        }
        print.add_dialected(self.default.as_ref());
        print.add_flag(self.index);
        print.add_flag(self.unique);
        print.add_dialected(self.check.as_ref());
        if let Some(reference) = &self.references {
            print.add(&reference.table);
            print.add(&reference.column);
        }
        print.finish()
    }

    /// How the column comes to be, which the build compares while it is in flight.
    pub fn transition_fingerprint(&self) -> String {
        let mut print = Fingerprint::new();
        print.add_dialected(self.transition.backfill.as_ref());
        print.add(self.transition.renamed_from.as_deref().unwrap_or_default());
        if let Some(replaces) = &self.transition.replaces {
            for column in &replaces.columns {
                print.add(column);
            }
            print.add_dialected(replaces.up.as_ref());
            for (legacy, down) in &replaces.down {
                print.add(legacy);
                print.add_dialected(Some(down));
            }
            // Nothing is added where there is none, so that older fingerprints stay what they are.
            for function in [&replaces.up_fn, &replaces.down_fn].into_iter().flatten() {
                print.add("fn");
                print.add(function);
            }
        }
        if let Some(filled) = &self.transition.backfill_fn {
            print.add("backfill_fn");
            print.add(&filled.function);
            for column in &filled.columns {
                print.add(column);
            }
        }
        print.finish()
    }
}

impl Model {
    /// What the struct itself declares beside its fields: indexes and checks.
    pub fn shape_fingerprint(&self) -> String {
        let mut print = Fingerprint::new();
        if self.collection {
            print.add("collection");
        }
        for index in &self.indexes {
            print.add("index");
            print.add_index(index);
        }
        for check in &self.checks {
            print.add("check");
            print.add_dialected(Some(&check.condition));
        }
        print.finish()
    }
}

//! What is read: a file each, and a line here.

mod attributes;
mod command;
mod manifest;
mod record;
mod rule;
mod script;
mod snapshot;

use colmig_schema::parse::STACK;

/// Something that reads a file.
#[derive(Debug)]
pub(crate) struct Target {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What real inputs look like.
    pub(crate) corpus: fn() -> Vec<Vec<u8>>,
    /// Words that mean something in such a file.
    pub(crate) words: &'static [&'static str],
    /// What stands before, what is repeated to a megabyte, what stands behind.
    pub(crate) deep: &'static [(&'static str, &'static str, &'static str)],
    /// Reads it, and panics if that is not as it should be.
    pub(crate) run: fn(&[u8]),
    /// The stack on which it is read.
    pub(crate) stack: usize,
}

/// What a thread has that nobody said anything about.
const USUAL: usize = 2 << 20;

/// Every target.
pub(crate) static ALL: [Target; 8] = [
    command::CONFIG,
    manifest::TARGET,
    snapshot::TARGET,
    record::TARGET,
    script::TARGET,
    attributes::TARGET,
    rule::TARGET,
    command::LINT,
];

/// The target of that name.
pub(crate) fn named(name: &str) -> Option<&'static Target> {
    ALL.iter().find(|target| target.name == name)
}

/// The text, if it is one: the command refuses all else by its line before anybody reads it.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Whether a message says where.
fn names_line(message: &str) -> bool {
    message.contains("line ")
}

//! Inputs: real files, changed by the byte, by the line and by the word.

use std::ops::Range;

use crate::random::Random;
use crate::target::Target;

/// The longest run of one thing.
const LONG: usize = 1 << 20;

/// What means something nearly everywhere.
const SIGNS: [&str; 30] = [
    "(", ")", "[", "]", "{", "}", "<", ">", "\"", "'", "`", "\\", "#", "=", ":", ",", ";", ".",
    "-", "*", "\n", "\t", " ", "\0", "\u{feff}", "\u{202e}", "ö", "🦀", "%", "&",
];

/// What may stand where another value stands.
const VALUES: [&str; 20] = [
    "0",
    "-1",
    "1",
    "2",
    "9",
    "255",
    "65536",
    "4294967296",
    "9223372036854775807",
    "18446744073709551616",
    "1e999",
    "0.1",
    "nan",
    "true",
    "null",
    "\"\"",
    "\"a\"",
    "[]",
    "{}",
    "1979-05-27T07:32:00Z",
];

/// The input of that number. The first are those that are long and deep.
pub(crate) fn input(target: &Target, corpus: &[Vec<u8>], seed: u64, number: u64) -> Vec<u8> {
    let long = usize::try_from(number).ok();
    if let Some((before, again, behind)) = long.and_then(|at| target.deep.get(at)) {
        // Words nest as deep with less, and what counts bytes is told by a sign.
        let length = if again.len() == 1 { LONG } else { LONG / 8 };
        let again = again.repeat(length / again.len().max(1));
        return [before.as_bytes(), again.as_bytes(), behind.as_bytes()].concat();
    }
    let mut random = Random::new(seed, number);
    let mut bytes = random.pick(corpus).cloned().unwrap_or_default();
    for _ in 0..=random.below(6) {
        change(&mut bytes, target, corpus, &mut random);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, target: &Target, corpus: &[Vec<u8>], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    match random.below(14) {
        0 => bytes.truncate(at),
        1 => _ = bytes.drain(stretch(bytes.len(), 40, random)),
        2 => {
            let again = bytes[stretch(bytes.len(), 200, random)].to_vec();
            insert(bytes, at, &again);
        }
        3 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        4 => insert(bytes, at, sign(random)),
        5 => {
            let place = token(bytes, at);
            replace(bytes, place, sign(random));
        }
        6 => {
            let value = random.pick(&VALUES).copied().unwrap_or_default();
            let place = token(bytes, at);
            replace(bytes, place, value.as_bytes());
        }
        7 => {
            let word = random.pick(target.words).copied().unwrap_or_default();
            insert(bytes, at, word.as_bytes());
        }
        8 => {
            let word = random.pick(target.words).copied().unwrap_or_default();
            let place = token(bytes, at);
            replace(bytes, place, word.as_bytes());
        }
        9 => _ = bytes.drain(line(bytes, at)),
        10 => {
            let again = bytes[line(bytes, at)].to_vec();
            let to = line(bytes, random.below(bytes.len() + 1)).start;
            insert(bytes, to, &again);
        }
        11 => {
            // From one file into another.
            if let Some(other) = random.pick(corpus) {
                let part = other[stretch(other.len(), 300, random)].to_vec();
                insert(bytes, at, &part);
            }
        }
        12 => {
            let place = token(bytes, at);
            let other = token(bytes, random.below(bytes.len() + 1));
            let other = bytes[other].to_vec();
            replace(bytes, place, &other);
        }
        _ => {
            // Seldom, for it is slow: long and deep.
            let times = if random.once_in(40) { LONG / 4 } else { 300 };
            let again = sign(random).repeat(random.below(times));
            insert(bytes, at, &again);
        }
    }
}

fn sign(random: &mut Random) -> &'static [u8] {
    random.pick(&SIGNS).copied().unwrap_or_default().as_bytes()
}

fn stretch(length: usize, most: usize, random: &mut Random) -> Range<usize> {
    let start = random.below(length + 1);
    start..(start + random.below(most)).min(length)
}

fn insert(bytes: &mut Vec<u8>, at: usize, what: &[u8]) {
    let at = at.min(bytes.len());
    bytes.splice(at..at, what.iter().copied());
}

fn replace(bytes: &mut Vec<u8>, place: Range<usize>, by: &[u8]) {
    bytes.splice(place, by.iter().copied());
}

/// The word around a byte, or what stands in quotes there.
fn token(bytes: &[u8], at: usize) -> Range<usize> {
    let ends = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'_';
    let before = bytes[..at.min(bytes.len())].iter().rposition(ends);
    let start = before.map_or(0, |end| end + 1);
    let behind = bytes[start..].iter().position(ends);
    start..behind.map_or(bytes.len(), |end| {
        (start + end).max(start + 1).min(bytes.len())
    })
}

/// The line around a byte, with its end.
fn line(bytes: &[u8], at: usize) -> Range<usize> {
    let before = bytes[..at.min(bytes.len())]
        .iter()
        .rposition(|byte| *byte == b'\n');
    let start = before.map_or(0, |end| end + 1);
    let behind = bytes[start..].iter().position(|byte| *byte == b'\n');
    start..behind.map_or(bytes.len(), |end| start + end + 1)
}

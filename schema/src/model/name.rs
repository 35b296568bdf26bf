//! Names that have to fit.

use serde::{Deserialize, Deserializer};

use super::fingerprint::hash;

/// The length in bytes at which PostgreSQL cuts a name, silently.
const LONGEST_NAME: usize = 63;

/// A name of at most 63 bytes: a longer one is cut and ends in a hash of the
/// whole, so that two long names stay two.
pub fn bounded_name(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let hash = hash(name);
    let ending = &hash[..8];
    let mut end = LONGEST_NAME - ending.len() - 1;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{ending}", &name[..end])
}

/// Reads a name. One that is empty is a file that somebody damaged, and not to be written on.
pub(crate) fn not_empty<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    let name = String::deserialize(input)?;
    match name.is_empty() {
        true => Err(serde::de::Error::custom("a name is empty")),
        false => Ok(name),
    }
}

/// Reads a fingerprint, or none: a word, as a record has them in its lines.
#[cfg(feature = "files")]
pub(crate) fn fingerprint<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    let word = String::deserialize(input)?;
    match word.chars().all(|sign| sign.is_ascii_alphanumeric()) {
        true => Ok(word),
        false => Err(serde::de::Error::custom("this is no fingerprint")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_at_a_character_and_stays_distinct() {
        let one = bounded_name(&format!("{}_a", "ä".repeat(40)));
        let two = bounded_name(&format!("{}_b", "ä".repeat(40)));
        assert!(one.len() <= LONGEST_NAME && two.len() <= LONGEST_NAME);
        assert_ne!(one, two);
        assert_eq!(bounded_name("short"), "short");
    }
}

//! Types of MariaDB's that come longer, and which of them hold all that another holds, in the same
//! bytes.
//!
//! What stands here is what the server takes as `ALGORITHM=INSTANT`. It is proved against a server,
//! pair by pair.

/// The bytes of a value up to which its length is kept in one byte.
const SHORT: u32 = 255;

/// A type that comes in lengths, or lists its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lengthy {
    kind: Kind,
    /// What is said behind it, of the character set and the collation.
    more: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// `varchar(n)`, in characters.
    Varchar(u32),
    /// `varbinary(n)`, in bytes.
    Varbinary(u32),
    /// `enum(...)`, each value as it is written.
    Enum(Vec<String>),
    /// `set(...)`.
    Set(Vec<String>),
}

/// What a type is to another, where both come in lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lengthening {
    /// It holds all that the other holds, in the same bytes.
    InPlace,
    /// It holds more, and each row has to be written anew. Why.
    Anew(&'static str),
}

impl Lengthy {
    /// Reads the name of a type; none if it is another.
    pub(crate) fn parse(text: &str) -> Option<Lengthy> {
        let (name, rest) = text.split_once('(')?;
        let name = name.split_whitespace().map(str::to_ascii_lowercase);
        let name = name.collect::<Vec<_>>().join(" ");
        let (kind, more) = match name.as_str() {
            "varchar" | "character varying" | "varcharacter" => {
                let (length, more) = length(rest)?;
                (Kind::Varchar(length), more)
            }
            "varbinary" => {
                let (length, more) = length(rest)?;
                (Kind::Varbinary(length), more)
            }
            "enum" => {
                let (values, more) = listed(rest)?;
                (Kind::Enum(values), more)
            }
            "set" => {
                let (values, more) = listed(rest)?;
                (Kind::Set(values), more)
            }
            _ => return None,
        };
        let more = more.split_whitespace().map(str::to_ascii_lowercase);
        Some(Lengthy {
            kind,
            more: more.collect(),
        })
    }

    /// What it is to become that other; none if that is not the same with more in it.
    pub(crate) fn to(&self, longer: &Lengthy) -> Option<Lengthening> {
        if self.more != longer.more {
            return None;
        }
        let lengths = |from: u32, to: u32, each: u32| {
            let is_short = |length: u32| length.saturating_mul(each) <= SHORT;
            match is_short(from) == is_short(to) {
                true => Lengthening::InPlace,
                false => Lengthening::Anew(
                    "the length of a value is kept in one byte where a column holds 255 bytes at most, at four for each character, and \
                     in two where it holds more",
                ),
            }
        };
        let lists = |from: &[String], to: &[String], width: fn(usize) -> usize| {
            if from == to || !from.iter().all(|value| to.contains(value)) {
                return None;
            }
            Some(if !to.starts_with(from) {
                Lengthening::Anew(
                    "a value is kept as its number in the list, so others may come behind those that are there only",
                )
            } else if width(from.len()) != width(to.len()) {
                Lengthening::Anew(
                    "the number of a value takes one byte more in a list of that length",
                )
            } else {
                Lengthening::InPlace
            })
        };
        match (&self.kind, &longer.kind) {
            (Kind::Varchar(from), Kind::Varchar(to)) if to > from => {
                Some(lengths(*from, *to, self.bytes_of_character()))
            }
            (Kind::Varbinary(from), Kind::Varbinary(to)) if to > from => {
                Some(lengths(*from, *to, 1))
            }
            (Kind::Enum(from), Kind::Enum(to)) => lists(from, to, |values| match values {
                0..=255 => 1,
                _ => 2,
            }),
            // A bit for each value, in 1, 2, 3, 4 or 8 bytes.
            (Kind::Set(from), Kind::Set(to)) => {
                lists(from, to, |values| match values.div_ceil(8) {
                    bytes @ 0..=4 => bytes,
                    _ => 8,
                })
            }
            _ => None,
        }
    }

    /// The bytes that a character takes at most. Where nothing is said it is the table's to say,
    /// which is what the server's own default makes it nearly everywhere.
    fn bytes_of_character(&self) -> u32 {
        let one = |word: &String| word.starts_with("latin1") || word.starts_with("ascii");
        match self.more.iter().any(one) {
            true => 1,
            false => 4,
        }
    }
}

/// The length, and what follows the parenthesis.
fn length(rest: &str) -> Option<(u32, &str)> {
    let (number, more) = rest.split_once(')')?;
    Some((number.trim().parse().ok()?, more))
}

/// The values in single quotes, and what follows the parenthesis.
fn listed(rest: &str) -> Option<(Vec<String>, &str)> {
    let mut values = Vec::new();
    let mut rest = rest;
    loop {
        let quoted = rest.trim_start().strip_prefix('\'')?;
        let mut end = 0;
        loop {
            end += quoted[end..].find('\'')?;
            // Two of them are one within the value.
            if !quoted[end + 1..].starts_with('\'') {
                break;
            }
            end += 2;
        }
        let value = &quoted[..end];
        // What a backslash does depends on the session.
        if value.contains('\\') {
            return None;
        }
        values.push(value.to_owned());
        let behind = quoted[end + 1..].trim_start();
        match behind.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Some((values, behind.strip_prefix(')')?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(from: &str, to: &str) -> Option<Lengthening> {
        Lengthy::parse(from)?.to(&Lengthy::parse(to)?)
    }

    fn many(name: &str, values: usize) -> String {
        let values: Vec<String> = (0..values).map(|number| format!("'{number}'")).collect();
        format!("{name}({})", values.join(", "))
    }

    #[test]
    fn what_holds_all_that_another_holds_in_the_same_bytes_comes_in_place() {
        for (from, longer) in [
            ("varchar(20)", "VARCHAR (63)"),
            ("varchar(64)", "character  varying(200)"),
            ("varchar(200)", "varchar(1000)"),
            (
                "varchar(20) character set latin1",
                "varchar(255) CHARACTER SET latin1",
            ),
            (
                "varchar(20) COLLATE latin1_bin",
                "varchar(255) collate latin1_bin",
            ),
            ("varbinary(20)", "varbinary(255)"),
            ("varbinary(256)", "varbinary(300)"),
            ("enum('a','b')", "enum('a', 'b', 'c')"),
            ("ENUM('it''s', ')')", "enum('it''s',')','')"),
            ("set('a','b')", "set('a','b','c','d','e','f','g','h')"),
            (many("set", 33).as_str(), many("set", 64).as_str()),
            (many("enum", 3).as_str(), many("enum", 255).as_str()),
            (many("enum", 256).as_str(), many("enum", 300).as_str()),
        ] {
            assert_eq!(
                to(from, longer),
                Some(Lengthening::InPlace),
                "{from}: {longer}"
            );
            assert_eq!(to(longer, from), None, "{longer}: {from}");
        }
    }

    #[test]
    fn what_is_counted_in_other_bytes_is_written_anew() {
        for (from, longer, why) in [
            ("varchar(63)", "varchar(64)", "255 bytes"),
            (
                "varchar(255) charset latin1",
                "varchar(256) charset latin1",
                "255 bytes",
            ),
            ("varbinary(255)", "varbinary(256)", "255 bytes"),
            ("enum('a','b')", "enum('a','c','b')", "behind those"),
            (
                many("enum", 255).as_str(),
                many("enum", 256).as_str(),
                "one byte more",
            ),
            (
                many("set", 8).as_str(),
                many("set", 9).as_str(),
                "one byte more",
            ),
        ] {
            let Some(Lengthening::Anew(said)) = to(from, longer) else {
                panic!("{from}: {longer}");
            };
            assert!(said.contains(why), "{said}");
        }
    }

    #[test]
    fn nothing_else_is_longer() {
        for (from, other) in [
            ("varchar(20)", "varchar(20)"),
            ("enum('a','b')", "enum('a', 'b')"),
            ("varchar(20)", "varchar(10)"),
            ("varchar(20)", "varbinary(30)"),
            ("varchar(20)", "varchar(30) charset latin1"),
            ("enum('a','b')", "enum('a')"),
            ("enum('a','b')", "enum('A','b','c')"),
            ("enum('a','b')", "set('a','b','c')"),
            ("enum('a')", "enum('a','b') collate utf8mb4_bin"),
        ] {
            assert_eq!(to(from, other), None, "{from}: {other}");
        }
        for other in [
            "int(11)",
            "decimal(8,2)",
            "char(3)",
            "text",
            "varchar",
            "varchar(n)",
            "varchar(3",
            "enum()",
            "enum(\"a\")",
            "enum('a\\'b')",
            "enum('a'",
            "enum('a' 'b')",
        ] {
            assert_eq!(Lengthy::parse(other), None, "{other}");
        }
    }
}

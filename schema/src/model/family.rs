//! Types that come in sizes: which of them hold all that another holds, in the same bytes.
//!
//! What stands here is what PostgreSQL changes by a word in its catalogue. It is proved against
//! a server, pair by pair.

use super::ColumnType;
use crate::Sql;

/// A type of PostgreSQL's that comes in sizes, or is the last of those that do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sized {
    /// `varchar(n)`, or without a limit.
    Varchar(Option<u32>),
    /// `text`.
    Text,
    /// `numeric(p, s)`, or without a limit.
    Numeric(Option<(u32, u32)>),
    /// `timestamp(p)`, `time(p)` and the like, with or without a zone.
    Clock(Clock, Option<u32>),
    /// `bit varying(n)`, or without a limit.
    Bits(Option<u32>),
    /// `cidr`.
    Cidr,
    /// `inet`.
    Inet,
}

/// A type whose size is how finely it divides a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// `timestamp`.
    Timestamp,
    /// `timestamptz`.
    TimestampTz,
    /// `time`.
    Time,
    /// `timetz`.
    TimeTz,
    /// `interval`.
    Interval,
}

impl Sized {
    /// Reads the name of a type; none if it is another, or more is said than the type.
    pub fn parse(text: &str) -> Option<Sized> {
        let text = text.trim().to_ascii_lowercase();
        let (before, arguments, behind) = match text.split_once('(') {
            None => (text.as_str(), Vec::new(), ""),
            Some((before, rest)) => {
                let (inside, behind) = rest.split_once(')')?;
                let numbers = inside.split(',').map(|number| {
                    let number = number.trim();
                    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
                    digits.then(|| number.parse().ok()).flatten()
                });
                (before, numbers.collect::<Option<Vec<u32>>>()?, behind)
            }
        };
        let words = before.split_whitespace().chain(behind.split_whitespace());
        let name = words.collect::<Vec<_>>().join(" ");
        let one = match arguments.as_slice() {
            [] => Some(None),
            [size] => Some(Some(*size)),
            _ => None,
        };
        let clock = |clock| {
            // What is finer than a microsecond is cut to one, with a warning.
            let size = one?.map(|size| size.min(FINEST));
            Some(Sized::Clock(clock, size))
        };
        match name.as_str() {
            "varchar" | "character varying" => Some(Sized::Varchar(one?)),
            "text" if arguments.is_empty() => Some(Sized::Text),
            "numeric" | "decimal" => Some(Sized::Numeric(match arguments.as_slice() {
                [] => None,
                [precision] => Some((*precision, 0)),
                [precision, scale] => Some((*precision, *scale)),
                _ => return None,
            })),
            "timestamp" | "timestamp without time zone" => clock(Clock::Timestamp),
            "timestamptz" | "timestamp with time zone" => clock(Clock::TimestampTz),
            "time" | "time without time zone" => clock(Clock::Time),
            "timetz" | "time with time zone" => clock(Clock::TimeTz),
            "interval" => clock(Clock::Interval),
            "varbit" | "bit varying" => Some(Sized::Bits(one?)),
            "cidr" if arguments.is_empty() => Some(Sized::Cidr),
            "inet" if arguments.is_empty() => Some(Sized::Inet),
            _ => None,
        }
    }

    /// Whether every value of the type is one of `wider`, stored in the same bytes, so that
    /// neither the table nor an index has to be written anew.
    pub fn widens_to(self, wider: Sized) -> bool {
        let grows = |from: Option<u32>, to: Option<u32>| match (from, to) {
            (Some(from), Some(to)) => to > from,
            (Some(_), None) => true,
            (None, _) => false,
        };
        match (self, wider) {
            (Sized::Varchar(from), Sized::Varchar(to)) | (Sized::Bits(from), Sized::Bits(to)) => {
                grows(from, to)
            }
            (Sized::Varchar(_), Sized::Text) | (Sized::Cidr, Sized::Inet) => true,
            // With another scale each number has another form.
            (Sized::Numeric(Some((from, scale))), Sized::Numeric(Some((to, same)))) => {
                to > from && scale == same
            }
            (Sized::Numeric(Some(_)), Sized::Numeric(None)) => true,
            (Sized::Clock(one, from), Sized::Clock(other, to)) => one == other && grows(from, to),
            _ => false,
        }
    }

    /// Whether the type itself becomes another one, and not only its size: what has been
    /// compiled for it, in a session that is open, no longer fits then.
    pub fn changes_type(self, other: Sized) -> bool {
        self.without_size() != other.without_size()
    }

    /// The name of the type without its size.
    pub fn without_size(self) -> &'static str {
        match self {
            Sized::Varchar(_) => "varchar",
            Sized::Text => "text",
            Sized::Numeric(_) => "numeric",
            Sized::Clock(Clock::Timestamp, _) => "timestamp",
            Sized::Clock(Clock::TimestampTz, _) => "timestamptz",
            Sized::Clock(Clock::Time, _) => "time",
            Sized::Clock(Clock::TimeTz, _) => "timetz",
            Sized::Clock(Clock::Interval, _) => "interval",
            Sized::Bits(_) => "varbit",
            Sized::Cidr => "cidr",
            Sized::Inet => "inet",
        }
    }

    /// The name, as PostgreSQL's `format_type` has it.
    pub fn formatted(self) -> String {
        let sized = |name: &str, size: Option<u32>| match size {
            Some(size) => format!("{name}({size})"),
            None => name.to_owned(),
        };
        match self {
            Sized::Varchar(size) => sized("character varying", size),
            Sized::Numeric(Some((precision, scale))) => format!("numeric({precision},{scale})"),
            Sized::Clock(Clock::Timestamp, size) => sized("timestamp", size) + " without time zone",
            Sized::Clock(Clock::TimestampTz, size) => sized("timestamp", size) + " with time zone",
            Sized::Clock(Clock::Time, size) => sized("time", size) + " without time zone",
            Sized::Clock(Clock::TimeTz, size) => sized("time", size) + " with time zone",
            Sized::Clock(Clock::Interval, size) => sized("interval", size),
            Sized::Bits(size) => sized("bit varying", size),
            Sized::Text | Sized::Numeric(None) | Sized::Cidr | Sized::Inet => {
                self.without_size().to_owned()
            }
        }
    }
}

/// Whether SQLite keeps values under the one name of a type as under the other: it knows no sizes,
/// and what it makes of a value follows from the name.
#[cfg(feature = "plan")]
pub(crate) fn stored_alike(one: &str, other: &str) -> bool {
    const TEXT: [&str; 9] = [
        "text",
        "varchar",
        "character varying",
        "nvarchar",
        "varying character",
        "character",
        "char",
        "nchar",
        "clob",
    ];
    let name = |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        let (name, behind) = text.split_once('(').unwrap_or((&text, ")"));
        // What stands behind the size says more than the type.
        let ends = behind
            .split_once(')')
            .is_some_and(|(_, more)| more.trim().is_empty());
        let words = name.split_whitespace().collect::<Vec<_>>().join(" ");
        ends.then_some(words)
    };
    let (Some(one), Some(other)) = (name(one), name(other)) else {
        return false;
    };
    let is_text = |name: &str| TEXT.contains(&name);
    one == other || (is_text(&one) && is_text(&other))
}

/// How many digits behind the point a second has at most.
const FINEST: u32 = 6;

impl ColumnType {
    /// The type as one that comes in sizes, on PostgreSQL.
    pub fn sized(&self) -> Option<Sized> {
        Sized::parse(self.sql(Sql::Postgres)?)
    }

    /// The type as which an accessor reads the column, where that is not the column's own.
    ///
    /// A statement that a session has prepared fails for good when the type of what it gives
    /// changes, and to PostgreSQL the size belongs to the type. So a column whose type can be
    /// widened is read without its size, and one that has been widened (`was_widened`) as what
    /// it became: such a statement gives the same before and after.
    pub fn read_as(&self, database: Sql, was_widened: bool) -> Option<&'static str> {
        if database != Sql::Postgres || !(was_widened || self.has_size()) {
            return None;
        }
        match self.sized()? {
            // Every network is an address, and a build of before has to read what it becomes.
            Sized::Cidr => Some("inet"),
            sized => Some(sized.without_size()),
        }
    }

    /// Whether it is written with a size, or is one that may become another: it takes no more
    /// than a look, for the derive asks this of every column.
    fn has_size(&self) -> bool {
        let ColumnType::Custom(texts) = self else {
            return false;
        };
        let text = texts.get(Sql::Postgres).unwrap_or_default();
        let sized = text.contains('(') || text.eq_ignore_ascii_case("cidr");
        sized || matches!(Sized::parse(text), Some(Sized::Varchar(None)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Dialected;

    fn widens(from: &str, to: &str) -> bool {
        Sized::parse(from)
            .unwrap()
            .widens_to(Sized::parse(to).unwrap())
    }

    #[test]
    fn what_holds_all_that_another_holds_is_wider() {
        for (from, to) in [
            ("varchar(20)", "VARCHAR (21)"),
            ("character varying(20)", "varchar"),
            ("varchar(20)", "text"),
            ("varchar", "text"),
            ("numeric(8,2)", "decimal( 10 , 2 )"),
            ("numeric(8)", "numeric(9,0)"),
            ("numeric(8,2)", "numeric"),
            ("timestamp(3)", "timestamp(4) without time zone"),
            ("timestamp(3)", "timestamp"),
            ("timestamptz(0)", "timestamp(3) with time zone"),
            ("time(0)", "time"),
            ("timetz(1)", "time(2) with time zone"),
            ("interval(2)", "interval"),
            ("bit varying(4)", "varbit(5)"),
            ("varbit(4)", "bit varying"),
            ("cidr", "inet"),
        ] {
            assert!(widens(from, to), "{from} to {to}");
            assert!(!widens(to, from), "{to} to {from}");
            assert!(!widens(from, from), "{from} to itself");
        }
    }

    #[test]
    fn nothing_else_is() {
        for (from, to) in [
            ("text", "varchar"),
            ("varchar(20)", "varchar(19)"),
            ("numeric(8,2)", "numeric(10,3)"),
            ("numeric(8,2)", "numeric(10,1)"),
            ("timestamp(3)", "timestamptz"),
            ("timestamp", "timestamp(6)"),
            ("time(0)", "timestamp"),
            ("varbit(3)", "varchar(4)"),
            ("inet", "cidr"),
        ] {
            assert!(!widens(from, to), "{from} to {to}");
        }
        for other in [
            "integer",
            "bigint",
            "char(3)",
            "bit(3)",
            "varchar(20)[]",
            "varchar(20) collate \"C\"",
            "varchar(n)",
            "varchar(",
            "varchar()",
            "varchar(1,2)",
            "text(3)",
            "numeric(8,-2)",
            "interval year to month",
            "timestamp(3) at time zone",
            "myschema.varchar(20)",
            "citext",
        ] {
            assert_eq!(Sized::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_column_is_read_without_its_size_on_postgres_alone() {
        let custom = |text: &str| ColumnType::Custom(Dialected::Same(text.to_owned()));
        for (ty, was_widened, read_as) in [
            (custom("varchar(20)"), false, Some("varchar")),
            (custom("VARCHAR"), false, Some("varchar")),
            (custom("numeric(8, 2)"), false, Some("numeric")),
            (custom("cidr"), false, Some("inet")),
            (custom("inet"), false, None),
            (custom("inet"), true, Some("inet")),
            (custom("text"), false, None),
            (custom("mood"), true, None),
            (custom("char(3)"), false, None),
            (ColumnType::Text, false, None),
            (ColumnType::Text, true, Some("text")),
            (ColumnType::Decimal, true, Some("numeric")),
            (ColumnType::BigInt, true, None),
        ] {
            assert_eq!(ty.read_as(Sql::Postgres, was_widened), read_as, "{ty:?}");
            assert_eq!(ty.read_as(Sql::Sqlite, was_widened), None, "{ty:?}");
        }
    }
}

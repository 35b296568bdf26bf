//! Which servers are spoken to: those that share a protocol do not share a grammar.

/// The oldest version whose changes of a table are there as a whole, or not at all, after a crash.
const OLDEST: (u32, u32) = (10, 6);

/// Why a server of this version is not spoken to, with the way out; none if it is.
pub(super) fn unfit(version: &str) -> Option<String> {
    // Replication asks for a number that old servers of MySQL's would have said.
    let own = version.strip_prefix("5.5.5-").unwrap_or(version);
    if !own.contains("MariaDB") {
        return Some(format!(
            "the server says that it is version {version}, which is MySQL, and colmig speaks MariaDB: MySQL lacks what lets a statement be repeated \
             after a crash (`ALTER TABLE ... ADD COLUMN IF NOT EXISTS`) and what keeps it from copying a table (`ALGORITHM=NOCOPY`, `LOCK=NONE` with \
             `INSTANT`). Use MariaDB {}.{} or later; docs/mariadb.md#mysql-8 has every difference",
            OLDEST.0, OLDEST.1
        ));
    }
    let mut numbers = own.split(['.', '-']).map_while(|part| part.parse().ok());
    let number = (numbers.next()?, numbers.next()?);
    (number < OLDEST).then(|| {
        format!(
            "the server is MariaDB {own}, and colmig needs {}.{} or later: an older one can leave half a change of a table behind when it crashes; \
             upgrade it first",
            OLDEST.0, OLDEST.1
        )
    })
}

#[cfg(test)]
mod tests {
    use colmig_harness::MariaDb;

    use super::unfit;

    #[test]
    fn what_is_not_mariadb_or_is_too_old_is_told_by_its_version() {
        for fits in [
            "10.11.19-MariaDB-0+deb12u1",
            "5.5.5-10.6.1-MariaDB-log",
            "11.4.2-MariaDB-ubu2404",
            "10.6.5-MariaDB",
        ] {
            assert_eq!(unfit(fits), None);
        }
        for (unfits, why) in [
            ("8.0.36", "which is MySQL"),
            ("8.4.0-commercial", "which is MySQL"),
            ("5.5.5-10.5.9-MariaDB", "MariaDB 10.5.9"),
            ("10.4.30-MariaDB-log", "needs 10.6 or later"),
        ] {
            let said = unfit(unfits).unwrap();
            assert!(said.contains(why), "{said}");
        }
    }

    #[tokio::test]
    async fn a_server_that_says_it_is_mysql_is_refused_before_anything_is_asked_of_it() {
        let server = MariaDb::builder().setting("version", "8.0.36").start();
        let server = server.unwrap();
        let options = super::super::options(&server.url("mysql")).unwrap();
        let refused = super::super::MariaDb::open(options).await.unwrap_err();
        for said in ["which is MySQL", "IF NOT EXISTS", "docs/mariadb.md#mysql-8"] {
            assert!(refused.message().contains(said), "{refused:?}");
        }
    }
}

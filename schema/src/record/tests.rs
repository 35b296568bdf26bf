//! Records, written and read back.

use super::*;

#[test]
fn what_is_written_reads_back() {
    let record = Record {
        table: "the users".to_owned(),
        model: "User".to_owned(),
        databases: vec![Database::Postgres, Database::Sqlite],
        shape: "0".to_owned(),
        columns: vec![
            RecordedColumn {
                name: "100 %".to_owned(),
                fingerprint: "1".to_owned(),
                flight: None,
            },
            RecordedColumn {
                name: "né".to_owned(),
                fingerprint: "2".to_owned(),
                flight: Some(Flight {
                    migration: "20260101000000_né".to_owned(),
                    fingerprint: "3".to_owned(),
                    fallback: vec![(Database::Sqlite, "{100 %} || '\n%'".parse().unwrap())],
                    null_is_old: true,
                    legacy: vec![Legacy {
                        column: "the old".to_owned(),
                        down: vec![(Database::Sqlite, "{né} || ' '".parse().unwrap())],
                    }],
                    in_rust: true,
                    alike: true,
                    leaves: false,
                    alters: Some(Alteration::Nullable),
                }),
            },
        ],
        leaving: vec![Leaving {
            column: "no more".to_owned(),
            migration: "20260102000000_no_more".to_owned(),
            filling: vec![(Database::Sqlite, "' '".parse().unwrap())],
        }],
        renamed: Some(Renamed {
            from: "no users".to_owned(),
            migration: "20260103000000_the_users".to_owned(),
        }),
        altered: vec![Altered {
            column: "100 %".to_owned(),
            migration: "20260103000000_required".to_owned(),
        }],
        constrained: Some("20260104000000_né check".to_owned()),
        widened: vec!["né".to_owned(), "100 %".to_owned()],
        version: Some(RecordedVersion {
            field: "né".to_owned(),
            number: 3,
            raised: vec![(3, "20260101000000_né".to_owned())],
        }),
    };
    let text = record.to_string();
    assert_eq!(text.parse(), Ok(record.clone()), "{text}");
    assert!(
        text.lines()
            .any(|line| line == Record::column_line("100 %", "1"))
    );
    assert!(
        text.lines()
            .any(|line| Some(line) == record.flight_line("né").as_deref())
    );
}

#[test]
fn a_record_that_is_damaged_is_refused_with_its_line() {
    for (text, line, reason) in [
        ("", 0, "`colmig 1` is missing"),
        ("colmig 2\ncolour red\n", 1, "version 2"),
        ("colmig 1\ncolumn id\n", 2, "cut short"),
        ("colmig 1\nfallback id sqlite 1\n", 2, "no column"),
        ("colmig 1\ncolour red\n", 2, "not known"),
        ("colmig 1\ndatabases oracle\n", 2, "oracle"),
    ] {
        let error = text.parse::<Record>().unwrap_err();
        assert_eq!(error.line, line, "{text:?}: {error}");
        assert!(error.to_string().contains(reason), "{text:?}: {error}");
    }
}

//! The statements of each stage, as text.

use super::*;

fn table(rule: &Template, stage: Option<Stage>) -> Table<'_> {
    let field = |column, key| Field {
        column,
        key,
        read_as: None,
        flight: None,
    };
    Table {
        leaving: Vec::new(),
        stored_as: None,
        name: "users",
        fields: vec![
            field("id", true),
            field("first", false),
            Field {
                flight: stage.map(|stage| InFlight {
                    stage,
                    fallback: rule,
                    null_is_old: true,
                    legacy: Vec::new(),
                    reads: Side::Legacy,
                    ending: false,
                    in_rust: false,
                    alike: false,
                    refuses_null: false,
                }),
                ..field("name", false)
            },
        ],
        database: Sql::Postgres,
    }
}

#[test]
fn a_read_sees_rows_that_are_older_than_the_column() {
    let rule = "upper({first})".parse().unwrap();
    let name = |stage| {
        let list = table(&rule, stage).select_list();
        list.split_once("\"first\", ").unwrap().1.to_owned()
    };
    assert_eq!(
        name(Some(Stage::Absent)),
        r#"(upper("users"."first")) AS "name""#
    );
    for stage in [Stage::Readable, Stage::Written] {
        assert_eq!(
            name(Some(stage)),
            r#"COALESCE("users"."name", upper("users"."first")) AS "name""#
        );
    }
    assert_eq!(name(Some(Stage::Filled)), r#""users"."name" AS "name""#);
    assert_eq!(name(None), r#""users"."name""#);
}

#[test]
fn an_insert_holds_a_value_that_cannot_be_stored_yet_against_what_a_read_will_give() {
    let rule = "upper({first})".parse().unwrap();
    let early = table(&rule, Some(Stage::Readable)).insert();
    assert_eq!(
        early.sql,
        r#"INSERT INTO "users" ("id", "first") SELECT $1, $2 WHERE (upper($2)) IS NOT DISTINCT FROM $3"#
    );
    assert_eq!(early.binds, [0, 1, 2]);
    assert_eq!(
        early.condition.unwrap(),
        Condition {
            order: Vec::new(),
            fields: vec![2],
            sql: "SELECT (upper($2)) IS NOT DISTINCT FROM $3".to_owned(),
        }
    );
    let written = table(&rule, Some(Stage::Written)).insert();
    assert_eq!(written, table(&rule, None).insert());
    assert_eq!(
        written.sql,
        r#"INSERT INTO "users" ("id", "first", "name") VALUES ($1, $2, $3)"#
    );
}

#[test]
fn an_update_of_a_field_that_cannot_be_stored_yet_is_refused() {
    let rule = Template::literal("''");
    assert_eq!(table(&rule, Some(Stage::Readable)).update(&[1, 2]), Err(2));
    assert_eq!(
        table(&rule, Some(Stage::Written))
            .update(&[2, 1])
            .unwrap()
            .sql,
        r#"UPDATE "users" SET "name" = $1, "first" = $2 WHERE "id" = $3"#
    );
}

#[test]
fn a_tail_reads_what_the_stage_reads() {
    let rule = "upper({first})".parse().unwrap();
    let table = table(&rule, Some(Stage::Written));
    assert_eq!(
        table.tail("WHERE {name} = $1 AND {id} > 2").unwrap(),
        r#"WHERE COALESCE("users"."name", upper("users"."first")) = $1 AND "users"."id" > 2"#
    );
    assert_eq!(
        table.tail("{nam}").unwrap_err().to_string(),
        "`{nam}` is no column of this model"
    );
}

/// `age_text` of text becomes `age` of integers, with the rules of a conversion.
struct Retyped {
    up: Template,
    down: Template,
}

impl Retyped {
    fn new() -> Retyped {
        Retyped {
            up: "int({age_text})".parse().unwrap(),
            down: "text({age})".parse().unwrap(),
        }
    }

    fn table(&self, stage: Stage, reads: Side) -> Table<'_> {
        let mut table = table(&self.up, None);
        table.fields[2] = Field {
            read_as: None,
            column: "age",
            key: false,
            flight: Some(InFlight {
                stage,
                fallback: &self.up,
                null_is_old: false,
                legacy: vec![("age_text", &self.down)],
                reads,
                ending: false,
                in_rust: false,
                alike: false,
                refuses_null: false,
            }),
        };
        table
    }
}

#[test]
fn a_table_on_its_way_to_another_name_is_called_by_both() {
    let rule = Template::literal("NULL");
    let table = Table {
        stored_as: Some("people"),
        ..table(&rule, None)
    };
    assert!(table.find().contains(r#"FROM "people" AS "users" WHERE"#));
    assert!(table.select_list().starts_with(r#""users"."id""#));
    let insert = table.insert().sql;
    assert!(
        insert.starts_with(r#"INSERT INTO "people" AS "users" ("#),
        "{insert}"
    );
    let update = table.update(&[1]).unwrap().sql;
    assert!(
        update.starts_with(r#"UPDATE "people" AS "users" SET "#),
        "{update}"
    );
    let delete = table.delete();
    assert!(
        delete.starts_with(r#"DELETE FROM "people" AS "users" WHERE"#),
        "{delete}"
    );
}

#[test]
fn a_replaced_column_is_read_on_one_side_and_written_on_each_that_somebody_reads() {
    let retyped = Retyped::new();
    let read = |stage, reads| {
        let list = retyped.table(stage, reads).select_list();
        list.split_once("\"first\", ").unwrap().1.to_owned()
    };
    for stage in [
        Stage::Absent,
        Stage::Readable,
        Stage::Written,
        Stage::Filled,
    ] {
        assert_eq!(
            read(stage, Side::Legacy),
            r#"(int("users"."age_text")) AS "age""#
        );
    }
    for stage in [Stage::Filled, Stage::Alone] {
        assert_eq!(read(stage, Side::Target), r#""users"."age" AS "age""#);
    }
    let update = |stage, reads| retyped.table(stage, reads).update(&[2]).unwrap().sql;
    let reversible = "(int((text($1)))) IS NOT DISTINCT FROM $1";
    assert_eq!(
        update(Stage::Readable, Side::Legacy),
        format!(r#"UPDATE "users" SET "age_text" = (text($1)) WHERE "id" = $2 AND {reversible}"#)
    );
    for (stage, reads) in [
        (Stage::Written, Side::Legacy),
        (Stage::Filled, Side::Legacy),
        (Stage::Filled, Side::Target),
    ] {
        assert_eq!(
            update(stage, reads),
            format!(
                r#"UPDATE "users" SET "age" = $1, "age_text" = (text($1)) WHERE "id" = $2 AND {reversible}"#
            )
        );
    }
    assert_eq!(
        update(Stage::Alone, Side::Target),
        r#"UPDATE "users" SET "age" = $1 WHERE "id" = $2"#
    );
}

#[test]
fn an_insert_of_a_replaced_column_proves_that_legacy_can_hold_the_value() {
    let retyped = Retyped::new();
    let insert = |stage| retyped.table(stage, Side::Legacy).insert();
    let absent = insert(Stage::Absent);
    assert_eq!(
        absent.sql,
        r#"INSERT INTO "users" ("id", "first", "age_text") SELECT $1, $2, (text($3)) WHERE (int((text($3)))) IS NOT DISTINCT FROM $3"#
    );
    assert_eq!(absent.binds, [0, 1, 2]);
    assert_eq!(absent.condition.unwrap().fields, [2]);
    assert_eq!(
        insert(Stage::Written).sql,
        r#"INSERT INTO "users" ("id", "first", "age", "age_text") SELECT $1, $2, $3, (text($3)) WHERE (int((text($3)))) IS NOT DISTINCT FROM $3"#
    );
    assert_eq!(
        insert(Stage::Alone).sql,
        r#"INSERT INTO "users" ("id", "first", "age") VALUES ($1, $2, $3)"#
    );
}

#[test]
fn a_renamed_column_costs_no_condition() {
    let (up, down) = (Template::column("old"), Template::column("new"));
    let mut table = table(&up, None);
    table.fields[2] = Field {
        read_as: None,
        column: "new",
        key: false,
        flight: Some(InFlight {
            stage: Stage::Written,
            fallback: &up,
            null_is_old: false,
            legacy: vec![("old", &down)],
            reads: Side::Legacy,
            ending: false,
            in_rust: false,
            alike: false,
            refuses_null: false,
        }),
    };
    assert_eq!(
        table.insert().sql,
        r#"INSERT INTO "users" ("id", "first", "new", "old") VALUES ($1, $2, $3, $3)"#
    );
    let update = table.update(&[1, 2]).unwrap();
    assert_eq!(
        update.sql,
        r#"UPDATE "users" SET "first" = $1, "new" = $2, "old" = $2 WHERE "id" = $3"#
    );
    assert_eq!(update.condition, None);
}

#[test]
fn a_part_of_a_split_column_leaves_the_other_as_it_is() {
    let ups: [Template; 2] = ["left({full})", "right({full})"].map(|up| up.parse().unwrap());
    let down: Template = "{one} || {two}".parse().unwrap();
    let field = |column, up| Field {
        read_as: None,
        column,
        key: false,
        flight: Some(InFlight {
            stage: Stage::Written,
            fallback: up,
            null_is_old: false,
            legacy: vec![("full", &down)],
            reads: Side::Legacy,
            ending: false,
            in_rust: false,
            alike: false,
            refuses_null: false,
        }),
    };
    let mut split = table(&ups[0], None);
    split.fields.truncate(1);
    split.fields.push(field("one", &ups[0]));
    split.fields.push(field("two", &ups[1]));
    let update = split.update(&[1]).unwrap();
    let full = r#"($1 || (right("full")))"#;
    assert_eq!(
        update.sql,
        format!(
            r#"UPDATE "users" SET "one" = $1, "full" = {full} WHERE "id" = $2 AND (left({full})) IS NOT DISTINCT FROM $1 AND (right({full})) IS NOT DISTINCT FROM (right("full"))"#
        )
    );
    assert_eq!(update.condition.unwrap().fields, [1, 2]);
}

#[test]
fn an_insert_fills_what_goes_until_contract_and_both_ways_while_it_goes() {
    let filling = Template::literal("0");
    let insert = |stage, ending, database| {
        let rule = Template::new();
        let mut table = table(&rule, None);
        table.database = database;
        table.leaving.push(Leaving {
            column: "points",
            filling: &filling,
            stage,
            ending,
        });
        let beside = table.insert_beside().map(|statement| statement.sql);
        (table.insert().sql, beside)
    };
    let with = r#"INSERT INTO "users" ("id", "first", "name", "points") VALUES ($1, $2, $3, 0)"#;
    let without = r#"INSERT INTO "users" ("id", "first", "name") VALUES ($1, $2, $3)"#;
    for stage in [
        Stage::Absent,
        Stage::Readable,
        Stage::Written,
        Stage::Filled,
    ] {
        let expected = (with.to_owned(), None);
        assert_eq!(insert(stage, false, Sql::Sqlite), expected);
    }
    let ending = insert(Stage::Alone, true, Sql::Sqlite);
    assert_eq!(ending, (without.to_owned(), Some(with.to_owned())));
    // There the database fills it in.
    let ending = insert(Stage::Alone, true, Sql::Postgres);
    assert_eq!(ending, (without.to_owned(), None));
    let ended = insert(Stage::Alone, false, Sql::Sqlite);
    assert_eq!(ended, (without.to_owned(), None));
}

#[test]
fn null_is_refused_where_older_builds_have_no_place_for_it() {
    let null = Template::literal("NULL");
    let mut table = table(&null, None);
    let flight = |refuses_null| InFlight {
        stage: Stage::Written,
        fallback: &null,
        null_is_old: false,
        legacy: Vec::new(),
        reads: Side::Legacy,
        ending: false,
        in_rust: false,
        alike: false,
        refuses_null,
    };
    table.fields[2].flight = Some(flight(true));
    let insert = table.insert();
    assert_eq!(
        insert.sql,
        r#"INSERT INTO "users" ("id", "first", "name") SELECT $1, $2, $3 WHERE ($3 IS NOT NULL)"#
    );
    assert_eq!(insert.condition.unwrap().fields, [2]);
    let update = table.update(&[2]).unwrap();
    assert_eq!(
        update.sql,
        r#"UPDATE "users" SET "name" = $1 WHERE "id" = $2 AND ($1 IS NOT NULL)"#
    );
    assert_eq!(table.update(&[1]).unwrap().condition, None);
    table.fields[2].flight = Some(flight(false));
    assert_eq!(table.insert().condition, None);
}

#[test]
fn a_column_that_comes_in_sizes_is_read_without_one_and_searched_as_it_is() {
    let rule = "upper({first})".parse().unwrap();
    let aside = r#""users"."name"::varchar AS "colmig cast" FROM"#;
    let coming = r#"(upper("users"."first"))::varchar AS "name" FROM"#;
    let filled = r#"COALESCE("users"."name", upper("users"."first"))::varchar AS "name" FROM"#;
    for (stage, read) in [
        (None, aside),
        (Some(Stage::Absent), coming),
        (Some(Stage::Written), filled),
    ] {
        let mut table = table(&rule, stage);
        table.fields[2].read_as = Some("varchar");
        assert!(table.find().contains(read), "{}", table.find());
        assert!(table.select().contains(read), "{}", table.select());
        let list = table.select_list();
        assert!(list.ends_with(r#"::varchar AS "name""#), "{list}");
        let tail = table.tail("WHERE {name} = $1").unwrap();
        assert!(!tail.contains("::"), "an index may serve it: {tail}");
    }
    let mut in_rust = table(&rule, Some(Stage::Absent));
    in_rust.fields[2].read_as = Some("varchar");
    if let Some(flight) = &mut in_rust.fields[2].flight {
        flight.in_rust = true;
    }
    let list = in_rust.select_list();
    assert!(!list.contains("::"), "legacy as it is: {list}");
}

/// The key `id` of 32 bits becomes `id_2` of 64.
fn rekeyed<'a>(up: &'a Template, down: &'a Template, stage: Stage, reads: Side) -> Table<'a> {
    let mut table = table(up, None);
    table.fields.truncate(2);
    table.fields[0] = Field {
        column: "id_2",
        key: true,
        read_as: None,
        flight: Some(InFlight {
            stage,
            fallback: up,
            null_is_old: false,
            legacy: vec![("id", down)],
            reads,
            ending: false,
            in_rust: false,
            alike: true,
            refuses_null: false,
        }),
    };
    table
}

#[test]
fn a_row_is_found_by_the_column_of_the_key_that_is_read_and_never_by_a_cast() {
    let (up, down) = (
        "CAST({id} AS bigint)".parse().unwrap(),
        "CASE WHEN {id_2} < 9 THEN CAST({id_2} AS integer) END"
            .parse()
            .unwrap(),
    );
    for (stage, reads, column) in [
        (Stage::Absent, Side::Legacy, "id"),
        (Stage::Readable, Side::Legacy, "id"),
        (Stage::Written, Side::Target, "id"),
        (Stage::Filled, Side::Legacy, "id"),
        (Stage::Filled, Side::Target, "id_2"),
        (Stage::Alone, Side::Legacy, "id_2"),
    ] {
        let table = rekeyed(&up, &down, stage, reads);
        let by_key = format!(r#" WHERE "{column}" = $1"#);
        assert!(table.find().ends_with(&by_key), "{stage:?}");
        assert_eq!(table.delete(), format!(r#"DELETE FROM "users"{by_key}"#));
        let update = table.update(&[1]).unwrap().sql;
        let by_key = format!(r#"UPDATE "users" SET "first" = $1 WHERE "{column}" = $2"#);
        assert_eq!(update, by_key);
        assert_eq!(
            table.tail("WHERE {id_2} > $1 ORDER BY {id_2}").unwrap(),
            format!(r#"WHERE "users"."{column}" > $1 ORDER BY "users"."{column}""#)
        );
    }
    let early = rekeyed(&up, &down, Stage::Readable, Side::Legacy);
    assert_eq!(
        early.find(),
        r#"SELECT (CAST("users"."id" AS bigint)) AS "id_2", "users"."first" FROM "users" WHERE "id" = $1"#
    );
    let filled = rekeyed(&up, &down, Stage::Filled, Side::Target);
    assert_eq!(
        filled.compare(&[0]),
        r#"SELECT CAST("id_2" AS text), (CAST("users"."id" AS bigint)) IS NOT DISTINCT FROM "users"."id_2", CAST((CAST("users"."id" AS bigint)) AS text), CAST("users"."id_2" AS text) FROM "users" WHERE "id_2" = $1"#
    );
}

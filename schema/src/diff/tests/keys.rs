//! Primary keys that become greater, and what refers to them.

use super::*;

/// The models of these structs, by table.
fn models(structs: &[&str]) -> BTreeMap<String, Model> {
    let models = structs.iter().map(|text| {
        let model = parse::model(&syn::parse_str(text).unwrap()).unwrap().model;
        (model.table.clone(), model)
    });
    models.collect()
}

fn snapshot(models: &BTreeMap<String, Model>) -> Snapshot {
    let mut named = models.clone();
    name_constraints(&Snapshot::default(), &mut named);
    let mut snapshot = Snapshot::default();
    for (table, model) in named {
        let package = String::new();
        snapshot.models.insert(table, Entry { package, model });
    }
    snapshot
}

/// The snapshot once the migration to these models has been generated.
fn in_flight(before: &BTreeMap<String, Model>, after: &BTreeMap<String, Model>) -> Snapshot {
    let mut then = snapshot(after);
    let changes = diff(&snapshot(before), after, &told()).changes;
    let plan = plan::plan("1_keys", None, &changes, &[Database::Postgres]).unwrap();
    for (table, column, flight) in &plan.flights {
        then.depart(table, column, flight);
    }
    then
}

const USERS: &str =
    "#[colmig(table = \"users\")] struct User { #[colmig(primary_key)] id: i32, name: String }";
const GREATER: &str = "#[colmig(table = \"users\")] struct User { #[colmig(primary_key, column = \"id_2\", replaces = \"id\")] id: i64, \
    name: String }";

fn users(key: &str, more: &str) -> String {
    format!(
        "#[colmig(table = \"users\")] struct User {{ #[colmig(primary_key, {key}, name: String, {more} }}"
    )
}

fn orders(user: &str) -> String {
    format!(
        "#[colmig(table = \"orders\")] struct Order {{ #[colmig(primary_key)] id: i64, {user} }}"
    )
}

fn before_and(after: &[&str]) -> (Snapshot, BTreeMap<String, Model>) {
    let orders = orders("#[colmig(references = \"users(id)\")] user_id: i32");
    (snapshot(&models(&[USERS, &orders])), models(after))
}

fn refused(snapshot: &Snapshot, models: &BTreeMap<String, Model>, told: &Told) -> String {
    let found = diff(snapshot, models, told);
    if let [refused, ..] = found.refused.as_slice() {
        return refused.to_string();
    }
    let planned = plan::plan("2_change", None, &found.changes, &[Database::Postgres]);
    planned.unwrap_err()[0].to_string()
}

#[test]
fn what_refers_to_a_key_follows_it() {
    let replaced = orders(
        "#[colmig(column = \"user_id_2\", replaces = \"user_id\", references = \"users(id_2)\")] user_id: i64",
    );
    let (snapshot, after) = before_and(&[GREATER, &replaced]);
    assert_eq!(
        summaries(&diff(&snapshot, &after, &told())),
        [
            "replace `user_id` of `orders` by `user_id_2`",
            "replace `id` of `users` by `id_2`",
        ]
    );
    let stays = orders("#[colmig(references = \"users(id_2)\")] user_id: i32");
    let (snapshot, after) = before_and(&[GREATER, &stays]);
    assert_eq!(
        summaries(&diff(&snapshot, &after, &told())),
        [
            "move foreign key from `user_id` of `orders` to `users(id_2)`",
            "replace `id` of `users` by `id_2`",
        ]
    );
    // What refers to it may become greater first.
    let first = orders(
        "#[colmig(column = \"user_id_2\", replaces = \"user_id\", references = \"users(id)\")] user_id: i64",
    );
    let (snapshot, after) = before_and(&[USERS, &first]);
    assert_eq!(
        summaries(&diff(&snapshot, &after, &told())),
        ["replace `user_id` of `orders` by `user_id_2`"]
    );
}

#[test]
fn steps_about_foreign_keys_come_when_the_key_is_there_and_go_before_it() {
    let replaced = orders(
        "#[colmig(column = \"user_id_2\", replaces = \"user_id\", references = \"users(id_2)\")] user_id: i64",
    );
    let (snapshot, after) = before_and(&[GREATER, &replaced]);
    let changes = diff(&snapshot, &after, &told()).changes;
    let plan = plan::plan("1_keys", None, &changes, &[Database::Postgres]).unwrap();
    let steps = |phase: Phase| {
        let text = &plan.files[&plan::script_path(Database::Postgres, phase)];
        let script: crate::script::Script = text.parse().unwrap();
        let ids = script.steps.into_iter().map(|step| step.id);
        ids.collect::<Vec<_>>()
    };
    let place = |phase, id: &str| steps(phase).iter().position(|step| step == id).unwrap();
    let constrain = |id| place(Phase::Constrain, id);
    assert!(
        constrain("create_index_users_id_2_pkey") < constrain("check_rows_orders_user_id_2_fkey")
    );
    assert!(
        constrain("check_rows_orders_user_id_2_fkey")
            < constrain("add_reference_orders_user_id_2_fkey")
    );
    let contract = |id| place(Phase::Contract, id);
    assert!(contract("drop_legacy_orders") < contract("drop_legacy_users"));
    assert!(
        !steps(Phase::Backfill)
            .iter()
            .any(|id| id.starts_with("check_rows"))
    );
}

#[test]
fn keys_that_refer_to_each_other_are_refused() {
    let of = |table: &str, key: &str, other: &str| {
        format!(
            "#[colmig(table = \"{table}\")] struct One {{ #[colmig(primary_key, {key}, references = \"{other})\")] id: i64 }}"
        )
    };
    let before = [("a", "b(id"), ("b", "a(id")]
        .map(|(table, other)| of(table, "column = \"id\"", other).replace("i64", "i32"));
    let after = [("a", "b(id_2"), ("b", "a(id_2")]
        .map(|(table, other)| of(table, "column = \"id_2\", replaces = \"id\"", other));
    let text = refused(
        &snapshot(&models(&before.each_ref().map(String::as_str))),
        &models(&after.each_ref().map(String::as_str)),
        &told(),
    );
    assert!(text.contains("refers to this in turn"), "{text}");
}

#[test]
fn a_foreign_key_that_is_left_behind_is_refused_with_what_to_write() {
    let behind = orders("#[colmig(references = \"users(id)\")] user_id: i32");
    let (snapshot, after) = before_and(&[GREATER, &behind]);
    let text = refused(&snapshot, &after, &told());
    assert!(
        text.contains("the foreign key of `user_id` of `orders` refers to it")
            && text.contains("#[colmig(column = \"user_id_2\", replaces = \"user_id\", references = \"users(id_2)\")]"),
        "{text}"
    );
    // The column alone is not enough, nor a foreign key that it did not have.
    let lost = orders("#[colmig(column = \"user_id_2\", replaces = \"user_id\")] user_id: i64");
    let (snapshot, after) = before_and(&[GREATER, &lost]);
    let text = refused(&snapshot, &after, &told());
    assert!(
        text.contains("`user_id` has a foreign key, which would go with it"),
        "{text}"
    );
    let plain = models(&[USERS, &orders("user_id: i32")]);
    let more = orders(
        "#[colmig(column = \"user_id_2\", replaces = \"user_id\", references = \"users(id)\")] user_id: i64",
    );
    let text = refused(&self::snapshot(&plain), &models(&[USERS, &more]), &told());
    assert!(text.contains("which has no such foreign key"), "{text}");
}

#[test]
fn a_new_table_cannot_refer_to_a_key_that_is_not_filled() {
    let (before, after) = (models(&[USERS]), models(&[GREATER]));
    let orders = orders("#[colmig(references = \"users(id_2)\")] user_id: i64");
    let with = models(&[GREATER, &orders]);
    for (snapshot, way_out) in [
        (snapshot(&before), "leave the new struct out"),
        (in_flight(&before, &after), "cargo colmig contract 1_keys"),
    ] {
        let text = refused(&snapshot, &with, &told());
        assert!(
            text.contains("nothing can refer to it before every row has it"),
            "{text}"
        );
        assert!(text.contains(way_out), "{text}");
    }
}

#[test]
fn nothing_else_happens_to_a_table_whose_key_is_on_its_way() {
    let before = models(&[USERS]);
    let greater = "column = \"id_2\", replaces = \"id\")] id: i64";
    let with = models(&[&users(greater, "nick: Option<String>")]);
    let text = refused(&snapshot(&before), &with, &told());
    assert!(
        text.contains("something else happens to the table as well (add"),
        "{text}"
    );
    let then = in_flight(&before, &models(&[GREATER]));
    let text = refused(&then, &with, &told());
    assert!(
        text.contains("is on its way to `id_2`, by migration 1_keys")
            && text.contains("cargo colmig contract 1_keys"),
        "{text}"
    );
    assert!(diff(&then, &models(&[GREATER]), &told()).is_empty());
    // Nor is a key replaced while something else is on its way.
    let nick = models(&[&users("column = \"id\")] id: i32", "nick: Option<String>")]);
    let then = in_flight(&before, &nick);
    let text = refused(&then, &with, &told());
    assert!(text.contains("`nick` of `users` is on its way"), "{text}");
    // An index goes by the key that is there.
    let indexed =
        models(&[&users(greater, "").replace("name: String", "#[colmig(unique)] name: String")]);
    let found = diff(&snapshot(&before), &indexed, &told());
    assert_eq!(found.refused, []);
    let plan = plan::plan("1_keys", None, &found.changes, &[Database::Postgres]).unwrap();
    let text = &plan.files[&plan::script_path(Database::Postgres, Phase::Backfill)];
    assert!(
        text.contains("-- key: id\n") && !text.contains("-- key: id_2\n"),
        "{text}"
    );
}

#[test]
fn keys_that_could_not_be_found_by_either_column_are_refused() {
    let of = |key: &str| models(&[&users(key, "")]);
    let quiet = Told {
        triggers: false,
        ..told()
    };
    for (before, after, told, why) in [
        (
            "column = \"id\")] id: i64",
            "column = \"id_2\", replaces = \"id\")] id: i32",
            told(),
            "only a greater integer type",
        ),
        (
            "column = \"id\")] id: i64",
            "column = \"id_2\", replaces = \"id\")] id: String",
            told(),
            "only a greater integer type",
        ),
        (
            "column = \"id\")] id: i32",
            "column = \"id_2\", replaces = \"id\", up = \"id + 1\", down = \"id_2 - 1\")] id: i64",
            told(),
            "no rule stands between them",
        ),
        (
            "column = \"id\")] id: i32",
            "column = \"id_2\", replaces = \"id\", sql_type = \"bigserial\")] id: i64",
            told(),
            "`sql_type = \"bigint\"`",
        ),
        (
            "default = \"nextval('s')\")] id: i32",
            "column = \"id_2\", replaces = \"id\")] id: i64",
            told(),
            "say `default` there as well",
        ),
        (
            "column = \"id\")] id: i32",
            "column = \"id_2\", replaces = \"id\")] id: i64",
            quiet,
            "leave the trigger on",
        ),
    ] {
        let text = refused(&snapshot(&of(before)), &of(after), &told);
        assert!(text.contains(why), "{text}");
    }
    let other = models(&[
        "#[colmig(table = \"users\")] struct User { #[colmig(column = \"id_2\", replaces = \"id\")] id: i64, #[colmig(primary_key)] name: String }",
    ]);
    let text = refused(&snapshot(&models(&[USERS])), &other, &told());
    assert!(text.contains("the primary key changed"), "{text}");
}

#[test]
fn a_key_gets_another_name_or_a_greater_type_by_whichever_word() {
    let of = |key: &str| models(&[&users(key, "")]);
    for (before, after, casts) in [
        (
            "column = \"id\")] id: String",
            "column = \"code\", renamed_from = \"id\")] id: String",
            false,
        ),
        (
            "column = \"id\", sql_type = \"serial\")] id: i32",
            "column = \"id_2\", replaces = \"id\")] id: i64",
            true,
        ),
        (
            "column = \"id\")] id: i16",
            "column = \"id_2\", replaces = \"id\", sql_type = \"int4\")] id: i32",
            true,
        ),
    ] {
        let found = diff(&snapshot(&of(before)), &of(after), &told());
        assert_eq!(found.refused, []);
        let plan = plan::plan("1_keys", None, &found.changes, &[Database::Postgres]).unwrap();
        let text = &plan.files[&plan::script_path(Database::Postgres, Phase::Contract)];
        assert!(text.contains("PRIMARY KEY USING INDEX"), "{text}");
        assert_eq!(text.contains("ALTER SEQUENCE %s AS "), casts, "{text}");
    }
}

#[test]
fn on_sqlite_a_greater_integer_is_no_change_and_a_replaced_key_is_refused() {
    let (before, after) = (models(&[USERS]), models(&[&USERS.replace("i32", "i64")]));
    let changes = diff(&snapshot(&before), &after, &told()).changes;
    let plan = plan::plan("1_keys", None, &changes, &[Database::Sqlite]).unwrap();
    assert!(!plan.contracts && plan.flights.is_empty());
    let idle = plan
        .files
        .values()
        .all(|text| text.ends_with("-- Nothing to do in this phase.\n"));
    assert!(idle, "{:?}", plan.files);
    let text =
        plan::plan("1_keys", None, &changes, &[Database::Postgres]).unwrap_err()[0].to_string();
    assert!(
        text.contains("#[colmig(column = \"id_2\", replaces = \"id\")]"),
        "{text}"
    );

    let changes = diff(&snapshot(&before), &models(&[GREATER]), &told()).changes;
    let text =
        plan::plan("1_keys", None, &changes, &[Database::Sqlite]).unwrap_err()[0].to_string();
    assert!(
        text.contains("SQLite cannot alter the key of a table")
            && text.contains("cargo colmig init --here"),
        "{text}"
    );
    // Smaller is another matter.
    let smaller = diff(&snapshot(&after), &before, &told());
    assert_eq!(smaller.refused.len(), 1);
}

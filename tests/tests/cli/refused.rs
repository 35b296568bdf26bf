//! What is wrong with a project is said all at once, with its place and the way out.

use crate::project::{Project, USER, user_with};

/// The words of `generate` on users with these fields, after a first migration without them.
fn refused(fields: &str) -> String {
    let project = Project::generated("postgres,sqlite", &user_with(""));
    let before = project.files();
    project.write("src/lib.rs", &user_with(fields));
    let ended = project.colmig(&["generate"]).expect(2);
    assert_eq!(project.files(), before, "nothing is written");
    ended.to_string()
}

#[test]
fn a_rule_that_is_no_expression() {
    insta::assert_snapshot!(refused(
        "    #[colmig(backfill = \"first_name ||\")]\n    pub nick: String,"
    ));
}

#[test]
fn a_rule_over_a_column_that_is_not_there() {
    insta::assert_snapshot!(refused(
        "    #[colmig(backfill = \"fist_name\")]\n    pub nick: String,"
    ));
}

#[test]
fn a_required_field_without_a_value_for_old_rows() {
    insta::assert_snapshot!(refused("    pub nick: String,"));
}

#[test]
fn every_refusal_at_once() {
    insta::assert_snapshot!(refused(
        "    pub nick: String,\n    #[colmig(backfill = \"now()\")]\n    pub seen: String,\n    pub age: i32,"
    ));
}

#[test]
fn a_table_that_cannot_get_another_name() {
    let renamed = |fields: &str| {
        let user = user_with(fields);
        user.replace(
            "table = \"users\"",
            "table = \"people\", renamed_from = \"users\"",
        )
    };
    let project = Project::generated("sqlite", &user_with(""));
    project.write("src/lib.rs", &renamed(""));
    insta::assert_snapshot!("rename_sqlite", project.colmig(&["generate"]).expect(2));
    let project = Project::generated("postgres", &user_with(""));
    project.write("src/lib.rs", &renamed("    pub nick: Option<String>,"));
    insta::assert_snapshot!("rename_with_more", project.colmig(&["generate"]).expect(2));
    project.write("src/lib.rs", &renamed("").replace("\"users\"", "\"user\""));
    insta::assert_snapshot!(
        "rename_of_none",
        project.colmig(&["generate", "--drop", "users"]).expect(2)
    );
    project.write(
        "src/lib.rs",
        &(user_with("") + &renamed("").replace("struct User", "struct Person")),
    );
    insta::assert_snapshot!(
        "rename_of_one_that_is_there",
        project.colmig(&["generate"]).expect(2)
    );
}

#[test]
fn an_index_that_a_database_cannot_have() {
    let project = Project::generated("postgres,sqlite", &user_with(""));
    let said = "#[colmig(index(first_name, using = \"gin\"), index(expr = \"lower(frist_name)\"))]\npub struct User";
    project.write(
        "src/lib.rs",
        &user_with("").replace("pub struct User", said),
    );
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

#[test]
fn an_index_that_is_about_to_go_cannot_come() {
    let over = "#[colmig(index(first_name, where = \"last_name <> ''\"))]\npub struct User";
    let indexed = user_with("").replace("pub struct User", over);
    let project = Project::generated("sqlite", &indexed);
    project.write("src/lib.rs", &user_with(""));
    project.colmig(&["generate"]).expect(0);
    project.write("src/lib.rs", &indexed);
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

#[test]
fn a_field_that_is_gone_and_cannot_go() {
    let unique = user_with("").replace(
        "    pub last_name",
        "    #[colmig(unique)]\n    pub last_name",
    );
    let project = Project::generated("sqlite", &unique);
    let source = unique.replace("    #[colmig(unique)]\n    pub last_name: String,\n", "");
    project.write("src/lib.rs", &source);
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

#[test]
fn a_column_that_is_about_to_go_cannot_come() {
    let project = Project::generated("sqlite", &user_with(""));
    let without = user_with("").replace("    pub last_name: String,\n", "");
    project.write("src/lib.rs", &without);
    project.colmig(&["generate"]).expect(0);
    project.write("src/lib.rs", &user_with(""));
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

#[test]
fn a_field_that_is_renamed_is_told_how_to_keep_its_column() {
    let project = Project::generated("sqlite", &user_with(""));
    project.write(
        "src/lib.rs",
        &user_with("").replace("last_name", "family_name"),
    );
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
    // The remedy is the attribute itself.
    let kept = "    #[colmig(column = \"last_name\")]\n    pub family_name: String,";
    project.write(
        "src/lib.rs",
        &user_with("").replace("    pub last_name: String,", kept),
    );
    project.colmig(&["generate"]).expect(0);
}

#[test]
fn a_model_that_is_gone() {
    let project = Project::generated("sqlite", &user_with(""));
    project.write("src/lib.rs", "");
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
    project.colmig(&["generate", "--drop", "users"]).expect(0);
    project.colmig(&["generate", "--check"]).expect(0);
}

#[test]
fn a_model_that_may_have_another_table() {
    let project = Project::generated("sqlite", &user_with(""));
    project.write(
        "src/lib.rs",
        &user_with("").replace("\"users\"", "\"people\""),
    );
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
    let ended = project.colmig(&["generate", "--drop", "people"]).expect(2);
    insta::assert_snapshot!("a_table_that_was_never_there", ended);
    project.colmig(&["generate", "--drop", "users"]).expect(0);
}

#[test]
fn every_mistake_of_every_struct_at_once() {
    let project = Project::bare(&format!(
        "{USER}    #[colmig(uniqe)]\n    pub nick: String,\n    pub size: usize,\n}}\n\n\
         #[derive(colmig::Model)]\n#[colmig(table = \"orders\")]\npub struct Order {{\n    pub total: i64,\n}}\n"
    ));
    project.colmig(&["init"]).expect(0);
    insta::assert_snapshot!("mistakes", project.colmig(&["generate"]).expect(2));
    insta::assert_snapshot!(
        "mistakes_json",
        serde_json::to_string_pretty(
            &project
                .colmig(&["generate", "--format", "json"])
                .expect(2)
                .json()
        )
        .unwrap()
    );
}

#[test]
fn a_file_that_does_not_parse_is_named_and_the_others_are_read() {
    let project = Project::bare("mod broken;\nmod user;\n");
    project.write(
        "src/broken.rs",
        "// colmig\npub struct Broken {\n    pub id i64,\n}\n",
    );
    project.write("src/user.rs", &user_with("    pub size: usize,"));
    project.colmig(&["init"]).expect(0);
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

#[test]
fn a_module_without_a_file() {
    let project = Project::bare(
        "mod missing;\n#[cfg(feature = \"extra\")]\nmod extra;\n#[cfg(test)]\nmod tests;\n",
    );
    project.colmig(&["init"]).expect(0);
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

#[test]
fn two_models_of_one_table() {
    let project = Project::bare(&format!(
        "{}\npub mod old {{\n{}}}\n",
        user_with(""),
        user_with("")
    ));
    project.colmig(&["init"]).expect(0);
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

#[test]
fn a_field_under_cfg() {
    let project = Project::bare(&user_with(
        "    #[cfg(feature = \"nick\")]\n    pub nick: Option<String>,",
    ));
    project.colmig(&["init"]).expect(0);
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

#[test]
fn a_database_that_has_no_such_type() {
    let project = Project::generated("postgres,sqlite", &user_with(""));
    project.write(
        "src/lib.rs",
        &user_with("    pub balance: Option<rust_decimal::Decimal>,"),
    );
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

#[test]
fn a_rule_over_a_column_of_the_same_migration() {
    insta::assert_snapshot!(refused(
        "    pub nick: Option<String>,\n    #[colmig(backfill = \"nick\")]\n    pub shown: String,"
    ));
}

#[test]
fn a_rule_over_a_column_that_is_in_flight() {
    let project = Project::generated("sqlite", &user_with(""));
    let nick = "    pub nick: Option<String>,";
    project.write("src/lib.rs", &user_with(nick));
    project.colmig(&["generate"]).expect(0);
    let shown = "    #[colmig(backfill = \"nick\")]\n    pub shown: String,";
    project.write("src/lib.rs", &user_with(&format!("{nick}\n{shown}")));
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

/// sqlx-cli: errors went to standard output, among the data.
#[test]
fn regression_sqlx_cli_errors_on_stdout() {
    let project = Project::generated("postgres,sqlite", &user_with(""));
    project.write("src/lib.rs", &user_with("    pub nick: String,"));
    for arguments in [&["generate"][..], &["generate", "--check"]] {
        let ended = project.colmig(arguments);
        assert_ne!(ended.code, Some(0), "{ended}");
        assert_eq!(ended.stdout, "", "{ended}");
        assert!(ended.stderr.contains("`nick`"), "{ended}");
    }
}

#[test]
fn a_type_that_cannot_become_another_in_place() {
    let fields = "    #[colmig(sql_type(postgres = \"varchar(40)\", sqlite = \"TEXT\"), check = \"code <> ''\")]\n    pub code: String,\n    \
                  #[colmig(sql_type = \"varchar(40)\", default = \"'?'\")]\n    pub label: String,\n    \
                  #[colmig(sql_type(postgres = \"numeric(8,2)\", sqlite = \"TEXT\"), default = \"'0'\")]\n    pub price: Price,\n    \
                  #[colmig(sql_type(postgres = \"varchar(9)\", sqlite = \"TEXT\"))]\n    pub size: Option<String>,";
    let project = Project::generated("postgres,sqlite", &user_with(fields));
    let changed = fields
        .replace("postgres = \"varchar(40)\"", "postgres = \"varchar(80)\"")
        .replace("sql_type = \"varchar(40)\"", "sql_type = \"varchar(20)\"")
        .replace("numeric(8,2)", "numeric(8,4)")
        .replace("postgres = \"varchar(9)\"", "postgres = \"varchar(20)\"")
        .replace("Option<String>", "String");
    project.write("src/lib.rs", &user_with(&changed));
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

#[test]
fn values_that_cannot_become_others() {
    let fields = |mood: &str, other: &str, kind: &str| {
        format!(
            "    #[colmig(sql_type(postgres = \"mood\", sqlite = \"TEXT\"), values({mood}))]\n    pub mood: Mood,\n    \
             #[colmig(sql_type(postgres = \"mood\", sqlite = \"TEXT\"), values({other}))]\n    pub other_mood: Mood,\n    \
             #[colmig(sql_type(postgres = \"kind\", sqlite = \"TEXT\"), values({kind}))]\n    pub kind: Kind,"
        )
    };
    let before = fields("\"sad\", \"happy\"", "\"sad\", \"happy\"", "\"a\", \"b\"");
    let project = Project::generated("postgres,sqlite", &user_with(&before));
    let after = fields("\"happy\", \"sad\"", "\"sad\", \"happy\"", "\"a\", \"c\"");
    let text = "    #[colmig(sql_type = \"TEXT\", values(\"x\"))]\n    pub hue: Option<Hue>,";
    project.write("src/lib.rs", &user_with(&format!("{after}\n{text}")));
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

#[test]
fn a_type_that_changes_while_its_column_is_on_its_way() {
    let before =
        "    #[colmig(sql_type = \"varchar(20)\", default = \"'?'\")]\n    pub label: String,";
    let project = Project::generated("postgres", &user_with(before));
    let coming = "    #[colmig(backfill = \"label\")]\n    pub title: String,\n    \
                  #[colmig(sql_type = \"varchar(20)\", backfill = \"first_name\")]\n    pub nick: String,";
    project.write("src/lib.rs", &user_with(&format!("{before}\n{coming}")));
    project.colmig(&["generate"]).expect(0);
    let after = format!("{before}\n{coming}").replace("varchar(20)", "varchar(40)");
    project.write("src/lib.rs", &user_with(&after));
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

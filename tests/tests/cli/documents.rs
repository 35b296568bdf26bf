//! What the verbs say of a project of collections, without a server.

use crate::project::Project;

/// People as the build before knows them, without the closing brace.
const PERSON: &str = "\
#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]
#[colmig(collection = \"people\")]
pub struct Person {
    #[serde(rename = \"_id\")]
    pub id: i64,
    pub first: String,
    pub last: String,
";

const DISPLAY: &str = "    #[colmig(backfill = r#\"{ \"$concat\": [\"$first\", \" \", \"$last\"] }\"#, index)]\n    pub display: String,\n";

fn person_with(fields: &str) -> String {
    format!("{PERSON}{fields}}}\n")
}

#[test]
fn a_database_of_documents_is_not_read_but_taken_as_it_is() {
    let project = Project::bare(&person_with(""));
    let url = [("DATABASE_URL", "mongodb://127.0.0.1:1/app")];
    for arguments in [
        &["init", "--from-database"][..],
        &["init", "--from-database", "--check"],
        &["init", "--from-database", "--structs"],
    ] {
        let ended = project.colmig_with(arguments, &url).expect(2);
        let said = ended.to_string();
        assert!(
            said.contains("documents do not say what their collection holds"),
            "{said}"
        );
        assert!(said.contains("cargo colmig init --baseline"), "{said}");
    }
    project.colmig_with(&["init", "--baseline"], &url).expect(0);
    let files = project.files();
    assert!(
        files["colmig.toml"].contains("databases = [\"mongodb\"]"),
        "{files:?}"
    );
    let nothing = project.colmig(&["generate"]).expect(0).to_string();
    assert!(nothing.contains("nothing"), "{nothing}");
}

#[test]
fn a_driver_among_the_dependencies_says_which_database_it_is() {
    let project = Project::bare(&person_with(""));
    let manifest = project.read("Cargo.toml");
    project.write(
        "mongodb/Cargo.toml",
        "[package]\nname = \"mongodb\"\nversion = \"3.9.0\"\nedition = \"2024\"\n",
    );
    project.write("mongodb/src/lib.rs", "");
    let with = format!("{manifest}\n[dependencies]\nmongodb = {{ path = \"mongodb\" }}\n");
    project.write("Cargo.toml", &with);
    project.colmig(&["init"]).expect(0);
    let written = project.read("colmig.toml");
    assert!(written.contains("databases = [\"mongodb\"]"), "{written}");
}

#[test]
fn there_is_no_sql_to_judge() {
    let project = Project::generated("mongodb", &person_with(""));
    let said = project.colmig(&["lint"]).expect(0).to_string();
    assert!(said.contains("there is no SQL to judge"), "{said}");
    let answer = project
        .colmig(&["lint", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(answer["findings"], serde_json::json!([]));
}

#[test]
fn a_plan_speaks_of_documents() {
    let project = Project::generated("mongodb", &person_with(""));
    project.write("src/lib.rs", &person_with(DISPLAY));
    project.colmig(&["generate"]).expect(0);
    let plan = project.colmig(&["plan"]).expect(0).stdout;
    for words in [
        "filled by a rule where it is missing or null",
        "no live build is left that does not know the change",
        "no document resists",
    ] {
        assert!(plan.contains(words), "{words}: {plan}");
    }
    let markdown = project.colmig(&["plan", "--format", "markdown"]).expect(0);
    assert!(markdown.stdout.contains("```js\n"), "{}", markdown.stdout);
    assert!(!markdown.stdout.contains("```sql"), "{}", markdown.stdout);
}

//! Collections whose documents say which version of the model they satisfy.

use crate::project::{Ended, Project};

const FIELDS: &str = "    #[serde(rename = \"_id\")]\n    pub id: i64,\n    pub first: String,\n";

const DISPLAY: &str =
    "    #[colmig(backfill = r#\"{ \"$toUpper\": \"$first\" }\"#)]\n    pub display: String,\n";

fn person(attributes: &str, fields: &str) -> String {
    format!(
        "#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]\n#[colmig(collection = \"people\"{attributes})]\n\
         pub struct Person {{\n{FIELDS}{fields}}}\n"
    )
}

const VERSION: &str = ", schema_version = \"version\"";

/// What `generate` says of the structs as they are then.
fn generate(project: &Project, source: &str) -> Ended {
    project.write("src/lib.rs", source);
    project.colmig(&["generate"])
}

fn refused(project: &Project, source: &str, words: &[&str]) {
    let said = generate(project, source).expect(2).to_string();
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn what_cannot_be_a_version_is_refused_by_name() {
    let project = Project::generated("mongodb", &person("", ""));
    refused(
        &project,
        &person(VERSION, DISPLAY),
        &[
            "`version` comes to `people` together with other fields",
            "generate the migration of `schema_version` alone",
        ],
    );
    refused(
        &project,
        &person(VERSION, "    pub version: i32,\n"),
        &["`version` is the version of the document, which the accessors write by themselves"],
    );
    for name in ["_id", "a.b", "of schema"] {
        let attribute = format!(", schema_version = \"{name}\"");
        let words = format!("`{name}` is no name for the version of a document");
        refused(&project, &person(&attribute, ""), &[&words]);
    }
    let table = person(VERSION, "").replace("collection", "table");
    refused(
        &project,
        &table,
        &["`schema_version` is for a collection of MongoDB"],
    );

    generate(&project, &person(VERSION, "")).expect(0);
    refused(
        &project,
        &person(VERSION, DISPLAY),
        &[
            "its documents do not all have `version` yet",
            "cargo colmig contract",
        ],
    );
    refused(
        &project,
        &person(", schema_version = \"other\"", ""),
        &[
            "`version` of `people` is called `other`",
            "keep the name: schema_version = \"version\"",
        ],
    );
    refused(
        &project,
        &person("", "    #[serde(default)]\n    pub version: i32,\n"),
        &["it is the version of the model in one of the two, and a field in the other"],
    );
}

#[test]
fn the_number_goes_up_with_each_change_of_fields_and_with_no_other() {
    let project = Project::generated("mongodb", &person(VERSION, ""));
    let number = || {
        let record = project.read("colmig/people.model");
        let line = record.lines().find(|line| line.starts_with("version "));
        line.unwrap().to_owned()
    };
    assert_eq!(number(), "version version 1");
    generate(&project, &person(VERSION, DISPLAY)).expect(0);
    assert_eq!(number(), "version version 2");
    let said = generate(&project, &person(VERSION, DISPLAY))
        .expect(0)
        .to_string();
    assert!(said.contains("nothing to do"), "{said}");
    let indexed = DISPLAY.replace(")]", ", index)]");
    generate(&project, &person(VERSION, &indexed)).expect(0);
    assert_eq!(number(), "version version 2");
    let nick = format!("{indexed}    pub nick: Option<String>,\n");
    generate(&project, &person(VERSION, &nick)).expect(0);
    assert_eq!(number(), "version version 3");
    // Whatever two branches raise to, it stands beside the migration that does.
    let snapshot: serde_json::Value =
        serde_json::from_str(&project.read("migrations/schema.json")).unwrap();
    let raised = snapshot["versions"]["people"]["raised"].as_array().unwrap();
    let numbers: Vec<_> = raised.iter().map(|raised| raised["to"].as_u64()).collect();
    assert_eq!(numbers, [Some(2), Some(3)]);
    assert_eq!(raised[1]["migration"], snapshot["migration"]);
}

mod mongodb {
    use colmig_harness::{MongoDbEndpoint, shared_mongodb};
    use mongodb::bson::{Document, doc};

    use super::{DISPLAY, Project, VERSION, generate, person};

    struct Place {
        project: Project,
        endpoint: MongoDbEndpoint,
        url: String,
        runtime: tokio::runtime::Runtime,
        people: mongodb::Collection<Document>,
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = self.endpoint.drop_database(crate::plans::named(&self.url));
        }
    }

    impl Place {
        fn new(source: &str) -> Place {
            let endpoint = shared_mongodb().unwrap();
            let url = endpoint.url(&endpoint.create_database("versioned").unwrap());
            let project = Project::bare(source);
            let databases = ["init", "--baseline", "--database", "mongodb"];
            project.colmig(&databases).expect(0);
            crate::adopted::offline(&project);
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let people = runtime.block_on(async {
                let client = mongodb::Client::with_uri_str(&url).await.unwrap();
                client.default_database().unwrap().collection("people")
            });
            Place {
                project,
                endpoint,
                url,
                runtime,
                people,
            }
        }

        fn colmig(&self, arguments: &[&str]) {
            let arguments = [arguments, &["--database-url", &self.url]].concat();
            self.project.colmig(&arguments).expect(0);
        }

        /// Generates the migration of this state, and gives its name.
        fn generate(&self, source: &str) -> String {
            generate(&self.project, source).expect(0);
            let snapshot = self.project.read("migrations/schema.json");
            let snapshot: serde_json::Value = serde_json::from_str(&snapshot).unwrap();
            snapshot["migration"].as_str().unwrap().to_owned()
        }

        fn contract(&self, migration: &str) {
            self.colmig(&["contract", migration, "--assume-drained", "--yes"]);
        }

        fn insert(&self, document: Document) -> Result<(), mongodb::error::Error> {
            let inserted = self
                .runtime
                .block_on(async { self.people.insert_one(document).await });
            inserted.map(drop)
        }

        /// What the documents say, in the order of `_id`.
        fn versions(&self) -> Vec<Option<i32>> {
            let stored = self.stored();
            let versions = stored.iter().map(|stored| stored.get_i32("version").ok());
            versions.collect()
        }

        fn stored(&self) -> Vec<Document> {
            self.runtime.block_on(async {
                let mut found = self
                    .people
                    .find(doc! {})
                    .sort(doc! { "_id": 1 })
                    .await
                    .unwrap();
                let mut stored = Vec::new();
                while found.advance().await.unwrap() {
                    stored.push(found.deserialize_current().unwrap());
                }
                stored
            })
        }
    }

    #[test]
    fn every_document_says_what_it_satisfies_from_the_first_version_to_the_end_of_it() {
        let place = Place::new(&person("", ""));
        place.colmig(&["run", "--assume-drained"]);
        for id in 1..=3_i64 {
            place.insert(doc! { "_id": id, "first": "ada" }).unwrap();
        }

        let first = place.generate(&person(VERSION, ""));
        place.colmig(&["run", "--assume-drained"]);
        assert_eq!(place.versions(), [Some(1); 3]);
        let refused = place
            .insert(doc! { "_id": 4_i64, "first": "bob" })
            .unwrap_err();
        assert!(refused.to_string().contains("121"), "{refused}");
        place.contract(&first);

        let second = place.generate(&person(VERSION, DISPLAY));
        place.colmig(&["run", "--assume-drained", "--until", "dual-write"]);
        // An accessor of the build that comes, and one of the build before.
        place
            .insert(doc! { "_id": 4_i64, "first": "bob", "display": "Bob", "version": 2 })
            .unwrap();
        place
            .insert(doc! { "_id": 5_i64, "first": "bob", "version": 1 })
            .unwrap();
        assert_eq!(place.versions(), [1, 1, 1, 2, 1].map(Some));
        place.colmig(&["run", "--assume-drained"]);
        assert_eq!(place.versions(), [Some(2); 5]);
        assert!(
            place
                .stored()
                .iter()
                .all(|stored| stored.contains_key("display"))
        );

        // Nothing says that it satisfies what is taken out of it.
        place.colmig(&["abort", &second, "--yes"]);
        assert_eq!(place.versions(), [Some(1); 5]);
        assert!(
            place
                .stored()
                .iter()
                .all(|stored| !stored.contains_key("display"))
        );
        place.colmig(&["run", "--again", "--assume-drained"]);
        assert_eq!(place.versions(), [Some(2); 5]);
        place.contract(&second);
        let record = place.project.read("colmig/people.model");
        assert!(record.contains("\nversion version 2\n"), "{record}");
        assert!(!record.contains("raised"), "{record}");

        // A field without a rule, and one that goes, are versions as well.
        let nick = format!("{DISPLAY}    pub nick: Option<String>,\n");
        let third = place.generate(&person(VERSION, &nick));
        place.colmig(&["run", "--assume-drained"]);
        assert_eq!(place.versions(), [Some(3); 5]);
        place.contract(&third);
        let fourth = place.generate(&person(VERSION, DISPLAY));
        place.colmig(&["run", "--assume-drained"]);
        assert_eq!(place.versions(), [Some(4); 5]);
        place.contract(&fourth);

        let end = place.generate(&person("", DISPLAY));
        place.colmig(&["run", "--assume-drained"]);
        assert_eq!(place.versions(), [Some(4); 5]);
        place.contract(&end);
        assert_eq!(place.versions(), [None; 5]);
        place
            .insert(doc! { "_id": 6_i64, "first": "cy", "display": "Cy" })
            .unwrap();
        let said = generate(&place.project, &person("", DISPLAY))
            .expect(0)
            .to_string();
        assert!(said.contains("nothing to do"), "{said}");

        // Once more, from the first one.
        let again = place.generate(&person(VERSION, DISPLAY));
        place.colmig(&["run", "--assume-drained"]);
        assert_eq!(place.versions(), [Some(1); 6]);
        place.contract(&again);
    }
}

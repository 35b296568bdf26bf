//! What the text becomes, byte by byte.

mod mixtures;

use super::*;

/// A file with one model; the attributes and fields stand between its braces.
fn file(fields: &str) -> String {
    format!(
        "use colmig::Model;\n\n/// Größe: 5 €\n#[derive(Model)]\n#[colmig(table = \"users\")]\n\
         pub struct User {{\n    #[colmig(primary_key)]\n    pub id: i64,\n{fields}}}\n"
    )
}

fn edited(text: &str, fields: &[&str]) -> Edited {
    let start = text.find("/// Größe").unwrap_or_default();
    let end = text.rfind('}').unwrap() + 1;
    let arrived = Arrived {
        item: start..end,
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
    };
    without_transition(text, &[arrived])
}

/// Edits the field `a`, and says that nothing else changed.
#[track_caller]
fn becomes(before: &str, after: &str) {
    let edited = edited(&file(before), &["a"]);
    assert_eq!(edited.left, [], "{before}");
    assert_eq!(edited.text, file(after));
    // A second time there is nothing to do.
    let again = self::edited(&edited.text, &["a"]);
    assert_eq!(
        (again.text, again.edits, again.left),
        (edited.text, vec![], vec![])
    );
}

/// Says that the field `a` stays as it is, and why.
#[track_caller]
fn stays(before: &str, why: Why) {
    let text = file(before);
    let edited = edited(&text, &["a"]);
    assert_eq!(edited.text, text);
    assert_eq!(edited.edits, []);
    assert!(
        !edited.left.is_empty() && edited.left.iter().all(|left| left.why == why),
        "{edited:?}"
    );
}

#[test]
fn one_of_several_on_a_line() {
    becomes(
        "    #[colmig(backfill = \"x\", index)]\n    pub a: String,\n",
        "    #[colmig(index)]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(index, backfill = \"x\", column = \"b\")]\n    pub a: String,\n",
        "    #[colmig(index, column = \"b\")]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(index, backfill = \"x\")]\n    pub a: String,\n",
        "    #[colmig(index)]\n    pub a: String,\n",
    );
}

#[test]
fn blanks_and_commas_as_somebody_set_them() {
    becomes(
        "    #[colmig( backfill=\"x\" , index )]\n    pub a: String,\n",
        "    #[colmig( index )]\n    pub a: String,\n",
    );
    becomes(
        "    #[ colmig ( index, backfill=\"x\", ) ]\n    pub a: String,\n",
        "    #[ colmig ( index, ) ]\n    pub a: String,\n",
    );
    becomes(
        "\t#[colmig(index,backfill=\"x\",unique)] pub a: String,\n",
        "\t#[colmig(index,unique)] pub a: String,\n",
    );
    becomes(
        "    #[colmig(backfill = \"x\", index,)]\n    pub a: String,\n",
        "    #[colmig(index,)]\n    pub a: String,\n",
    );
}

#[test]
fn an_attribute_that_says_nothing_more_goes_with_its_line() {
    becomes(
        "\n    /// Shown.\n    #[colmig(backfill = \"x\")]\n    // For us.\n    pub a: String,\n",
        "\n    /// Shown.\n    // For us.\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(\n        backfill = \"x\",\n    )]\n    pub a: String,\n",
        "    pub a: String,\n",
    );
    becomes(
        "    #[colmig(backfill = \"x\",)] pub a: String,\n",
        "    pub a: String,\n",
    );
    becomes(
        "    #[doc(hidden)] #[colmig(backfill = \"x\")]\n    pub a: String,\n",
        "    #[doc(hidden)]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(backfill = \"x\")] // why\n    pub a: String,\n",
        "    // why\n    pub a: String,\n",
    );
    becomes(
        "    pub b: i32, #[colmig(backfill = \"x\")] pub a: String,\n",
        "    pub b: i32, pub a: String,\n",
    );
}

#[test]
fn several_attributes_of_one_field() {
    becomes(
        "    #[colmig(backfill = \"x\")]\n    #[serde(default)]\n    #[colmig(index)]\n    pub a: String,\n",
        "    #[serde(default)]\n    #[colmig(index)]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(index)] #[colmig(backfill = \"x\")] #[colmig(unique)] pub a: String,\n",
        "    #[colmig(index)] #[colmig(unique)] pub a: String,\n",
    );
}

#[test]
fn every_word_of_a_transition_goes_whatever_its_value() {
    becomes(
        "    #[colmig(index, replaces(\"b\", \"c\"), up = \"b || c\", down(b = \"d\", c = \"e\"))]\n    pub a: String,\n",
        "    #[colmig(index)]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(renamed_from = \"b\")]\n    pub a: String,\n",
        "    pub a: String,\n",
    );
    becomes(
        "    #[colmig(backfill(postgres = \"a\", sqlite = \"b\"), default(sqlite = \"'c'\", postgres = \"'d'\"))]\n    pub a: String,\n",
        "    #[colmig(default(sqlite = \"'c'\", postgres = \"'d'\"))]\n    pub a: String,\n",
    );
}

#[test]
fn text_that_looks_like_the_end() {
    becomes(
        "    #[colmig(backfill = r#\"coalesce(b, ')]', \"q\")\"#, check = r##\"a <> '#,]'\"##)]\n    pub a: String,\n",
        "    #[colmig(check = r##\"a <> '#,]'\"##)]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(index, backfill = \"'ä, ö' || '\\\")]'\")] // ü\n    pub a: String,\n",
        "    #[colmig(index)] // ü\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(\n        index,\n        backfill = \"\n          first\n        \",\n        unique)]\n    pub a: String,\n",
        "    #[colmig(\n        index,\n        unique)]\n    pub a: String,\n",
    );
}

#[test]
fn what_rustfmt_wrote_stays_as_rustfmt_writes() {
    // What fits on a line goes on a line.
    becomes(
        "    #[colmig(\n        backfill = \"first_name || ' ' || last_name || ' ' || title_of_person\",\n        index,\n        unique\n    )]\n    pub a: String,\n",
        "    #[colmig(index, unique)]\n    pub a: String,\n",
    );
    // What does not stays on several.
    becomes(
        "    #[colmig(\n        index,\n        check = \"length(a) > 0 AND length(a) < 200 AND a <> 'nobody' AND a <> 'x'\",\n        backfill = \"b\"\n    )]\n    pub a: String,\n",
        "    #[colmig(\n        index,\n        check = \"length(a) > 0 AND length(a) < 200 AND a <> 'nobody' AND a <> 'x'\"\n    )]\n    pub a: String,\n",
    );
    // A list that is alone opens with the parenthesis around it.
    becomes(
        "    #[colmig(\n        backfill = \"b\",\n        default(\n            postgres = \"'first_name of ' || 'last_name'\",\n            sqlite = \"'first_name of last_name'\"\n        )\n    )]\n    pub a: String,\n",
        "    #[colmig(default(\n        postgres = \"'first_name of ' || 'last_name'\",\n        sqlite = \"'first_name of last_name'\"\n    ))]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(backfill(\n        postgres = \"first_name || ' ' || last_name\",\n        sqlite = \"first_name || ' ' || last_name\"\n    ))]\n    pub a: String,\n",
        "    pub a: String,\n",
    );
}

#[test]
fn lines_that_somebody_broke_stay_broken() {
    becomes(
        "    #[colmig(\n        backfill = \"x\",\n        index,\n        unique,\n    )]\n    pub a: String,\n",
        "    #[colmig(\n        index,\n        unique,\n    )]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(\n        index,\n        backfill = \"x\",\n        unique\n    )]\n    pub a: String,\n",
        "    #[colmig(\n        index,\n        unique\n    )]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(\n        index,\n        backfill = \"x\",\n    )]\n    pub a: String,\n",
        "    #[colmig(\n        index,\n    )]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(backfill = \"x\",\n             index,\n             unique)]\n    pub a: String,\n",
        "    #[colmig(index,\n             unique)]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(index, unique,\n             replaces = \"b\",\n             up = \"b\")]\n    pub a: String,\n",
        "    #[colmig(index, unique)]\n    pub a: String,\n",
    );
}

#[test]
fn comments_stay() {
    becomes(
        "    #[colmig(\n        // Old rows.\n        backfill = \"x\", // see #12\n        index, // looked up\n    )]\n    pub a: String,\n",
        "    #[colmig(\n        // Old rows.\n        // see #12\n        index, // looked up\n    )]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(\n        index, // looked up\n        backfill = \"x\" // see #12\n    )]\n    pub a: String,\n",
        "    #[colmig(\n        index // looked up\n        // see #12\n    )]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(backfill = \"x\" /* old, rows */, index)]\n    pub a: String,\n",
        "    #[colmig(/* old, rows */ index)]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(backfill = \"x\", // see #12\n             index)]\n    pub a: String,\n",
        "    #[colmig(// see #12\n             index)]\n    pub a: String,\n",
    );
    becomes(
        "    #[colmig(\n        // Old rows,\n        // all of them.\n        backfill = \"x\",\n    )]\n    pub a: String,\n",
        "    // Old rows,\n    // all of them.\n    pub a: String,\n",
    );
    stays(
        "    #[colmig(backfill = \"x\" /* why */)] pub a: String,\n",
        Why::Comment,
    );
    let text = file("    #[colmig(backfill = \"x\" /* why */, index)]\n    pub a: String,\n");
    assert!(edited(&text, &["a"]).edits[0].comments);
}

#[test]
fn lines_that_end_as_in_windows() {
    let before = file(
        "    #[colmig(backfill = \"x\")]\n    pub a: String,\n    #[colmig(\n        index,\n        backfill = \"x\",\n    )]\n    pub b: String,\n    #[colmig(\n        // Old.\n        // Rows.\n        backfill = \"x\"\n    )]\n    pub c: String,\n",
    );
    let after = file(
        "    pub a: String,\n    #[colmig(\n        index,\n    )]\n    pub b: String,\n    // Old.\n    // Rows.\n    pub c: String,\n",
    );
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(edited(&crlf(&before), &["a", "b", "c"]).text, crlf(&after));
}

#[test]
fn other_fields_and_what_is_not_ours_stay() {
    let text = file(
        "    #[colmig(backfill = \"x\")]\n    pub a: String,\n    #[colmig(backfill = \"y\")]\n    pub r#type: String,\n    #[other(backfill = \"z\")]\n    pub c: i32,\n",
    );
    let edited = edited(&text, &["type", "c"]);
    assert_eq!(
        edited.text,
        text.replace("    #[colmig(backfill = \"y\")]\n", "")
    );
    let [edit] = edited.edits.as_slice() else {
        panic!("{:?}", edited.edits)
    };
    assert_eq!(
        (edit.field.as_str(), edit.words.as_slice()),
        ("type", ["backfill".to_owned()].as_slice())
    );
    assert_eq!(&text[edit.span.clone()], "#[colmig(backfill = \"y\")]");
}

#[test]
fn a_condition_is_for_people() {
    stays(
        "    #[cfg_attr(feature = \"db\", colmig(backfill = \"x\", index))]\n    pub a: String,\n",
        Why::Conditional,
    );
    stays(
        "    #[colmig(replaces = \"b\")]\n    #[cfg_attr(all(), cfg_attr(unix, serde(skip), colmig(up = \"b\")))]\n    pub a: String,\n",
        Why::Conditional,
    );
    // A condition on something else is no business of ours.
    becomes(
        "    #[cfg_attr(feature = \"db\", colmig(index))]\n    #[colmig(backfill = \"x\")]\n    pub a: String,\n",
        "    #[cfg_attr(feature = \"db\", colmig(index))]\n    pub a: String,\n",
    );
}

#[test]
fn several_structs_of_a_file() {
    let one = "#[derive(Model)]\n#[colmig(table = \"a\")]\nstruct A {\n    #[colmig(primary_key)]\n    id: i64,\n    #[colmig(backfill = \"1\", index)]\n    a: i64,\n}";
    let other = one
        .replace("\"a\"", "\"b\"")
        .replace("struct A", "struct B");
    let text = format!("#!/usr/bin/env run\n{one}\n\nmod inner {{\n{other}\n}}\n");
    let arrived = |source: &str| {
        let start = text.find(source).unwrap();
        Arrived {
            item: start..start + source.len(),
            fields: BTreeSet::from(["a".to_owned()]),
        }
    };
    let edited = without_transition(&text, &[arrived(&other), arrived(one)]);
    assert_eq!(edited.text, text.replace("backfill = \"1\", ", ""));
    let spans: Vec<&str> = edited
        .edits
        .iter()
        .map(|edit| &text[edit.span.clone()])
        .collect();
    assert_eq!(spans, ["#[colmig(backfill = \"1\", index)]"; 2]);
    assert!(edited.edits[0].span.start < edited.edits[1].span.start);
}

#[test]
fn a_struct_that_would_be_another_model_stays() {
    // Twice the same word: what it says is not known, so neither is what it would say without.
    stays(
        "    #[colmig(backfill = \"x\", index, index)]\n    pub a: String,\n",
        Why::Unsure,
    );
}

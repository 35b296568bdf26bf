//! More cases than anybody would write down, and what holds in all of them.

use super::*;

/// What rustfmt makes of the text.
fn rustfmt(text: &str) -> String {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt is a part of the toolchain that this repository needs");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn rustfmt_has_nothing_to_add() {
    // Every mixture of words, with values of widths around those at which rustfmt breaks lines.
    let mut fields = String::new();
    let mut names = BTreeSet::new();
    for mixture in 0..32 {
        for wide in [1, 9, 20, 37, 45, 46, 47, 60, 79, 100] {
            let value = "x".repeat(wide);
            let items = [
                "index".to_owned(),
                format!("backfill = \"{value}\""),
                format!("default(postgres = \"{value}\", sqlite = \"1\")"),
                format!("check = \"{value}\""),
                format!("column = \"column_{mixture}_{wide}\""),
            ];
            let chosen = items.iter().enumerate();
            let chosen = chosen.filter(|(position, _)| mixture & (1 << position) != 0);
            let chosen: Vec<&str> = chosen.map(|(_, item)| item.as_str()).collect();
            if !chosen.is_empty() {
                let name = format!("a_{mixture}_{wide}");
                fields += &format!("#[colmig({})] pub {name}: String,\n", chosen.join(", "));
                names.insert(name);
            }
        }
    }
    let text = rustfmt(&file(&fields));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let edited = edited(&text, &names);
    assert_eq!((edited.edits.len(), edited.left.len()), (160, 0));
    assert!(edited.text == rustfmt(&edited.text), "{}", edited.text);
}

#[test]
fn however_it_is_written_what_stays_is_all_there() {
    let items = [
        "index",
        "backfill = \"a // b, )]\"",
        "column = \"c\"",
        "check = r#\"d > '\"'\"#",
    ];
    let gaps = [
        "",
        " ",
        "\n\t\t",
        "\n",
        "/* c, )] */",
        " /* c */\n",
        " // c, )]\n        ",
        "// c\n// c\n",
    ];
    // The same numbers each time, and no pattern that the cases could follow.
    let mut seed = 1_u64;
    let mut any = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 40).unwrap() % below
    };
    let mut edits = 0;
    for _ in 0..2_000 {
        let mut chosen: Vec<&str> = items.into_iter().filter(|_| any(4) > 0).collect();
        let turn = any(chosen.len() + 1);
        chosen.rotate_left(turn);
        let mut attribute = format!("#[colmig({}", gaps[any(8)]);
        for (position, item) in chosen.iter().enumerate() {
            let comma = if position + 1 < chosen.len() || any(2) == 0 {
                ","
            } else {
                ""
            };
            attribute += &format!("{item}{}{comma}{}", gaps[any(8)], gaps[any(8)]);
        }
        let text = file(&format!("    {attribute})]\n    pub a: String,\n"));
        let edited = edited(&text, &["a"]);
        if !chosen.iter().any(|item| item.starts_with("backfill")) {
            assert_eq!(edited.text, text);
            continue;
        }
        assert_eq!((edited.edits.len(), edited.left.len()), (1, 0), "{text}");
        edits += 1;
        // What is left of both, without the blanks, is the same.
        let bare = |text: &str| text.replace(char::is_whitespace, "").replace(',', "");
        let expected = bare(&text).replace(&bare(items[1]), "");
        let found = bare(&edited.text);
        assert!(
            found == expected || chosen.len() == 1,
            "{text}\n{}",
            edited.text
        );
        let comments = |text: &str| (text.matches("/* c").count(), text.matches("// c").count());
        assert_eq!(
            comments(&edited.text),
            comments(&text),
            "{text}\n{}",
            edited.text
        );
    }
    assert!(edits > 1_000);
}

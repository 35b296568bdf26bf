//! `--help` of everything, and command lines that mean nothing.

use crate::project::Project;

#[test]
fn every_help_says_what_a_verb_does_and_how_it_ends() {
    let project = Project::bare("");
    let overview = project.colmig(&["--help"]).expect(0);
    insta::assert_snapshot!("help", overview.stdout);
    let verbs: Vec<&str> = overview
        .stdout
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .map_while(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|verb| *verb != "help")
        .collect();
    assert!(verbs.len() >= 2, "{verbs:?}");
    for verb in verbs {
        let help = project.colmig(&[verb, "--help"]).expect(0);
        assert!(help.stdout.contains("Exit codes:\n  0  "), "{help}");
        insta::assert_snapshot!(format!("help_{verb}"), help.stdout);
    }
}

#[test]
fn a_command_line_that_means_nothing_ends_with_2() {
    let project = Project::bare("");
    project.colmig(&["generat"]).expect(2);
    project.colmig(&["generate", "--format", "yaml"]).expect(2);
    project.colmig(&[]).expect(2);
}

#[test]
fn outside_of_a_project_the_first_command_is_named() {
    let project = Project::bare("");
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

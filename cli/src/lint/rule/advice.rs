//! How colmig does what a rule of squawk's warns of.

/// What a rule is about, and the way of colmig's.
const ADVICE: [(&str, &str); 27] = [
    ("adding-field-with-default", NEW_FIELD),
    ("adding-not-nullable-field", NEW_FIELD),
    ("adding-required-field", NEW_FIELD),
    (
        "adding-foreign-key-constraint",
        "with colmig: `#[colmig(references = \"table(column)\")]` on the field adds the constraint NOT VALID and validates it apart",
    ),
    (
        "constraint-missing-not-valid",
        "with colmig: `#[colmig(check = \"...\")]` or `references` adds the constraint NOT VALID, validates it in a step of its own, and \
         names the rows that resist",
    ),
    (
        "changing-column-type",
        "with colmig: a new column takes the place of the old one, `#[colmig(column = \"age_2\", replaces = \"age\")]`; both are written \
         until no live build knows the old one",
    ),
    (
        "renaming-column",
        "with colmig: `#[colmig(renamed_from = \"old\")]` on the field; old and new builds work beside each other until `contract`. Where \
         only the field has another name: `#[colmig(column = \"old\")]`",
    ),
    (
        "renaming-table",
        "with colmig: rename the struct and keep its `#[colmig(table = \"...\")]`: no build that is live loses its table",
    ),
    ("disallowed-unique-constraint", INDEX),
    ("require-concurrent-index-creation", INDEX),
    ("require-concurrent-index-deletion", INDEX),
    (
        "adding-serial-primary-key-field",
        "with colmig: a primary key belongs to the model from the start; give the new table one",
    ),
    (
        "ban-concurrent-index-creation-in-transaction",
        "sqlx sends a file in a transaction: let the statement stand alone in a file that begins with `-- no-transaction`",
    ),
    (
        "transaction-nesting",
        "sqlx sends a file in a transaction already: take BEGIN and COMMIT out, or let the file begin with `-- no-transaction`",
    ),
    (
        "ban-drop-column",
        "with colmig: take the field out of the struct; the column goes in `contract`, when no live build reads or writes it",
    ),
    (
        "ban-drop-table",
        "with colmig: take the struct out and run `cargo colmig generate --drop TABLE`; the table goes in `contract`, when no live build \
         has a model of it",
    ),
    (
        "ban-drop-not-null",
        "builds that take the value for granted fail on the first NULL: let every live build read an `Option` before",
    ),
    (
        "ban-drop-constraint",
        "what the constraint kept out may come in: let every live build do without it before",
    ),
    (
        "ban-drop-database",
        "a migration has no business with the database as a whole",
    ),
    (
        "ban-truncate-cascade",
        "name the tables that are emptied, so that a reader of the migration sees them",
    ),
    ("require-lock-timeout", TIME_OUT),
    ("require-statement-timeout", TIME_OUT),
    ("require-timeout-settings", TIME_OUT),
    (
        "ban-char-field",
        "text without a length: with colmig, a field `String`",
    ),
    (
        "prefer-text-field",
        "a length can be a check, which is changed without a rewrite: `#[colmig(check = \"length(name) <= 80\")]`",
    ),
    (
        "prefer-timestamp-tz",
        "with colmig: a field `chrono::DateTime<Utc>` or `time::OffsetDateTime`",
    ),
    (
        "prefer-identity",
        "with colmig: the primary key of a new table is an `i64`",
    ),
];

const NEW_FIELD: &str = "with colmig: put the field into the struct with `#[colmig(default = \"...\")]` or `backfill = \"...\"`; the column is added \
     nullable, old rows are filled in batches, and NOT NULL follows a check that was validated apart";

const TIME_OUT: &str = "with colmig every statement that may queue traffic has a lock time-out of its own, and tries again";

const INDEX: &str = "with colmig: `#[colmig(index)]` or `unique` on the field; by hand: CONCURRENTLY, alone in a file that begins with `-- no-transaction`";

/// The way of colmig's, where there is one.
pub(super) fn of(rule: &str) -> Option<&'static str> {
    let known = ADVICE.iter().find(|(name, _)| *name == rule);
    known.map(|(_, advice)| *advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_for_rules_that_there_are() {
        for (rule, _) in ADVICE {
            assert!(
                squawk_linter::Rule::try_from(rule).is_ok(),
                "squawk has no rule `{rule}`"
            );
        }
    }
}

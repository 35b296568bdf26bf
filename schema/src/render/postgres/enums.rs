//! Types of which the values are listed.

use super::{DOLLAR_QUOTE, Literal};
use crate::model::hash;
use crate::render::IN_THE_WAY;
use crate::script::{CREATE_TYPE, Run, Step};
use crate::step::Value;

/// The type, unless it is there with these values.
pub(super) fn declare(name: &str, values: &[String]) -> Step {
    let texts: Vec<String> = values
        .iter()
        .map(|value| Literal(value).to_string())
        .collect();
    let texts = texts.join(", ");
    let quoted = Literal(name);
    let message =
        Literal("the type %s is there, and its values are %s, which are not those of the models");
    let hint =
        Literal("say these values in the models; or give the type another name in `sql_type`");
    let create = format!(
        "DO {DOLLAR_QUOTE}\n\
         DECLARE\n  found text[];\n\
         BEGIN\n  \
         SELECT array_agg(enumlabel::text ORDER BY enumsortorder) INTO found FROM pg_enum\n  \
         WHERE enumtypid = to_regtype({quoted});\n  \
         IF found IS NULL THEN\n    \
         CREATE TYPE {name} AS ENUM ({texts});\n  \
         ELSIF found <> ARRAY[{texts}] THEN\n    \
         RAISE EXCEPTION USING ERRCODE = '{IN_THE_WAY}',\n      \
         MESSAGE = format({message}, {quoted}, array_to_string(found, ', ')),\n      \
         HINT = {hint};\n  \
         END IF;\n\
         END\n{DOLLAR_QUOTE}"
    );
    let drop = format!(
        "DO {DOLLAR_QUOTE}\n\
         BEGIN\n  DROP TYPE IF EXISTS {name};\n\
         EXCEPTION WHEN dependent_objects_still_exist THEN NULL;\n\
         END\n{DOLLAR_QUOTE}"
    );
    Step {
        id: format!("{CREATE_TYPE}{}", word(name)),
        lock: "none that anybody waits for: no column is of the type yet, or it stays as it is".to_owned(),
        safe: "a type that is there is left alone, if its values are those of the models; undone, one that a column is of stays"
            .to_owned(),
        run: Run::Transaction(vec![create]),
        revert: vec![drop],
    }
}

/// One value more.
pub(super) fn add_value(name: &str, value: &Value) -> Step {
    let place = match (&value.after, &value.before) {
        (Some(after), _) => format!(" AFTER {}", Literal(after)),
        (None, Some(before)) => format!(" BEFORE {}", Literal(before)),
        (None, None) => String::new(),
    };
    Step {
        id: format!("add_value_{}_{}", word(name), word(&value.value)),
        lock: "none on any table".to_owned(),
        safe: "only the catalogue changes; an abort leaves the value, which PostgreSQL cannot take away, and which nobody stores then; \
               builds that do not know the value cannot read it, so store it when none of them is left"
            .to_owned(),
        run: Run::Alone {
            cleanup: Vec::new(),
            statement: format!(
                "ALTER TYPE {name} ADD VALUE IF NOT EXISTS {}{place}",
                Literal(&value.value)
            ),
        },
        revert: Vec::new(),
    }
}

/// A name or value as a part of a step's id, which is one word: another one for each.
fn word(text: &str) -> String {
    let kept = text.chars().map(|c| match c.is_alphanumeric() {
        true => c,
        false => '_',
    });
    let kept: String = kept.collect();
    match kept == text {
        true => kept,
        false => format!("{kept}_{}", &hash(text)[..8]),
    }
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn no_two_values_have_the_same_word() {
        assert_eq!(word("happy"), "happy");
        let alike = ["so so", "so_so", "so-so"].map(word);
        assert!(alike[0].starts_with("so_so_"));
        assert_ne!(alike[0], alike[1]);
        assert_ne!(alike[0], alike[2]);
        assert_ne!(alike[1], alike[2]);
    }
}

//! What squawk finds in colmig's own steps, and why it is no mistake there.

/// Findings that are right about the statement and wrong about its place: the rule, how
/// the step's id begins, and the reason. The test
/// of all that colmig generates shares the list, and fails on one that no longer occurs.
pub(super) const EXPECTED: [(&str, &str, &str); 13] = [
    (
        "AddingNotNullableField",
        "set_not_null_",
        "a check that was validated in the step before proves it, so PostgreSQL does not scan the table",
    ),
    (
        "BanDropConstraint",
        "drop_check_",
        "it is the check that led to NOT NULL, which says the same by then",
    ),
    (
        "BanDropConstraint",
        "drop_constraint_",
        "contract drops it when no live instance is left that takes it for granted",
    ),
    (
        "BanDropFunction",
        "drop_colmig_fill_",
        "it is the function of colmig's own trigger, which goes in the same transaction",
    ),
    (
        "BanDropFunction",
        "drop_legacy_",
        "they are colmig's own functions, which go in the same transaction as what calls them",
    ),
    (
        "BanDropColumn",
        "drop_legacy_",
        "contract drops it when no live instance knows it any more",
    ),
    (
        "BanDropTable",
        "drop_table_",
        "contract drops it when no live instance has a model of it any more",
    ),
    (
        "ChangingColumnType",
        "widen_",
        "the new type holds what the old one holds in the same bytes, and the statement before it refuses whatever would be rebuilt",
    ),
    (
        "PreferTextField",
        "widen_",
        "a length that grows is a word in the catalogue, and whatever would be rebuilt is refused before",
    ),
    (
        "PreferTextField",
        "add_column_",
        "the length is the user's choice, and it grows in place",
    ),
    (
        "PreferRobustStmts",
        "create_index_",
        "IF NOT EXISTS would take an invalid index for a good one; the executor looks for one and drops it first",
    ),
    (
        "PreferBigintOverInt",
        "add_column_",
        "the field is an `i32`: the type is the user's choice",
    ),
    (
        "PreferBigintOverSmallint",
        "add_column_",
        "the field is an `i16`: the type is the user's choice",
    ),
];

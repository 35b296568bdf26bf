//! `pg_dump`'s output without what differs between equal schemas.

/// Drops comments, which name versions, the random token of `\restrict`, and
/// blank lines. What is left is the schema: tables, their columns in order,
/// functions, triggers, owners and rights.
pub(crate) fn normalize(dump: &str) -> String {
    let mut schema = String::with_capacity(dump.len());
    for line in dump.lines().map(str::trim_end) {
        let noise = line.is_empty()
            || line.starts_with("--")
            || line.starts_with("\\restrict ")
            || line.starts_with("\\unrestrict ");
        if !noise {
            schema.push_str(line);
            schema.push('\n');
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_schema_is_left() {
        let dump = "--\n-- PostgreSQL database dump\n--\n\n\\restrict aZ09\n\n\
                    -- Dumped from database version 15.18\n\n\
                    CREATE TABLE public.t (\n    id integer\n);\n\n\\unrestrict aZ09\n";
        assert_eq!(
            normalize(dump),
            "CREATE TABLE public.t (\n    id integer\n);\n"
        );
    }
}

//! A query of the team's own.

use async_trait::async_trait;

use super::{Gauge, Look, Reading, Seen};
use crate::migrate::driver::{Failure, Value};

/// Holds while the query gives true, or a number above its limit. One that fails holds too.
pub(super) struct Query;

#[async_trait]
impl Gauge for Query {
    fn name(&self) -> &str {
        "query"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(query) = &at.limits.query else {
            return Ok(Seen::Nothing);
        };
        // As text, which numbers and truths of every type have.
        let query = query.trim().trim_end_matches(';');
        let rows = match at.driver.dialect().words {
            Some(words) => {
                let text = words.database.as_text();
                let sql = format!("SELECT CAST((\n{query}\n) AS {text})");
                at.driver.look(&sql).await?
            }
            // A command, of whose answer the first value counts.
            None => at.driver.look(query).await?,
        };
        let value = rows.into_iter().flatten().next().unwrap_or(Value::Null);
        Ok(Seen::Reading(judge(&value, at.limits.query_limit)))
    }

    fn holds_unread(&self) -> bool {
        true
    }
}

fn judge(value: &Value, limit: f64) -> Reading {
    let text = match value {
        Value::Null => String::new(),
        value => value.to_string(),
    };
    let reading = format!("the query gives {value}");
    match text.as_str() {
        "" | "f" | "false" => Reading::new(0.0, reading, "false"),
        "t" | "true" => Reading::holding(reading, "false"),
        number => match number.parse::<f64>() {
            Ok(number) => {
                // Between the two there is nothing from which a share could be taken.
                let level = if number > limit { f64::INFINITY } else { 0.0 };
                Reading::new(level, reading, limit.to_string())
            }
            Err(_) => Reading::holding(reading, "a truth or a number"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn true_and_numbers_above_the_limit_hold() {
        let holds = |text: &str, limit| judge(&Value::from(text), limit).holds();
        assert!(holds("true", 0.0) && holds("1", 0.0) && holds("10.5", 10.0));
        assert!(!holds("false", 0.0) && !holds("0", 0.0) && !holds("10", 10.0));
        assert!(!judge(&Value::Null, 0.0).holds(), "no row");
        assert!(!judge(&Value::Int(0), 0.0).holds());
        assert!(holds("soon", 0.0), "nobody knows what it means");
    }
}

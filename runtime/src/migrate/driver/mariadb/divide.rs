//! Where to divide a table among workers.

use colmig_schema::script::Backfill;

use super::MariaDb;
use crate::migrate::driver::{Driver as _, Failure, Row, Tables as _, Value};

/// A larger table is not gone through for keys of several columns, or of text.
const LARGEST_COUNTED: u64 = 20_000_000;

impl MariaDb {
    /// Keys that divide a table into about as many parts: by even steps between the first and
    /// the last where the key is one number, and else by counting rows of its index.
    pub(super) async fn keys_between(
        &mut self,
        backfill: &Backfill,
        parts: u64,
    ) -> Result<Vec<Row>, Failure> {
        if parts < 2 {
            return Ok(Vec::new());
        }
        let Some(first) = self.query(&backfill.first, &[]).await?.into_iter().next() else {
            return Ok(Vec::new());
        };
        if let [Value::Int(low)] = first.as_slice() {
            let last = backfill.first.replacen(" LIMIT 1", " DESC LIMIT 1", 1);
            let last = self.query(&last, &[]).await?.into_iter().next();
            let Some([Value::Int(high)]) = last.as_deref() else {
                return Ok(Vec::new());
            };
            return Ok(even_steps(*low, *high, parts)
                .map(|key| vec![Value::Int(key)])
                .collect());
        }
        let rows = self.estimate(&backfill.table).await?.unwrap_or_default();
        if rows > LARGEST_COUNTED {
            return Ok(Vec::new());
        }
        let step = Value::from((rows / parts).max(1));
        let mut keys: Vec<Row> = Vec::new();
        let mut from = first;
        while (keys.len() as u64) < parts - 1 {
            let arguments = [&from[..], std::slice::from_ref(&step)].concat();
            let next = self.query(&backfill.boundary, &arguments).await?;
            let Some(next) = next.into_iter().next() else {
                break;
            };
            keys.push(next.clone());
            from = next;
        }
        Ok(keys)
    }
}

/// Numbers between the two, which divide what lies between them evenly.
fn even_steps(low: i64, high: i64, parts: u64) -> impl Iterator<Item = i64> {
    let width = i128::from(high) - i128::from(low) + 1;
    let parts = i128::from(parts).min(width);
    let keys = (1..parts).map(move |part| i128::from(low) + width * part / parts);
    keys.filter_map(|key| i64::try_from(key).ok())
}

#[cfg(test)]
mod tests {
    use super::even_steps;

    #[test]
    fn steps_are_even_whatever_lies_between() {
        assert_eq!(even_steps(1, 100, 4).collect::<Vec<_>>(), [26, 51, 76]);
        assert_eq!(even_steps(1, 3, 10).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(even_steps(5, 5, 4).count(), 0);
        assert_eq!(even_steps(i64::MIN, i64::MAX, 2).collect::<Vec<_>>(), [0]);
    }
}

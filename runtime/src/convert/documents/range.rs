//! One range: read, converted on every core, and written where a document still holds what was read.

use std::time::Duration;

use mongodb::bson::{Bson, DateTime, Document, doc};
use mongodb::options::{Hint, ReadConcern};

use super::job::{Counts, Failure, Job, Range};
use super::{Error, Worker, millis};
use crate::convert::TRIES;
use crate::convert::cores::{called, on_every_core};

/// The bytes of the statements of one command. A command is a document, and the server takes none of more than
/// 16 MiB.
const MOST_BYTES: usize = 12 * 1024 * 1024;

/// The bytes of one statement, which may be alone in its command: beside the new value it holds what was read.
const MOST_STATEMENT: usize = 15 * 1024 * 1024;

/// What is to be done about a document.
enum Verdict {
    /// It holds what the rule gives.
    Same,
    Write(Bson),
    Fails(String),
}

/// A document that is written, and where it stands among those that were read.
struct Statement {
    at: usize,
    update: Document,
    bytes: usize,
}

/// Converts the documents of a range. How many were written.
pub(super) async fn convert(worker: &Worker, job: &Job, range: Range) -> Result<u64, Error> {
    let mut counts = Counts::default();
    for attempt in 1.. {
        let (documents, covered) = read(worker, job, &range).await?;
        let Some(judged) = judged(worker, job, &range, documents).await? else {
            return Ok(counts.filled);
        };
        // The whole lease for what is written.
        let Some(until) = job.keep(worker, &range).await? else {
            return Ok(counts.filled);
        };
        let until = begin_by(until, worker);
        let (mut news, mut failures) = (Vec::new(), Vec::new());
        for (at, (document, verdict)) in judged.iter().enumerate() {
            match verdict {
                Verdict::Same => {}
                Verdict::Fails(reason) => failures.push(job.failure(document, reason)),
                Verdict::Write(value) => match job.statement(at, document, value, until)? {
                    Some(statement) => news.push(statement),
                    None => {
                        let reason = "what it is held against and what is written do not fit into one command";
                        failures.push(job.failure(document, reason));
                    }
                },
            }
        }
        let written = write(worker, job, &news).await?;
        for (at, reason) in &written.refused {
            failures.push(job.failure(&judged[*at].0, reason));
        }
        let wanted = (news.len() - written.refused.len()) as u64;
        counts.changed += wanted;
        counts.filled += written.documents;
        // A document that has changed meanwhile is done again. Behind the first pass few are
        // written, and those are looked at again.
        let settled = written.documents == wanted && range.pass == 1;
        if wanted == 0 || settled || attempt == TRIES {
            counts.covered = covered;
            counts.failed = failures.len() as u64;
            job.failures(worker, &range, &failures).await?;
            // What was written is written, and if another has taken the range over by now, it finds
            // nothing to do there and says so.
            job.finish(worker, &range, counts).await?;
            break;
        }
    }
    Ok(counts.filled)
}

/// The documents of a range that are of interest, and how many there are in all. Nothing is looked at
/// that an election could take back: what was seen to be done stays done.
async fn read(worker: &Worker, job: &Job, range: &Range) -> Result<(Vec<Document>, u64), Error> {
    let collection = worker.place()?.collection::<Document>(job.collection);
    let within = within(range);
    let mut filter = doc! {};
    let mut conditions = within.clone();
    match (job.fills, job.null_is_old) {
        (false, _) => {}
        // A filter takes an array with null in it for null as well.
        (true, true) => conditions.push(doc! { "$lte": [path(job.target), null] }.into()),
        (true, false) => {
            filter.insert(job.target, doc! { "$exists": false });
        }
    }
    if !conditions.is_empty() {
        filter.insert("$expr", doc! { "$and": conditions });
    }
    let mut projection = doc! { "_id": 1, job.target: 1 };
    projection.extend(job.read.iter().map(|name| ((*name).to_owned(), 1.into())));
    let by_key = || Hint::Keys(doc! { "_id": 1 });
    let find = collection
        .find(filter)
        .projection(projection)
        .hint(by_key());
    let find = find.read_concern(ReadConcern::majority());
    let documents = crate::mongodb::all(find.await?).await?;
    let covered = match job.fills {
        false => documents.len() as u64,
        // Those that hold a value are covered, too.
        true => {
            let all = match within.is_empty() {
                true => doc! {},
                false => doc! { "$expr": { "$and": within } },
            };
            collection.count_documents(all).hint(by_key()).await?
        }
    };
    Ok((documents, covered))
}

/// That a document is in a range. As expressions, for the operators of filters compare within one type.
fn within(range: &Range) -> Vec<Bson> {
    let bounds = [("$gte", &range.lower), ("$lt", &range.upper)];
    let bounds = bounds
        .into_iter()
        .filter_map(|(operator, bound)| Some((operator, bound.as_ref()?)));
    bounds
        .map(|(operator, bound)| {
            let key = doc! { "$literal": bound.key.clone() };
            doc! { operator: ["$_id", key] }.into()
        })
        .collect()
}

fn path(field: &str) -> String {
    format!("${field}")
}

/// Converts on every core, and keeps the range meanwhile; none if it was lost to another.
async fn judged(
    worker: &Worker,
    job: &Job,
    range: &Range,
    documents: Vec<Document>,
) -> Result<Option<Vec<(Document, Verdict)>>, Error> {
    let judge = job.judge();
    let mut computed = tokio::task::spawn_blocking(move || {
        let mut documents = documents;
        let verdicts = on_every_core(&mut documents, |document| judge(document));
        documents.into_iter().zip(verdicts).collect::<Vec<_>>()
    });
    loop {
        tokio::select! {
            judged = &mut computed => return Ok(Some(judged?)),
            () = tokio::time::sleep(worker.lease / 3) => {}
        }
        if job.keep(worker, range).await?.is_none() {
            return Ok(None);
        }
    }
}

impl Job {
    /// What is to be done about documents.
    fn judge(&self) -> impl Fn(&Document) -> Verdict + Send + Sync + use<> {
        let (rule, read, target) = (self.rule, self.read.clone(), self.target);
        let null_is_none = self.fills && self.null_is_old;
        move |document| {
            let read: Vec<Option<&Bson>> = read.iter().map(|name| document.get(name)).collect();
            match called(|| rule.settle(&read, document.get(target))) {
                Ok(None) => Verdict::Same,
                Ok(Some(Bson::Null)) if null_is_none => Verdict::Fails(
                    "the function gives null, which counts as not filled in a field that is required"
                        .to_owned(),
                ),
                Ok(Some(value)) => Verdict::Write(value),
                Err(reason) => Verdict::Fails(reason),
            }
        }
    }

    fn failure(&self, document: &Document, reason: &str) -> Failure {
        let shown = |name: &&str| document.get(name).map(crate::document::shown);
        let value = match self.read.as_slice() {
            [only] => shown(only),
            several => {
                let several = several.iter();
                let several =
                    several.map(|name| shown(name).unwrap_or_else(|| "missing".to_owned()));
                Some(several.collect::<Vec<_>>().join(", "))
            }
        };
        Failure {
            key: document.get("_id").cloned().unwrap_or(Bson::Null),
            value,
            reason: reason.to_owned(),
        }
    }

    /// Writes a document if it still holds what was read, and the command began in time; none if no
    /// command could hold it.
    fn statement(
        &self,
        at: usize,
        document: &Document,
        value: &Bson,
        until: DateTime,
    ) -> Result<Option<Statement>, Error> {
        let mut conditions = vec![doc! { "$lt": ["$$NOW", until] }];
        for name in self.read.iter().chain([&self.target]) {
            conditions.extend(is_still(name, document.get(name)));
        }
        let key = document.get("_id").cloned().unwrap_or(Bson::Null);
        let update = doc! {
            "q": { "_id": { "$eq": key }, "$expr": { "$and": conditions } },
            "u": { "$set": { self.target: value.clone() } },
        };
        let bytes = update.to_vec()?.len();
        Ok((bytes <= MOST_STATEMENT).then_some(Statement { at, update, bytes }))
    }
}

/// That a field holds this and nothing else. To an expression numbers of different types may be equal, so
/// that the type is asked for as well; and what is missing has one, too, which null has not.
fn is_still(name: &str, was: Option<&Bson>) -> Vec<Document> {
    let of_type = doc! { "$eq": [{ "$type": path(name) }, was.map_or("missing", type_of)] };
    let same = was.map(|was| doc! { "$eq": [path(name), { "$literal": was.clone() }] });
    [Some(of_type), same].into_iter().flatten().collect()
}

/// What the server calls the type of a value.
fn type_of(value: &Bson) -> &'static str {
    match value {
        Bson::Double(_) => "double",
        Bson::String(_) => "string",
        Bson::Array(_) => "array",
        Bson::Document(_) => "object",
        Bson::Boolean(_) => "bool",
        Bson::Null => "null",
        Bson::RegularExpression(_) => "regex",
        Bson::JavaScriptCode(_) => "javascript",
        Bson::JavaScriptCodeWithScope(_) => "javascriptWithScope",
        Bson::Int32(_) => "int",
        Bson::Int64(_) => "long",
        Bson::Timestamp(_) => "timestamp",
        Bson::Binary(_) => "binData",
        Bson::ObjectId(_) => "objectId",
        Bson::DateTime(_) => "date",
        Bson::Symbol(_) => "symbol",
        Bson::Decimal128(_) => "decimal",
        Bson::Undefined => "undefined",
        Bson::MaxKey => "maxKey",
        Bson::MinKey => "minKey",
        Bson::DbPointer(_) => "dbPointer",
    }
}

/// The longest time of a command that writes: the server reads its clock once, when one begins, and
/// one may wait long for a document that somebody's transaction has changed.
fn at_most(worker: &Worker) -> Duration {
    worker.lease / 4
}

/// Whatever begins by then has ended when the lease runs out.
fn begin_by(until: DateTime, worker: &Worker) -> DateTime {
    DateTime::from_millis(until.timestamp_millis() - millis(at_most(worker)))
}

/// What came of commands that write.
#[derive(Default)]
struct Written {
    documents: u64,
    /// The documents that the server refused for what they are, and why.
    refused: Vec<(usize, String)>,
}

/// Writes what was converted, in as few commands as can hold it.
async fn write(worker: &Worker, job: &Job, news: &[Statement]) -> Result<Written, Error> {
    let mut written = Written::default();
    let mut rest = news;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fit = rest.iter().take_while(|statement| {
            bytes += statement.bytes;
            bytes <= MOST_BYTES
        });
        let (now, later) = rest.split_at(fit.count().max(1));
        rest = later;
        let updates = now.iter().map(|statement| statement.update.clone());
        let command = doc! {
            "update": job.collection,
            "updates": updates.collect::<Vec<_>>(),
            "ordered": false,
            "writeConcern": { "w": "majority", "j": true },
            "maxTimeMS": millis(at_most(worker)),
            "comment": "colmig_convert",
        };
        let answer = worker.place()?.database().run_command(command).await?;
        settled(&answer, now, &mut written)?;
    }
    Ok(written)
}

/// Takes down what the server answers to a command.
fn settled(answer: &Document, now: &[Statement], written: &mut Written) -> Result<(), Error> {
    if let Ok(unconfirmed) = answer.get_document("writeConcernError") {
        return Err(Error::Refused(unconfirmed.to_string()));
    }
    written.documents += answer
        .get_i32("n")
        .ok()
        .and_then(|n| u64::try_from(n).ok())
        .unwrap_or(0);
    let errors = answer.get_array("writeErrors").into_iter().flatten();
    for error in errors.filter_map(Bson::as_document) {
        let said = error.get_str("errmsg").unwrap_or_default();
        let code = error.get_i32("code").unwrap_or_default();
        let at = error.get_i32("index").ok();
        let at = at.and_then(|at| now.get(usize::try_from(at).ok()?));
        match at.filter(|_| OF_DOCUMENTS.contains(&code)) {
            Some(statement) => written.refused.push((statement.at, said.to_owned())),
            // Of the server, which may take it later.
            None => return Err(Error::Refused(format!("{said} ({code})"))),
        }
    }
    Ok(())
}

/// What is wrong with a document, and not with the server: DocumentValidationFailure, DuplicateKey, and three
/// that say that it would be too large.
const OF_DOCUMENTS: [i32; 5] = [121, 11_000, 10_334, 17_280, 17_419];

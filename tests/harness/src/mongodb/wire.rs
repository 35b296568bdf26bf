//! As much of MongoDB's wire protocol as a command and its answer need.
//!
//! The server has no client of its own here that commands could go through, and
//! a driver would judge itself.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use bson::{Bson, Document};

use crate::HarnessError;

/// For how long a connection is tried for.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// Longer than anything that a test asks a server for.
const ANSWER_LIMIT: Duration = Duration::from_secs(120);

/// The only kind of message that servers of today know.
const OP_MSG: i32 = 2013;

/// Four numbers of 32 bits, of which the first is the length of the message and
/// the last its kind.
const HEADER: usize = 16;

/// Flags, and the kind of the section: a document.
const BEFORE_DOCUMENT: usize = 5;

/// The most that a server sends, which is more than a document may have.
const LONGEST: usize = 48_000_000;

/// Sends a command on a connection of its own, and returns the answer.
pub(super) fn command(
    address: &str,
    database: &str,
    mut command: Document,
) -> Result<Document, HarnessError> {
    let name = command.keys().next().cloned().unwrap_or_default();
    command.insert("$db", database);
    let answer = exchange(address, &command).map_err(|source| HarnessError::NoAnswer {
        address: address.to_owned(),
        source,
    })?;
    match refusal(&answer) {
        Some(error) => Err(HarnessError::Refused {
            command: name,
            code: error.get_i32("code").unwrap_or_default(),
            name: error.get_str("codeName").unwrap_or_default().to_owned(),
            message: error.get_str("errmsg").unwrap_or_default().to_owned(),
        }),
        None => Ok(answer),
    }
}

/// The part of an answer that is an error. A write of which a part was refused,
/// or that was not copied as it should be, is one for us.
fn refusal(answer: &Document) -> Option<&Document> {
    let ok = match answer.get("ok") {
        Some(Bson::Double(ok)) => *ok == 1.0,
        Some(Bson::Int32(ok)) => *ok == 1,
        _ => false,
    };
    if !ok {
        return Some(answer);
    }
    let of_writes = answer.get_array("writeErrors").ok();
    let first = of_writes.and_then(|errors| errors.first()?.as_document());
    first.or_else(|| answer.get_document("writeConcernError").ok())
}

fn exchange(address: &str, document: &Document) -> io::Result<Document> {
    let mut addresses = address.to_socket_addrs()?;
    let resolved = addresses.next().ok_or(io::ErrorKind::AddrNotAvailable)?;
    let mut stream = TcpStream::connect_timeout(&resolved, CONNECT_LIMIT)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    stream.set_write_timeout(Some(ANSWER_LIMIT))?;
    stream.write_all(&message(document)?)?;

    let mut header = [0; HEADER];
    stream.read_exact(&mut header)?;
    let number = |place: usize| {
        header[place..]
            .first_chunk()
            .copied()
            .map(i32::from_le_bytes)
    };
    let length = number(0).and_then(|length| usize::try_from(length).ok());
    let length = length.filter(|length| (HEADER + BEFORE_DOCUMENT..=LONGEST).contains(length));
    let (Some(length), Some(OP_MSG)) = (length, number(12)) else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the answer is no message of MongoDB's",
        ));
    };
    let mut body = vec![0; length - HEADER];
    stream.read_exact(&mut body)?;
    Document::from_reader(&body[BEFORE_DOCUMENT..]).map_err(io::Error::other)
}

fn message(document: &Document) -> io::Result<Vec<u8>> {
    let mut encoded = Vec::new();
    document.to_writer(&mut encoded).map_err(io::Error::other)?;
    let length = HEADER + BEFORE_DOCUMENT + encoded.len();
    let length = i32::try_from(length).map_err(io::Error::other)?;
    let mut message = Vec::new();
    for number in [length, 1, 0, OP_MSG, 0] {
        message.extend(number.to_le_bytes());
    }
    message.push(0);
    message.extend(encoded);
    Ok(message)
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn a_message_has_its_length_and_its_kind_in_front() {
        let message = message(&doc! { "ping": 1 }).unwrap();
        assert_eq!(message.len(), 16 + 5 + 15);
        assert_eq!(message[..4], [36, 0, 0, 0]);
        assert_eq!(message[12..21], [0xdd, 7, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(message[21..26], [15, 0, 0, 0, 0x10]);
    }

    #[test]
    fn a_write_that_was_refused_in_part_is_an_error() {
        let code = |answer: Document| refusal(&answer).map(|error| error.get_i32("code").unwrap());
        assert_eq!(code(doc! { "ok": 1.0, "n": 1 }), None);
        assert_eq!(code(doc! { "ok": 1 }), None);
        assert_eq!(code(doc! { "ok": 0.0, "code": 59 }), Some(59));
        let part = doc! { "ok": 1.0, "n": 0, "writeErrors": [{ "index": 0, "code": 11000 }] };
        assert_eq!(code(part), Some(11000));
        let alone = doc! { "ok": 1.0, "n": 1, "writeConcernError": { "code": 64 } };
        assert_eq!(code(alone), Some(64));
    }
}

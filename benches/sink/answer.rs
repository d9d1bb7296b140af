//! What is answered: one queue, always empty, that takes everything.

use super::exchange::{Counters, header};

/// What a request is about, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Token,
    Queues,
    Items,
    Add,
    BulkAdd,
    Counters,
    Other,
}

impl Asked {
    /// Reads the request line.
    pub(super) fn of(head: &str) -> Self {
        let path = head.split(' ').nth(1).unwrap_or_default();
        let path = path.split('?').next().unwrap_or_default();
        match path.rsplit('/').next().unwrap_or_default() {
            "token" => Self::Token,
            "QueueDefinitions" => Self::Queues,
            "QueueItems" => Self::Items,
            "UiPathODataSvc.AddQueueItem" => Self::Add,
            "UiPathODataSvc.BulkAddQueueItems" => Self::BulkAdd,
            "counters" => Self::Counters,
            _ => Self::Other,
        }
    }

    /// Tells whether it adds items.
    pub(super) fn adds(self) -> bool {
        matches!(self, Self::Add | Self::BulkAdd)
    }
}

/// The whole answer: status, headers, body.
pub(super) fn answer(asked: Asked, head: &str, counters: &Counters) -> String {
    let (status, body) = match asked {
        Asked::Token => {
            ("200 OK", r#"{"access_token":"sink","expires_in":3600,"token_type":"Bearer","scope":"OR.Queues"}"#.into())
        }
        Asked::Queues => ("200 OK", r#"{"value":[{"Id":1,"Name":"Bench","EnforceUniqueReference":false}]}"#.into()),
        Asked::Items => ("200 OK", r#"{"value":[]}"#.into()),
        Asked::Add => ("201 Created", r#"{"Id":1,"Key":"00000000-0000-0000-0000-000000000001","Status":"New"}"#.into()),
        Asked::BulkAdd => ("200 OK", r#"{"Success":true,"Message":"","FailedItems":[]}"#.into()),
        Asked::Counters => ("200 OK", counters.json()),
        Asked::Other => ("404 Not Found", r#"{"message":"the sink does not know this","errorCode":0}"#.to_owned()),
    };
    let close = header(head, "connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    let connection = if close { "close" } else { "keep-alive" };
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: {connection}\r\n\r\n{body}"
    )
}

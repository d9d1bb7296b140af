//! Queues, as a table and for scripts.

use serde_json::{Value, json};

use super::table::{self, Width};
use crate::orchestrator::{Queue, Waiting};

/// A queue, and how many items wait in it, where that could be read.
type Row = (Queue, Option<Waiting>);

/// One line a queue.
pub fn queues_text(queues: &[Row], width: Width) -> String {
    let yes = |is: bool| if is { "yes" } else { "no" };
    let count = |count: Option<i64>| count.map_or_else(|| String::from("?"), |count| count.to_string());
    let rows = queues.iter().map(|(queue, waiting)| {
        [
            queue.name.clone(),
            yes(queue.unique_reference).to_owned(),
            yes(queue.schema.is_some()).to_owned(),
            count(waiting.map(|waiting| waiting.new)),
            count(waiting.map(|waiting| waiting.in_progress)),
        ]
    });
    table::text(["QUEUE", "UNIQUE REFERENCE", "SCHEMA", "NEW", "IN PROGRESS"], rows, width)
}

/// The same for scripts. Its shape changes only with its version.
pub fn queues_json(queues: &[Row]) -> Value {
    let queue = |(queue, waiting): &Row| {
        json!({
            "id": queue.id,
            "name": queue.name,
            "unique_reference": queue.unique_reference,
            "has_schema": queue.schema.is_some(),
            "new": waiting.map(|waiting| waiting.new),
            "in_progress": waiting.map(|waiting| waiting.in_progress),
        })
    };
    json!({ "version": 1, "queues": queues.iter().map(queue).collect::<Vec<_>>() })
}

//! The queues of a folder, as a table and for scripts.

use serde_json::{Value, json};

use super::table::{self, Width};
use super::times::minutes;
use crate::orchestrator::{Queue, Traffic};

/// A queue, and how much is in it, where that could be read.
type Row = (Queue, Option<Traffic>);

/// One line a queue.
pub fn queues_text(queues: &[Row], width: Width) -> String {
    let yes = |is: bool| if is { "yes" } else { "no" };
    let count = |count: Option<i64>| count.map_or_else(|| String::from("?"), |count| count.to_string());
    let rows = queues.iter().map(|(queue, traffic)| {
        [
            queue.name.clone(),
            yes(queue.unique_reference).to_owned(),
            yes(queue.schema.is_some()).to_owned(),
            queue.retries.map_or_else(|| String::from("-"), |retries| retries.to_string()),
            queue.sla_minutes.map_or_else(|| String::from("-"), minutes),
            count(traffic.map(|traffic| traffic.new)),
            count(traffic.map(|traffic| traffic.in_progress)),
            count(traffic.and_then(|traffic| traffic.failed_attempts())),
        ]
    });
    table::text(
        ["QUEUE", "UNIQUE REFERENCE", "SCHEMA", "RETRIES", "SLA", "NEW", "IN PROGRESS", "FAILED ATTEMPTS"],
        rows,
        width,
    )
}

/// The same for scripts. Its shape changes only with its version; what could not be read is null.
pub fn queues_json(queues: &[Row]) -> Value {
    let queue = |(queue, traffic): &Row| {
        let mut members = definition(queue);
        members.extend(serde_json::Map::from_iter([
            (String::from("new"), json!(traffic.map(|traffic| traffic.new))),
            (String::from("in_progress"), json!(traffic.map(|traffic| traffic.in_progress))),
            (String::from("failed_attempts"), json!(traffic.and_then(|traffic| traffic.failed_attempts()))),
            (String::from("successful"), json!(traffic.and_then(|traffic| traffic.successful))),
            (String::from("application_exceptions"), json!(traffic.and_then(|traffic| traffic.application_exceptions))),
            (String::from("business_exceptions"), json!(traffic.and_then(|traffic| traffic.business_exceptions))),
            (
                String::from("last_processed"),
                json!(traffic.and_then(|traffic| traffic.last_processed).map(|at| at.to_string())),
            ),
        ]));
        Value::Object(members)
    };
    json!({ "version": 1, "queues": queues.iter().map(queue).collect::<Vec<_>>() })
}

/// What the definition says, but for the schema itself.
pub(super) fn definition(queue: &Queue) -> serde_json::Map<String, Value> {
    let value = json!({
        "id": queue.id,
        "key": queue.key,
        "name": queue.name,
        "description": queue.description,
        "unique_reference": queue.unique_reference,
        "has_schema": queue.schema.is_some(),
        "max_retries": queue.retries,
        "retries_abandoned": queue.retries_abandoned,
        "sla_minutes": queue.sla_minutes,
        "risk_sla_minutes": queue.risk_sla_minutes,
        "encrypted": queue.encrypted,
        "created": queue.created.map(|at| at.to_string()),
    });
    value.as_object().cloned().unwrap_or_default()
}

//! One queue: what it wants, what is in it, and the columns of its schema.

use std::fmt::Write;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::hanging::hanging;
use super::queues::definition;
use super::table::{self, Width};
use super::times::minutes;
use crate::items::{Field, Fit};
use crate::orchestrator::{ItemStatus, Queue};

/// What is known of a queue.
#[derive(Debug)]
pub struct QueueDetails {
    /// Its definition.
    pub queue: Queue,
    /// Its items; none where they cannot be read.
    pub counted: Option<Counted>,
    /// What its schema describes; none where it has no schema, or none that can be read.
    pub columns: Option<Vec<Field>>,
}

/// The items of a queue.
#[derive(Debug)]
pub struct Counted {
    /// How many there are of each status.
    pub by_status: Vec<(ItemStatus, u64)>,
    /// When the oldest came of those that are new.
    pub oldest_new: Option<Timestamp>,
}

/// Everything about one queue.
pub fn queue_text(details: &QueueDetails, width: Width) -> String {
    let QueueDetails { queue, counted, columns } = details;
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{}", hanging(&format!("{name:<18}"), value, width));
    };
    line("queue", &queue.name);
    if let Some(description) = &queue.description {
        line("description", &description.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    line("id", &queue.id.to_string());
    if let Some(key) = &queue.key {
        line("key", key);
    }
    line("unique reference", if queue.unique_reference { "yes" } else { "no" });
    line("retries", &retries(queue));
    line("SLA", &agreement(queue));
    if queue.encrypted {
        line("encrypted", "yes");
    }
    if let Some(created) = queue.created {
        line("created", &format!("{created:.0}"));
    }
    if let Some(folders) = queue.folders.filter(|&folders| folders > 1) {
        line("shared", &format!("in {folders} folders"));
    }
    line("items", &counted.as_ref().map_or_else(|| String::from("?"), in_words));
    line(
        "schema",
        match (&queue.schema, columns) {
            (None, _) => "no",
            (Some(_), None) => "yes, but it cannot be read",
            (Some(_), Some(columns)) if columns.is_empty() => "yes, without keys of its own",
            (Some(_), Some(_)) => "yes, with these columns",
        },
    );
    text.truncate(text.trim_end().len());
    if let Some(columns) = columns.as_ref().filter(|columns| !columns.is_empty()) {
        let _ = write!(
            text,
            "\n\n{}",
            table::text(["COLUMN", "TYPE", "REQUIRED", "ALLOWED", "DESCRIPTION"], columns.iter().map(row), width)
        );
    }
    text
}

fn retries(queue: &Queue) -> String {
    let abandoned = if queue.retries_abandoned { "; abandoned items too" } else { "" };
    match queue.retries {
        Some(1) => format!("once, after an application exception{abandoned}"),
        Some(times) => format!("{times} times, after an application exception{abandoned}"),
        None => format!("none by itself{abandoned}"),
    }
}

fn agreement(queue: &Queue) -> String {
    match (queue.sla_minutes, queue.risk_sla_minutes) {
        (Some(sla), Some(risk)) => format!("{}, at risk after {}", minutes(sla), minutes(risk)),
        (Some(sla), None) => minutes(sla),
        (None, _) => String::from("none"),
    }
}

fn in_words(counted: &Counted) -> String {
    let some = counted.by_status.iter().filter(|(status, count)| {
        *count > 0 || matches!(status, ItemStatus::New | ItemStatus::InProgress | ItemStatus::Failed)
    });
    let words: Vec<_> = some
        .map(|(status, count)| match counted.oldest_new.filter(|_| *status == ItemStatus::New) {
            Some(oldest) => format!("{count} {status} (the oldest since {oldest:.0})"),
            None => format!("{count} {status}"),
        })
        .collect();
    words.join(", ")
}

fn row(field: &Field) -> [String; 5] {
    let types = match field.fit {
        Fit::Flat => field.types.clone(),
        Fit::Nested => format!("{} (cannot be sent)", field.types),
    };
    [
        field.name.clone(),
        types,
        String::from(if field.required { "yes" } else { "no" }),
        field.allowed.join(", "),
        field.description.clone().unwrap_or_default(),
    ]
}

/// The same for scripts. Its shape changes only with its version.
pub fn queue_json(details: &QueueDetails) -> Value {
    let QueueDetails { queue, counted, columns } = details;
    let mut members = definition(queue);
    let items = counted.as_ref().map(|counted| {
        let mut items: serde_json::Map<_, _> = counted
            .by_status
            .iter()
            .map(|(status, count)| (status.to_string().replace(' ', "_"), json!(count)))
            .collect();
        items.insert(String::from("oldest_new"), json!(counted.oldest_new.map(|at| at.to_string())));
        items
    });
    let column = |field: &Field| {
        json!({
            "name": field.name,
            "type": field.types,
            "can_be_sent": field.fit == Fit::Flat,
            "required": field.required,
            "allowed": field.allowed,
            "description": field.description,
        })
    };
    members.insert(String::from("version"), json!(1));
    members.insert(String::from("items"), json!(items));
    members.insert(
        String::from("columns"),
        json!(columns.as_ref().map(|columns| columns.iter().map(column).collect::<Vec<_>>())),
    );
    let schema = queue.schema.as_deref().map(|text| {
        // A schema that is no JSON is shown as the text that it is.
        serde_json::from_str::<Value>(text).unwrap_or_else(|_| Value::from(text))
    });
    members.insert(String::from("schema"), json!(schema));
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::Schema;

    fn details() -> QueueDetails {
        let schema = r#"{"properties": {"Number": {"type": "string", "pattern": "^INV-"}, "Tags": {"type": "array", "description": "Labels"}}, "required": ["Number"]}"#;
        let queue = Queue {
            id: 7,
            name: "Invoices".into(),
            unique_reference: true,
            schema: Some(schema.to_owned()),
            description: Some("From the\nmail room".into()),
            retries: Some(2),
            sla_minutes: Some(240),
            risk_sla_minutes: Some(180),
            ..Queue::default()
        };
        let by_status = ItemStatus::ALL.into_iter().zip([12, 1, 0, 80, 0, 3, 0]).collect();
        let counted = Counted { by_status, oldest_new: Some("2026-11-24T05:40:00.5Z".parse().unwrap()) };
        QueueDetails { columns: Some(Schema::new(schema).unwrap().fields()), queue, counted: Some(counted) }
    }

    #[test]
    fn a_queue_says_what_it_wants_and_what_it_holds() {
        insta::assert_snapshot!(queue_text(&details(), Width::Any), @"
    queue             Invoices
    description       From the mail room
    id                7
    unique reference  yes
    retries           2 times, after an application exception
    SLA               4h, at risk after 3h
    items             12 new (the oldest since 2026-11-24T05:40:00Z), 1 in progress, 0 failed, 80 successful, 3 retried
    schema            yes, with these columns

    COLUMN  TYPE                    REQUIRED  ALLOWED        DESCRIPTION
    Number  string                  yes       matches ^INV-
    Tags    array (cannot be sent)  no                       Labels
    ");
        insta::assert_snapshot!(queue_json(&details()).to_string(), @r#"{"columns":[{"allowed":["matches ^INV-"],"can_be_sent":true,"description":null,"name":"Number","required":true,"type":"string"},{"allowed":[],"can_be_sent":false,"description":"Labels","name":"Tags","required":false,"type":"array"}],"created":null,"description":"From the\nmail room","encrypted":false,"has_schema":true,"id":7,"items":{"abandoned":0,"deleted":0,"failed":0,"in_progress":1,"new":12,"oldest_new":"2026-11-24T05:40:00.5Z","retried":3,"successful":80},"key":null,"max_retries":2,"name":"Invoices","retries_abandoned":false,"risk_sla_minutes":180,"schema":{"properties":{"Number":{"pattern":"^INV-","type":"string"},"Tags":{"description":"Labels","type":"array"}},"required":["Number"]},"sla_minutes":240,"unique_reference":true,"version":1}"#);
    }

    #[test]
    fn what_is_not_known_is_a_question_mark_or_null() {
        let details =
            QueueDetails { queue: Queue { id: 7, name: "Q".into(), ..Queue::default() }, counted: None, columns: None };
        insta::assert_snapshot!(queue_text(&details, Width::Any), @"
    queue             Q
    id                7
    unique reference  no
    retries           none by itself
    SLA               none
    items             ?
    schema            no
    ");
        assert_eq!(queue_json(&details)["items"], Value::Null);
    }
}

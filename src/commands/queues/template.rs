//! `uiq queues show --template`: a file to begin with.

use jiff::Timestamp;

use super::show::TemplateFormat;
use crate::commands::{Context, wishes};
use crate::failure::{Exit, Failure};
use crate::items::{Calendar, Moment, Schema};
use crate::orchestrator::{Client, Queue, StoredItem, write_item};
use crate::source::{Column, MappingOptions, Sample, Types};

/// How many of the latest items are looked at for their keys.
const LATEST: usize = 20;

/// The example of a reference.
const REFERENCE: &str = "EXAMPLE-1";

/// Writes the template to stdout. What it lacks is said on stderr.
pub(super) async fn write(
    client: &Client,
    queue: &Queue,
    format: TemplateFormat,
    context: &Context,
) -> Result<(), Failure> {
    let calendar = Calendar { zone: wishes::zone(None)?, now: Moment::from(Timestamp::now()) };
    let mut options = MappingOptions::new(calendar);
    let mut columns = Vec::new();
    if let Some(text) = &queue.schema {
        let schema = Schema::new(text).map_err(|error| Failure::from_error(Exit::Failed, &error))?;
        if queue.unique_reference {
            columns.push(Column::fixed("Reference", REFERENCE));
        }
        let (described, left_out) = Column::of_fields(&schema.fields());
        columns.extend(described);
        for left in left_out {
            context.ui.warn(&format!("`{}` is no column: {}", left.name, left.why));
        }
        options.types = Types::Schema(schema);
    } else {
        columns
            .extend([("Reference", REFERENCE), ("Priority", "Normal"), ("Deadline", ""), ("Postpone", "")].map(fixed));
        columns.extend(from_items(client, queue, context).await);
    }
    let sample = Sample::find(&columns, &options);
    if sample.header.is_empty() {
        return Err(Failure::new(Exit::Failed, format!("the schema of {} describes no column", queue.name))
            .hint("`uiq queues show` says what it describes"));
    }
    for problem in &sample.problems {
        context.ui.warn(&format!("no example was found that the schema takes: {problem}"));
    }
    match (format, &sample.row) {
        (TemplateFormat::Csv, _) => context.print(sample.csv().trim_end_matches('\n')),
        (TemplateFormat::Json, Some((_, item))) => {
            let mut written = Vec::new();
            write_item(&mut written, None, item);
            context.print(&String::from_utf8_lossy(&written))
        }
        (TemplateFormat::Json, None) => Err(Failure::new(Exit::Failed, "there is no example to write as JSON")
            .hint("`--template=csv` writes the header all the same")),
    }
}

fn fixed((header, cell): (&str, &str)) -> Column {
    Column::fixed(header, cell)
}

/// The keys of the latest items, where they can be read.
async fn from_items(client: &Client, queue: &Queue, context: &Context) -> Vec<Column> {
    let items = match client.latest_items(queue.id, LATEST).await {
        Ok(items) => items,
        Err(error) => {
            context.ui.warn(&format!("the latest items could not be read (role: Transactions View): {error}"));
            Vec::new()
        }
    };
    let columns = columns_of(&items);
    context.ui.say(&match (columns.len(), items.len()) {
        (0, _) => String::from("the queue has no schema and no items to go by: two columns of content are made up"),
        (_, 1) => String::from("the queue has no schema; the columns of content are the keys of its latest item"),
        (_, seen) => format!("the queue has no schema; the columns of content are the keys of its latest {seen} items"),
    });
    if columns.is_empty() { [("Number", "EXAMPLE-1"), ("Amount:number", "1.50")].map(fixed).into() } else { columns }
}

/// A column for each key, of the kind that the latest item with a value says. No values: they are somebody's data.
fn columns_of(items: &[StoredItem]) -> Vec<Column> {
    let mut values: Vec<(&str, &serde_json::Value)> = Vec::new();
    for (key, value) in items.iter().flat_map(|item| &item.content) {
        match values.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) if known.is_null() => *known = value,
            Some(_) => {}
            None => values.push((key, value)),
        }
    }
    values.into_iter().filter_map(|(key, value)| Column::like(key, value)).collect()
}

//! The page at `/`: queues, how many items they hold, and the latest of them.

use std::fmt::Write;
use std::sync::PoisonError;

use axum::http::StatusCode;

use super::orchestrator::Orchestrator;
use super::reply::Reply;

/// Items shown of every queue.
const LATEST: usize = 10;
/// Characters shown of an item's content.
const SHOWN: usize = 200;

/// Shows what the tenant holds. Nothing in it comes from another place, and everything a client sent is escaped.
pub(super) fn overview(orchestrator: &Orchestrator) -> Reply {
    let store = orchestrator.store.read().unwrap_or_else(PoisonError::into_inner);
    let mut page = String::from(
        "<style>body{font:15px sans-serif;margin:2em}td,th{padding:2px 12px;text-align:left}code{font-size:13px}</style>\
         <h1>uiq sandbox</h1>",
    );
    if store.queues().is_empty() {
        page.push_str("<p>No queues yet.</p>");
    }
    for queue in store.queues() {
        let unique = if queue.unique.is_some() { ", unique references" } else { "" };
        // Writing to a String cannot fail, here and below.
        let _ = write!(
            page,
            "<h2>{}</h2><p>{}: {} items{unique}</p>",
            escape(&queue.name),
            escape(queue.folder.path),
            queue.items.len()
        );
        page.push_str("<table><tr><th>Id<th>Created<th>Priority<th>Reference<th>Content</tr>");
        for item in queue.items.iter().rev().take(LATEST) {
            let content: String = item.content.chars().take(SHOWN).collect();
            let _ = write!(
                page,
                "<tr><td>{}<td>{}<td>{}<td>{}<td><code>{}</code></tr>",
                item.id,
                item.created,
                item.priority.name(),
                escape(item.reference.as_deref().unwrap_or("-")),
                escape(&content)
            );
        }
        page.push_str("</table>");
    }
    Reply::html(StatusCode::OK, "uiq sandbox", &page)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_a_client_sent_is_no_markup() {
        assert_eq!(escape("<b>\"&"), "&lt;b&gt;&quot;&amp;");
    }
}

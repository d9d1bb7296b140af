//! The calls. Each is one request; repeating is up to the caller, except that a read tries once more with a new token.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE};
use reqwest::{Method, RequestBuilder};
use tracing::debug;
use url::Url;

use crate::auth::{AccessToken, TokenSource};
use crate::http::{Answer, Obstacle, Verdict, exchange, judge};
use crate::profile::Folder;

use super::answer::{BulkAnswer, CreatedItem, StoredItem};
use super::error::OrchestratorError;
use super::folder::in_folder;
use super::limits::{EXPRESSIONS_A_FILTER, ITEMS_A_PAGE, QUERY_BYTES, QUEUES_A_PAGE};
use super::odata::{escaped_len, literal, with_query};
use super::queue::Queue;
use super::wire;

/// Where the calls go.
#[derive(Clone, Debug)]
pub struct Target {
    /// The address under which `/odata` lies.
    pub api_root: Url,
    /// The tenant, where it is named by a header (standalone servers).
    pub tenant: Option<String>,
    /// The folder of the queues.
    pub folder: Option<Folder>,
}

/// A client of one Orchestrator, in one folder.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    target: Target,
    tokens: Arc<TokenSource>,
}

impl Client {
    /// A client that calls `target` with tokens from `tokens`.
    pub fn new(http: reqwest::Client, target: Target, tokens: Arc<TokenSource>) -> Self {
        Self { http, target, tokens }
    }

    /// Where the calls go.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Makes sure that there is a token, so that the next call leaves at once.
    pub async fn ready(&self) -> Result<(), OrchestratorError> {
        self.tokens.token().await?;
        Ok(())
    }

    /// The queues of the folder, at most `most` of them.
    pub async fn queues(&self, most: usize) -> Result<Vec<Queue>, OrchestratorError> {
        let top = most.min(QUEUES_A_PAGE).to_string();
        self.definitions(&[("$orderby", "Name"), ("$top", &top)]).await
    }

    /// The queue of that name, in any case of letters; none where the folder has no such queue.
    pub async fn queue(&self, name: &str) -> Result<Option<Queue>, OrchestratorError> {
        let filter = format!("Name eq {}", literal(name));
        let found = match self.definitions(&[("$filter", &filter)]).await {
            // Some servers refuse a filter on the name with "Invalid OData query options"; then we look ourselves.
            Err(OrchestratorError::Refused(refusal)) if refusal.status == 400 && !refusal.is_folder() => {
                debug!(%refusal, "queue.unfiltered");
                return self.queue_by_page(name).await;
            }
            other => other?,
        };
        Ok(named(found, name))
    }

    async fn queue_by_page(&self, name: &str) -> Result<Option<Queue>, OrchestratorError> {
        let top = QUEUES_A_PAGE.to_string();
        let mut seen = 0;
        loop {
            let skip = seen.to_string();
            let page = self.definitions(&[("$orderby", "Id"), ("$top", &top), ("$skip", &skip)]).await?;
            let full = page.len() >= QUEUES_A_PAGE;
            seen += page.len();
            match named(page, name) {
                None if full => {}
                found => return Ok(found),
            }
        }
    }

    pub(super) async fn definitions(&self, options: &[(&str, &str)]) -> Result<Vec<Queue>, OrchestratorError> {
        let answer = self.read("odata/QueueDefinitions", options).await?;
        parsed(&answer, wire::queues)
    }

    /// Adds one item. A write: it is sent once, whatever happens.
    pub async fn add_item(&self, body: Vec<u8>) -> Result<CreatedItem, OrchestratorError> {
        let answer = self.write("odata/Queues/UiPathODataSvc.AddQueueItem", body.into()).await?;
        parsed(&answer, wire::created_item)
    }

    /// Adds the `sent` items of a bulk body. A write: it is sent once, whatever happens.
    pub async fn add_items(&self, body: bytes::Bytes, sent: usize) -> Result<BulkAnswer, OrchestratorError> {
        let answer = self.write("odata/Queues/UiPathODataSvc.BulkAddQueueItems", body).await?;
        parsed(&answer, |body| wire::bulk_answer(body, sent))
    }

    /// The number of the newest item of a queue, 0 where it has none: what comes later has a greater one.
    pub async fn newest_item(&self, queue: i64) -> Result<i64, OrchestratorError> {
        let filter = format!("QueueDefinitionId eq {queue}");
        let options = [("$filter", filter.as_str()), ("$orderby", "Id desc"), ("$top", "1"), ("$select", "Id,Key")];
        let answer = self.read("odata/QueueItems", &options).await?;
        let newest = parsed(&answer, wire::items)?;
        Ok(newest.iter().map(|item| item.id).max().unwrap_or(0))
    }

    /// One page of the items of a queue with numbers above `after`, oldest first; the last page is not full.
    pub async fn items_after(&self, queue: i64, after: i64) -> Result<Vec<StoredItem>, OrchestratorError> {
        self.items(format!("QueueDefinitionId eq {queue} and Id gt {after}")).await
    }

    /// One page of the items of a queue with numbers above `after` and one of these references, oldest first.
    pub async fn items_with_references(
        &self,
        queue: i64,
        after: i64,
        references: &[&str],
    ) -> Result<Vec<StoredItem>, OrchestratorError> {
        let equal: Vec<_> = references.iter().map(|reference| format!("Reference eq {}", literal(reference))).collect();
        self.items(format!("QueueDefinitionId eq {queue} and Id gt {after} and ({})", equal.join(" or "))).await
    }

    async fn items(&self, filter: String) -> Result<Vec<StoredItem>, OrchestratorError> {
        let top = ITEMS_A_PAGE.to_string();
        let answer = self.read("odata/QueueItems", &[("$filter", &filter), ("$orderby", "Id"), ("$top", &top)]).await?;
        parsed(&answer, wire::items)
    }

    /// One page of the items of a queue that were created at that time or later, by the server's clock; the newest first.
    pub async fn items_since(&self, queue: i64, since: Timestamp) -> Result<Vec<StoredItem>, OrchestratorError> {
        let filter = format!("QueueDefinitionId eq {queue} and CreationTime ge {since:.3}");
        let top = ITEMS_A_PAGE.to_string();
        let answer =
            self.read("odata/QueueItems", &[("$filter", &filter), ("$orderby", "Id desc"), ("$top", &top)]).await?;
        parsed(&answer, wire::items)
    }

    /// How far the server's clock is ahead of ours, to the second; nothing where it does not show its clock.
    pub async fn clock_ahead(&self) -> Result<SignedDuration, OrchestratorError> {
        let answer = self.read("odata/QueueDefinitions", &[("$top", "1")]).await?;
        let shown = answer.headers.get(DATE).and_then(|date| date.to_str().ok());
        let theirs = shown.and_then(|date| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
        Ok(theirs.map_or(SignedDuration::ZERO, |theirs| theirs.duration_since(Timestamp::now())))
    }

    /// How many of these references fit into the filter of one request; at least one.
    pub fn references_a_request(references: &[&str]) -> usize {
        let (mut size, fixed) = (0, 200); // the other options and expressions of the query
        let fitting = references
            .iter()
            .take_while(|reference| {
                size += escaped_len(&format!(" or Reference eq {}", literal(reference)));
                size + fixed <= QUERY_BYTES
            })
            .count();
        fitting.clamp(1, EXPRESSIONS_A_FILTER - 2)
    }

    pub(super) async fn read(&self, path: &str, options: &[(&str, &str)]) -> Result<Answer, OrchestratorError> {
        let address = with_query(self.address(path), options);
        let token = self.tokens.token().await?;
        let answer = self.call(self.http.request(Method::GET, address.clone()), &token).await?;
        if judge(&answer) == Verdict::NotExecuted(Obstacle::Token) {
            let token = self.tokens.renew(&token).await?;
            return successful(self.call(self.http.request(Method::GET, address), &token).await?);
        }
        successful(answer)
    }

    async fn write(&self, path: &str, body: bytes::Bytes) -> Result<Answer, OrchestratorError> {
        let token = self.tokens.token().await?;
        let request = self.http.request(Method::POST, self.address(path));
        let answer = self.call(request.header(CONTENT_TYPE, "application/json").body(body), &token).await?;
        if judge(&answer) == Verdict::NotExecuted(Obstacle::Token) {
            // Whoever repeats the write finds a new token.
            self.tokens.renew(&token).await?;
        }
        successful(answer)
    }

    async fn call(&self, request: RequestBuilder, token: &AccessToken) -> Result<Answer, OrchestratorError> {
        // `bearer_auth` marks the header as sensitive, so that no log of the libraries shows it.
        let mut request = request.bearer_auth(token.secret().expose()).header(ACCEPT, "application/json");
        if let Some(tenant) = &self.target.tenant {
            request = request.header("X-UIPATH-TenantName", tenant);
        }
        if let Some(folder) = &self.target.folder {
            request = in_folder(request, folder);
        }
        Ok(exchange(&self.http, request).await?)
    }

    fn address(&self, path: &str) -> Url {
        let mut address = self.target.api_root.clone();
        let root = address.path().trim_end_matches('/').to_owned();
        address.set_path(&format!("{root}/{path}"));
        address
    }
}

fn named(queues: Vec<Queue>, name: &str) -> Option<Queue> {
    queues.into_iter().find(|queue| queue.name.to_lowercase() == name.to_lowercase())
}

fn successful(answer: Answer) -> Result<Answer, OrchestratorError> {
    if judge(&answer) == Verdict::Answered { Ok(answer) } else { Err(OrchestratorError::from_answer(&answer)) }
}

pub(super) fn parsed<T>(
    answer: &Answer,
    parse: impl FnOnce(&[u8]) -> Result<T, serde_json::Error>,
) -> Result<T, OrchestratorError> {
    parse(&answer.body).map_err(|source| OrchestratorError::Unreadable { endpoint: answer.endpoint.clone(), source })
}

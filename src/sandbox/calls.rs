//! Carries out the calls of the API.

use std::sync::PoisonError;
use std::time::Instant;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;

use super::access::{self, Needs};
use super::address::{Call, Layout};
use super::entities::{FolderEntity, ItemEntity, QueueEntity, StatusEntity};
use super::folders::{self, Folder};
use super::identity;
use super::options::UnknownQueues;
use super::orchestrator::Orchestrator;
use super::query::{Query, QueryError, only_name, selection_only};
use super::queues;
use super::reply::Reply;
use super::state::{Queue, Store};

/// Things on a page, by the published definition.
const MAX_TOP: usize = 1000;
/// Queue items on a page, by the published definition.
const MAX_TOP_ITEMS: usize = 100;

/// Carries out a call; what refuses it is a reply as well.
pub(super) fn carry_out(orchestrator: &Orchestrator, call: Call, layout: Layout, parts: &Parts, body: &[u8]) -> Reply {
    dispatch(orchestrator, call, layout, parts, body).unwrap_or_else(|refused| refused)
}

fn dispatch(
    orchestrator: &Orchestrator,
    call: Call,
    layout: Layout,
    parts: &Parts,
    body: &[u8],
) -> Result<Reply, Reply> {
    let headers = &parts.headers;
    if layout == Layout::Standalone {
        access::check_tenant(headers, &orchestrator.options.tenant)?;
    }
    let query = parts.uri.query().unwrap_or_default();
    let request = Request { orchestrator, headers, query, body, context: context(orchestrator, layout) };
    match call {
        Call::Token => Ok(identity::token(&orchestrator.application, &orchestrator.tokens, headers, body)),
        // Assumption: an empty body; the definition has none.
        Call::Status => Ok(Reply::empty(StatusCode::OK)),
        Call::AddItem => request.add_item(),
        Call::BulkAddItems => request.bulk_add_items(),
        Call::CreateDefinition => request.create_definition(),
        Call::Items => request.items(),
        Call::Item(id) => request.item(id),
        Call::Definitions => request.definitions(),
        Call::Definition(id) => request.definition(id),
        Call::ProcessingStatus => request.processing_status(),
        Call::Folders => request.folders(),
        Call::MyFolders => request.my_folders(),
    }
}

/// Where the members of an answer are described.
fn context(orchestrator: &Orchestrator, layout: Layout) -> String {
    let Orchestrator { origin, options, .. } = orchestrator;
    match layout {
        Layout::Cloud => format!("{origin}/{}/{}/orchestrator_/odata/$metadata", options.organization, options.tenant),
        Layout::Standalone => format!("{origin}/odata/$metadata"),
    }
}

struct Request<'a> {
    orchestrator: &'a Orchestrator,
    headers: &'a HeaderMap,
    query: &'a str,
    body: &'a [u8],
    context: String,
}

impl Request<'_> {
    fn add_item(&self) -> Result<Reply, Reply> {
        let folder = self.writes()?;
        let selection = selection_only::<ItemEntity<'_>>(self.query).map_err(QueryError::into_reply)?;
        let Orchestrator { store, options, .. } = self.orchestrator;
        queues::add_item(store, folder, options.unknown_queues, &selection, &self.context, self.body)
    }

    fn bulk_add_items(&self) -> Result<Reply, Reply> {
        let folder = self.writes()?;
        let Orchestrator { store, options, .. } = self.orchestrator;
        queues::bulk_add_items(store, folder, options.unknown_queues, &self.context, self.body)
    }

    fn create_definition(&self) -> Result<Reply, Reply> {
        let folder = self.writes()?;
        queues::create_definition(&self.orchestrator.store, folder, &self.context, self.body)
    }

    fn items(&self) -> Result<Reply, Reply> {
        let folder = self.reads()?;
        self.limit_reads()?;
        let query = Query::parse::<ItemEntity<'_>>(self.query, MAX_TOP_ITEMS).map_err(QueryError::into_reply)?;
        let store = self.store();
        let items = items_by_id(&store, folder);
        let context = format!("{}#QueueItems", self.context);
        Ok(Reply::odata(StatusCode::OK, query.page(&context, items)))
    }

    fn item(&self, id: i64) -> Result<Reply, Reply> {
        let folder = self.reads()?;
        let selection = selection_only::<ItemEntity<'_>>(self.query).map_err(QueryError::into_reply)?;
        let store = self.store();
        let found = store.queues_in(folder).find_map(|queue| {
            let position = queue.items.binary_search_by_key(&id, |item| item.id).ok()?;
            Some(ItemEntity { store: &store, queue, item: queue.items.get(position)? })
        });
        let found = found.ok_or_else(|| Reply::not_found("QueueItem"))?;
        Ok(Reply::odata(StatusCode::OK, selection.whole(&format!("{}#QueueItems/$entity", self.context), &found)))
    }

    fn definitions(&self) -> Result<Reply, Reply> {
        let folder = self.reads()?;
        if self.orchestrator.options.unknown_queues == UnknownQueues::Created
            && let Some(name) = only_name(self.query)
        {
            // A client that looks for its queue before it adds to it should find it.
            let mut store = self.orchestrator.store.write().unwrap_or_else(PoisonError::into_inner);
            store.create_if_missing(folder, &name);
        }
        let query = Query::parse::<QueueEntity<'_>>(self.query, MAX_TOP).map_err(QueryError::into_reply)?;
        let store = self.store();
        let context = format!("{}#QueueDefinitions", self.context);
        Ok(Reply::odata(StatusCode::OK, query.page(&context, store.queues_in(folder).map(QueueEntity))))
    }

    fn definition(&self, id: i64) -> Result<Reply, Reply> {
        let folder = self.reads()?;
        let selection = selection_only::<QueueEntity<'_>>(self.query).map_err(QueryError::into_reply)?;
        let store = self.store();
        let queue = store.queues_in(folder).find(|queue| queue.id == id);
        let queue = QueueEntity(queue.ok_or_else(|| Reply::not_found("QueueDefinition"))?);
        Ok(Reply::odata(StatusCode::OK, selection.whole(&format!("{}#QueueDefinitions/$entity", self.context), &queue)))
    }

    fn processing_status(&self) -> Result<Reply, Reply> {
        let folder = self.reads()?;
        let query = Query::parse::<StatusEntity<'_>>(self.query, MAX_TOP).map_err(QueryError::into_reply)?;
        let store = self.store();
        let context =
            format!("{}#Collection(UiPath.Server.Configuration.OData.QueueProcessingStatusDto)", self.context);
        Ok(Reply::odata(StatusCode::OK, query.page(&context, store.queues_in(folder).map(StatusEntity))))
    }

    fn folders(&self) -> Result<Reply, Reply> {
        self.authorize(Needs::ReadFolders)?;
        let query = Query::parse::<FolderEntity>(self.query, MAX_TOP).map_err(QueryError::into_reply)?;
        let context = format!("{}#Folders", self.context);
        Ok(Reply::odata(StatusCode::OK, query.page(&context, folders::visible().map(FolderEntity))))
    }

    fn my_folders(&self) -> Result<Reply, Reply> {
        self.authorize(Needs::ReadFolders)?;
        let number = |wanted: &str, default: usize| {
            let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
            match pairs.find(|(name, _)| name == wanted) {
                Some((_, value)) => {
                    value.parse().map_err(|_| Reply::validation(wanted, &format!("The value '{value}' is not valid.")))
                }
                None => Ok(default),
            }
        };
        let (take, skip) = (number("take", usize::MAX)?, number("skip", 0)?);
        let page: Vec<_> = folders::visible()
            .skip(skip)
            .take(take)
            .map(|folder| {
                json!({
                    "Key": folder.key,
                    "DisplayName": folder.name,
                    "FullyQualifiedName": folder.path,
                    "Description": null,
                    "FolderType": 0,
                    "ParentId": folder.parent.map(|parent| parent.id),
                    "ParentKey": folder.parent.map(|parent| parent.key),
                    "Id": folder.id,
                })
            })
            .collect();
        Ok(Reply::json(StatusCode::OK, &json!({ "PageItems": page, "Count": folders::visible().count() })))
    }

    /// What every call that writes to a folder has to pass.
    fn writes(&self) -> Result<&'static Folder, Reply> {
        self.authorize(Needs::WriteQueues)?;
        if !is_json(self.headers) {
            return Err(Reply::unsupported_media_type());
        }
        access::folder(self.headers)
    }

    /// What every call that reads from a folder has to pass.
    ///
    /// Assumption: the folder is required for lists, too. Without it the real server may answer across folders, where an item of
    /// a shared queue appears more than once.
    fn reads(&self) -> Result<&'static Folder, Reply> {
        self.authorize(Needs::ReadQueues)?;
        access::folder(self.headers)
    }

    fn authorize(&self, needs: Needs) -> Result<(), Reply> {
        access::authorize(self.headers, &self.orchestrator.tokens, needs)
    }

    fn limit_reads(&self) -> Result<(), Reply> {
        let Some(limit) = self.orchestrator.options.read_limit else { return Ok(()) };
        let mut reads = self.orchestrator.reads.lock().unwrap_or_else(PoisonError::into_inner);
        reads.admit(limit, Instant::now()).map_err(|wait| {
            // Assumption: seconds in `Retry-After`; official clients look for them.
            let seconds = wait.as_millis().div_ceil(1000);
            Reply::error(StatusCode::TOO_MANY_REQUESTS, 0, "Too many requests").with(
                header::RETRY_AFTER,
                HeaderValue::from_str(&seconds.to_string()).unwrap_or(HeaderValue::from_static("1")),
            )
        })
    }

    fn store(&self) -> std::sync::RwLockReadGuard<'_, Store> {
        self.orchestrator.store.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The items of a folder.
///
/// Assumption: without `$orderby` they come by id; the definition names no order.
fn items_by_id<'a>(store: &'a Store, folder: &Folder) -> impl Iterator<Item = ItemEntity<'a>> + use<'a> {
    let queues: Vec<&Queue> = store.queues_in(folder).collect();
    let mut items: Vec<ItemEntity<'a>> = queues
        .into_iter()
        .flat_map(|queue| queue.items.iter().map(move |item| ItemEntity { store, queue, item }))
        .collect();
    items.sort_by_key(|entity| entity.item.id); // sorted runs, which the sort of the standard library merges in linear time
    items.into_iter()
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || kind == "text/json" || kind.starts_with("application/") && kind.ends_with("+json")
}

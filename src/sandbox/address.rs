//! Which call an address means, in both layouts.

use axum::http::Method;

use super::options::Options;

/// What stands at an address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A call of the API, and how it was addressed.
    Call(Call, Layout),
    /// The page that shows queues and items.
    Overview,
    /// What that page shows, as JSON for its script.
    OverviewState,
    /// The login page: an organization or a tenant that does not exist.
    Login,
    /// The web application, which answers 200 with HTML to whatever it does not know.
    WebApplication,
    /// A path below the API root that is no call.
    Nothing,
    /// A call that exists, with another method.
    WrongMethod,
}

/// How a call was addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// `/{organization}/{tenant}/orchestrator_/…`
    Cloud,
    /// `/…`, with the tenant in a header.
    Standalone,
}

/// The calls that the sandbox understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Token,
    Authorize,
    Discovery,
    Authenticate,
    Status,
    AddItem,
    BulkAddItems,
    Items,
    Item(i64),
    Definitions,
    Definition(i64),
    CreateDefinition,
    ProcessingStatus,
    Folders,
    MyFolders,
}

impl Call {
    /// Tells whether the call adds queue items.
    pub(super) fn adds_items(self) -> bool {
        matches!(self, Self::AddItem | Self::BulkAddItems)
    }
}

/// Finds what stands at `path`.
pub(super) fn locate(method: &Method, path: &str, options: &Options) -> Place {
    // Some clients encode the parentheses of a key.
    let path = path.replace("%28", "(").replace("%29", ")");
    if let Some(place) = identity(method, &path, options) {
        return place;
    }
    if path == "/" {
        return Place::Overview;
    }
    // No organization has a name like this, so no address of the API begins so.
    if path == "/_uiq/state" {
        return Place::OverviewState;
    }
    if path.starts_with("/odata/") || path.starts_with("/api/") {
        return call(method, &path, Layout::Standalone);
    }
    let Some((organization, tenant, rest)) = tenant_path(&path) else { return Place::WebApplication };
    if !organization.eq_ignore_ascii_case(&options.organization) || !tenant.eq_ignore_ascii_case(&options.tenant) {
        // Assumption: an unknown tenant is treated as an unknown organization is, which leads to the login page.
        return Place::Login;
    }
    // Older samples leave `orchestrator_` out.
    let rest = rest.strip_prefix("/orchestrator_").unwrap_or(rest);
    if rest.starts_with("/odata/") || rest.starts_with("/api/") {
        call(method, rest, Layout::Cloud)
    } else {
        Place::WebApplication
    }
}

/// The identity server in its three places: cloud and Automation Suite, the same within the organization, standalone.
fn identity(method: &Method, path: &str, options: &Options) -> Option<Place> {
    let (organization, rest) = path.split_once("/identity")?;
    let (layout, rest) = match rest.strip_prefix('_') {
        Some(rest) => (Layout::Cloud, rest),
        None => (Layout::Standalone, rest),
    };
    let call = match rest {
        "/connect/token" => Call::Token,
        "/connect/authorize" => Call::Authorize,
        "/.well-known/openid-configuration" => Call::Discovery,
        _ => return None,
    };
    let known = match (organization.strip_prefix('/'), layout) {
        (None, _) => organization.is_empty(),
        (Some(named), Layout::Cloud) => named.eq_ignore_ascii_case(&options.organization),
        (Some(_), Layout::Standalone) => return None,
    };
    let fits = match call {
        Call::Token => method == Method::POST,
        Call::Authorize => method == Method::GET || method == Method::POST,
        _ => method == Method::GET,
    };
    Some(match (known, fits) {
        (false, _) => Place::Login,
        (true, true) => Place::Call(call, layout),
        (true, false) => Place::WrongMethod,
    })
}

/// Splits `/{organization}/{tenant}/rest`; the rest keeps its slash.
fn tenant_path(path: &str) -> Option<(&str, &str, &str)> {
    let (organization, rest) = path.strip_prefix('/')?.split_once('/')?;
    let slash = rest.find('/')?;
    let (tenant, rest) = rest.split_at(slash);
    Some((organization, tenant, rest))
}

fn call(method: &Method, path: &str, layout: Layout) -> Place {
    let (wanted, call) = match path.strip_suffix("()").unwrap_or(path) {
        "/api/Account/Authenticate" => (Method::POST, Call::Authenticate),
        "/api/Status/Get" => (Method::GET, Call::Status),
        "/api/Folders/GetAllForCurrentUser" => (Method::GET, Call::MyFolders),
        "/odata/Folders" => (Method::GET, Call::Folders),
        "/odata/Queues/UiPathODataSvc.AddQueueItem" => (Method::POST, Call::AddItem),
        "/odata/Queues/UiPathODataSvc.BulkAddQueueItems" => (Method::POST, Call::BulkAddItems),
        "/odata/QueueItems" => (Method::GET, Call::Items),
        "/odata/QueueDefinitions" if method == Method::POST => (Method::POST, Call::CreateDefinition),
        "/odata/QueueDefinitions" => (Method::GET, Call::Definitions),
        "/odata/QueueProcessingRecords/UiPathODataSvc.RetrieveQueuesProcessingStatus" => {
            (Method::GET, Call::ProcessingStatus)
        }
        other => match (key(other, "/odata/QueueItems("), key(other, "/odata/QueueDefinitions(")) {
            (Some(id), _) => (Method::GET, Call::Item(id)),
            (_, Some(id)) => (Method::GET, Call::Definition(id)),
            _ => return Place::Nothing,
        },
    };
    if *method == wanted { Place::Call(call, layout) } else { Place::WrongMethod }
}

fn key(path: &str, before: &str) -> Option<i64> {
    path.strip_prefix(before)?.strip_suffix(')')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(method: &Method, path: &str) -> Place {
        locate(method, path, &Options::default())
    }

    #[test]
    fn both_layouts_lead_to_the_same_calls() {
        for (path, layout) in [
            ("/sandbox/Default/orchestrator_/odata/QueueItems(7)", Layout::Cloud),
            ("/SANDBOX/default/orchestrator_/odata/QueueItems%287%29", Layout::Cloud),
            ("/sandbox/Default/odata/QueueItems(7)", Layout::Cloud),
            ("/odata/QueueItems(7)", Layout::Standalone),
        ] {
            assert_eq!(at(&Method::GET, path), Place::Call(Call::Item(7), layout), "{path}");
        }
    }

    #[test]
    fn the_token_endpoint_has_three_addresses_and_takes_only_post() {
        for path in ["/identity_/connect/token", "/sandbox/identity_/connect/token", "/identity/connect/token"] {
            assert!(matches!(at(&Method::POST, path), Place::Call(Call::Token, _)), "{path}");
            assert_eq!(at(&Method::GET, path), Place::WrongMethod, "{path}");
        }
        assert_eq!(at(&Method::POST, "/acme/identity_/connect/token"), Place::Login);
    }

    #[test]
    fn wrong_addresses_lead_to_web_pages_or_nothing() {
        assert_eq!(at(&Method::GET, "/acme/Default/orchestrator_/odata/QueueItems"), Place::Login);
        assert_eq!(at(&Method::GET, "/sandbox/Prod/orchestrator_/odata/QueueItems"), Place::Login);
        assert_eq!(at(&Method::GET, "/sandbox/Default/orchestrator_/queues"), Place::WebApplication);
        assert_eq!(at(&Method::GET, "/connect/token"), Place::WebApplication);
        assert_eq!(at(&Method::GET, "/odata/QueueItems(x)"), Place::Nothing);
        assert_eq!(at(&Method::GET, "/odata/queueitems"), Place::Nothing);
        assert_eq!(at(&Method::GET, "/odata/Queues/UiPathODataSvc.AddQueueItem"), Place::WrongMethod);
    }
}

//! Which path segments of a pasted address are organisation and tenant, and which are a page or an API of Orchestrator.

/// First path segments of a standalone server's own pages and interfaces. People paste these; they are no organisation.
///
/// From the published API definition (`odata`, `api`, `swagger`), the identity server's paths, and the pages of the web interface.
/// An Automation Suite organisation with one of these names needs `/orchestrator_/` behind its tenant, which settles the question.
const STANDALONE_PAGES: &[&str] = &[
    "account",
    "actions",
    "alerts",
    "api",
    "apps",
    "assets",
    "audit",
    "buckets",
    "dashboard",
    "environments",
    "etc",
    "folders",
    "home",
    "identity",
    "identity_",
    "jobs",
    "libraries",
    "license",
    "login",
    "machines",
    "monitoring",
    "odata",
    "packages",
    "portal_",
    "processes",
    "queues",
    "robots",
    "settings",
    "signalr",
    "storagebuckets",
    "swagger",
    "tasks",
    "tenant",
    "tenants",
    "transactions",
    "triggers",
    "unassisted-login",
    "users",
    "webhooks",
];

/// What the path of an address says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout<'a> {
    /// Nothing, or a page of a standalone server.
    Root,
    /// One segment that could be an organisation.
    Organization(&'a str),
    /// Organisation and tenant.
    Tenant(&'a str, &'a str),
}

/// Reads a path of the cloud, where organisation and tenant always come first. Services end in `_`, so no tenant does.
pub(super) fn cloud(path: &str) -> Layout<'_> {
    let mut segments = segments(path).take_while(|segment| !segment.ends_with('_'));
    match (segments.next(), segments.next()) {
        (Some(organization), Some(tenant)) => Layout::Tenant(organization, tenant),
        (Some(organization), None) => Layout::Organization(organization),
        (None, _) => Layout::Root,
    }
}

/// Reads a path on a company's own host: Automation Suite where it begins with organisation and tenant, else standalone.
pub(super) fn own_host(path: &str) -> Layout<'_> {
    let certain = segments(path).nth(2) == Some("orchestrator_");
    let page = |segment: &str| STANDALONE_PAGES.iter().any(|page| page.eq_ignore_ascii_case(segment));
    match segments(path).next() {
        Some(first) if page(first) && !certain => Layout::Root,
        _ => cloud(path),
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_a_standalone_server_is_no_organization() {
        for path in ["/", "/odata/Queues", "/swagger/index.html", "/Queues/12/transactions", "/identity/connect/token"]
        {
            assert_eq!(own_host(path), Layout::Root, "{path}");
        }
    }

    #[test]
    fn the_service_behind_it_proves_a_tenant() {
        assert_eq!(own_host("/apps/jobs/orchestrator_/queues"), Layout::Tenant("apps", "jobs"));
        assert_eq!(own_host("/acme//Prod/"), Layout::Tenant("acme", "Prod"));
    }

    #[test]
    fn a_service_is_no_tenant() {
        assert_eq!(cloud("/acme/portal_/admin"), Layout::Organization("acme"));
        assert_eq!(cloud("/portal_/login"), Layout::Root);
    }
}

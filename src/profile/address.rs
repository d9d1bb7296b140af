//! What people paste, understood: one address gives the API root, the identity server, the tenant and perhaps the folder.
//!
//! | what it is | API root | identity server |
//! | --- | --- | --- |
//! | Automation Cloud | `https://HOST/ORG/TENANT/orchestrator_/` | `https://HOST/identity_/` |
//! | Automation Suite | `https://HOST/ORG/TENANT/orchestrator_/` | `https://HOST/identity_/` |
//! | standalone | `https://HOST/` and the tenant in a header | `https://HOST/identity/` |
//!
//! The identity server is the host's own on the cloud too: newer documentation shows it below the organisation, but the host-level one
//! issues the same tokens, and Automation Suite has no other.

use url::{Host, Url};

use super::layout::{self, Layout};

/// The kind of installation, which decides how addresses are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deployment {
    /// Automation Cloud in any region, public sector or dedicated.
    Cloud,
    /// Automation Suite on a company's own cluster; the sandbox answers in the same layout.
    AutomationSuite,
    /// A standalone Orchestrator.
    Standalone,
}

/// Whether plain HTTP, which shows secrets to everybody on the way, may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlainHttp {
    /// Only to this machine itself.
    #[default]
    LoopbackOnly,
    /// To any host (`--allow-http`).
    Anywhere,
}

/// What is known besides the pasted address.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// A tenant, for addresses that hold none.
    pub tenant: Option<&'a str>,
    /// Another identity server, by its base.
    pub identity: Option<&'a str>,
    /// Where plain HTTP may be used.
    pub plain_http: PlainHttp,
}

/// An Orchestrator tenant and where its tokens come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The kind of installation.
    pub deployment: Deployment,
    /// What the paths of the API are joined to; ends with a slash.
    pub api_root: Url,
    /// The identity server's base; ends with a slash.
    pub identity: Url,
    /// The organisation, which a standalone server does not have.
    pub organization: Option<String>,
    /// The tenant, where known.
    pub tenant: Option<String>,
    /// The folder that a browser's address names with `fid`.
    pub folder_id: Option<i64>,
}

/// Why an address was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no URL.
    #[error("`{text}` is not a web address")]
    NotAUrl {
        /// What was pasted.
        text: String,
        /// What the URL parser said.
        #[source]
        source: url::ParseError,
    },
    /// It is a URL of something else.
    #[error("`{0}:` is not the scheme of an Orchestrator; `https:` is")]
    Scheme(String),
    /// It holds a user name or password, which would end up in files and messages.
    #[error("the address holds a user name or password")]
    UserInfo,
    /// Plain HTTP to another machine.
    #[error("`http://{0}` would send the secret readably over the network")]
    PlainHttp(String),
    /// The cloud is asked for without saying whose.
    #[error("the address names no organisation and tenant")]
    NoOrganization,
    /// The organisation is there, the tenant is not.
    #[error("the address names the organisation `{0}` but no tenant")]
    NoTenant(String),
    /// One segment on a company's own host: an organisation without its tenant, or a path that a standalone server does not have.
    #[error("it is not clear what `/{0}` in the address is")]
    Unclear(String),
    /// The address says one tenant, the flag another.
    #[error("the address is of tenant `{address}`, but `--tenant` says `{flag}`")]
    TwoTenants {
        /// The tenant in the address.
        address: String,
        /// The tenant of the flag.
        flag: String,
    },
}

impl Address {
    /// Understands a pasted address, with or without scheme, trailing slashes, a page's path or a query.
    pub fn parse(text: &str, given: Given<'_>) -> Result<Self, AddressError> {
        let url = read(text, given.plain_http)?;
        let tenant = given.tenant.map(str::trim).filter(|tenant| !tenant.is_empty());
        let cloud = url.host_str().is_some_and(is_cloud);
        let layout = if cloud { layout::cloud(url.path()) } else { layout::own_host(url.path()) };
        let deployment = if cloud { Deployment::Cloud } else { Deployment::AutomationSuite };
        let mut address = match (layout, tenant) {
            (Layout::Tenant(organization, tenant), _) | (Layout::Organization(organization), Some(tenant)) => {
                Self::tenant_of(&url, deployment, organization, tenant)
            }
            (Layout::Organization(organization), None) if cloud => {
                return Err(AddressError::NoTenant(organization.to_owned()));
            }
            (Layout::Organization(segment), None) => return Err(AddressError::Unclear(segment.to_owned())),
            (Layout::Root, _) if cloud => return Err(AddressError::NoOrganization),
            (Layout::Root, tenant) => Self::standalone(&url, tenant),
        };
        address.folder_id = folder_id(&url);
        if let Some(identity) = given.identity {
            address.identity = read_identity(identity, given.plain_http)?;
        }
        Ok(address)
    }

    /// Puts together what UiPath's own command line takes in three parts; without `uri` it means the cloud, as there.
    pub fn from_parts(uri: Option<&str>, organization: &str, given: Given<'_>) -> Result<Self, AddressError> {
        let mut url = read(uri.unwrap_or("https://cloud.uipath.com"), given.plain_http)?;
        url.set_path(organization);
        url.set_query(None);
        Self::parse(url.as_str(), given)
    }

    /// Where tokens are asked for.
    pub fn token_endpoint(&self) -> Url {
        at(&self.identity, &format!("{}connect/token", self.identity.path()))
    }

    /// The tenant as the header that a standalone server wants; elsewhere the address says it.
    pub fn tenant_header(&self) -> Option<&str> {
        if self.deployment == Deployment::Standalone { self.tenant.as_deref() } else { None }
    }

    /// The address in its shortest form, from which the same follows: what a profile remembers.
    pub fn base(&self) -> String {
        let root = self.api_root.as_str();
        let path = self.api_root.path().strip_suffix("orchestrator_/").unwrap_or("/");
        let short_is_clear = self.deployment != Deployment::AutomationSuite || layout::own_host(path) != Layout::Root;
        let base = if short_is_clear { root.strip_suffix("orchestrator_/").unwrap_or(root) } else { root };
        base.trim_end_matches('/').to_owned()
    }

    /// Tells whether the host is this machine, where no proxy has any business.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.api_root)
    }

    /// Tells whether nothing of it is reached by HTTPS.
    pub fn is_plain(&self) -> bool {
        [&self.api_root, &self.identity].into_iter().all(|url| url.scheme() == "http")
    }

    fn tenant_of(url: &Url, deployment: Deployment, organization: &str, tenant: &str) -> Self {
        Self {
            deployment,
            api_root: at(url, &format!("/{organization}/{tenant}/orchestrator_/")),
            identity: at(url, "/identity_/"),
            organization: Some(organization.to_owned()),
            tenant: Some(tenant.to_owned()),
            folder_id: None,
        }
    }

    fn standalone(url: &Url, tenant: Option<&str>) -> Self {
        Self {
            deployment: Deployment::Standalone,
            api_root: at(url, "/"),
            identity: at(url, "/identity/"),
            organization: None,
            tenant: tenant.map(str::to_owned),
            folder_id: None,
        }
    }
}

/// Reads a URL as people paste it: quoted, in angle brackets, or without its scheme.
fn read(text: &str, plain_http: PlainHttp) -> Result<Url, AddressError> {
    let text = unwrap(text.trim());
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    // What stands before an `@` may be a password, and is not shown.
    let not_a_url = |source| {
        if with_scheme.contains('@') {
            AddressError::UserInfo
        } else {
            AddressError::NotAUrl { text: text.to_owned(), source }
        }
    };
    let mut url = Url::parse(&with_scheme).map_err(not_a_url)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::UserInfo);
    }
    if !text.contains("://") && is_loopback(&url) {
        // `localhost:8787/...`: nobody has a certificate for that, and nothing leaves the machine.
        let _ = url.set_scheme("http");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) || plain_http == PlainHttp::Anywhere => Ok(url),
        "http" => Err(AddressError::PlainHttp(url.host_str().unwrap_or_default().to_owned())),
        other => Err(AddressError::Scheme(other.to_owned())),
    }
}

/// Takes off one pair of the marks that people and programs put around an address.
fn unwrap(text: &str) -> &str {
    [('"', '"'), ('\'', '\''), ('<', '>'), ('`', '`')]
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close))
        .unwrap_or(text)
}

/// Reads the base of an identity server; a pasted token endpoint or discovery document is cut back to it.
fn read_identity(text: &str, plain_http: PlainHttp) -> Result<Url, AddressError> {
    let url = read(text, plain_http)?;
    let path = url.path().trim_end_matches('/');
    let base = ["/connect/token", "/connect/authorize", "/.well-known/openid-configuration"]
        .iter()
        .find_map(|known| path.strip_suffix(known))
        .unwrap_or(path);
    Ok(at(&url, &format!("{base}/")))
}

/// `url`'s scheme, host and port with another path.
fn at(url: &Url, path: &str) -> Url {
    let mut made = url.clone();
    made.set_path(path);
    made.set_query(None);
    made.set_fragment(None);
    made
}

/// UiPath's own hosts: `cloud.`, `staging.`, `alpha.`, `api.`, dedicated ones below `uipath.com`; public sector below `uipath.us`.
fn is_cloud(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    ["uipath.com", "uipath.us"]
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost") || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The folder in a page's address. Older pages have their query behind the `#`.
fn folder_id(url: &Url) -> Option<i64> {
    let in_fragment = url.fragment().and_then(|fragment| fragment.split_once('?')).map(|(_, query)| query);
    [url.query(), in_fragment]
        .into_iter()
        .flatten()
        .flat_map(|query| url::form_urlencoded::parse(query.as_bytes()))
        .find(|(name, _)| name.eq_ignore_ascii_case("fid"))
        .and_then(|(_, value)| value.parse().ok())
        .filter(|id| *id > 0)
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;

//! Who asks, may they, and in which folder: what is looked at before a call is carried out.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::folders::{self, Folder};
use super::identity::Tokens;
use super::reply::Reply;

/// The scopes of which a call needs one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Needs {
    ReadQueues,
    WriteQueues,
    ReadFolders,
}

impl Needs {
    fn satisfied_by(self, scope: &str) -> bool {
        // `OR.Default` stands for the roles that the application has in the folders; here it may do everything.
        let scopes: &[&str] = match self {
            Self::ReadQueues => &["OR.Default", "OR.Queues", "OR.Queues.Read"],
            Self::WriteQueues => &["OR.Default", "OR.Queues", "OR.Queues.Write"],
            Self::ReadFolders => &["OR.Default", "OR.Folders", "OR.Folders.Read"],
        };
        scopes.contains(&scope)
    }
}

/// Lets the bearer of a valid token with one of the scopes in.
pub(super) fn authorize(headers: &HeaderMap, tokens: &Tokens, needs: Needs) -> Result<(), Reply> {
    let token = text(headers, header::AUTHORIZATION.as_str())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let Some(grant) = token.and_then(|token| tokens.find(token)) else {
        return Err(
            Reply::empty(StatusCode::UNAUTHORIZED).with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
        );
    };
    if grant.scopes.iter().any(|scope| needs.satisfied_by(scope)) {
        Ok(())
    } else {
        Err(Reply::error(StatusCode::FORBIDDEN, 0, "You are not authorized!"))
    }
}

/// Refuses a tenant that does not exist. Only standalone addresses leave the tenant to a header, which is optional.
///
/// Assumption: the answer. The documentation names the header and not what follows a wrong one.
pub(super) fn check_tenant(headers: &HeaderMap, tenant: &str) -> Result<(), Reply> {
    match text(headers, "x-uipath-tenantname") {
        Some(named) if !named.eq_ignore_ascii_case(tenant) => {
            Err(Reply::invalid_request(&format!("Tenant '{named}' does not exist.")))
        }
        _ => Ok(()),
    }
}

/// Finds the folder that the headers name.
///
/// Assumption: more than one of the headers is refused, even if they agree. The documentation says "one of", and UiPath's own
/// clients refuse to send two.
pub(super) fn folder(headers: &HeaderMap) -> Result<&'static Folder, Reply> {
    let names =
        ["x-uipath-organizationunitid", "x-uipath-folderkey", "x-uipath-folderpath", "x-uipath-folderpath-encoded"];
    let mut given = names.into_iter().filter_map(|name| headers.get(name).map(|value| (name, value)));
    let Some((name, value)) = given.next() else { return Err(folder_required()) };
    if given.next().is_some() {
        return Err(folder_unknown());
    }
    let value = value.to_str().map_err(|_| folder_required())?;
    let found = match name {
        "x-uipath-organizationunitid" => {
            let id: i64 = value.trim().parse().map_err(|_| folder_required())?;
            folders::visible().find(|folder| folder.id == id)
        }
        "x-uipath-folderkey" => folders::visible().find(|folder| folder.key.eq_ignore_ascii_case(value.trim())),
        "x-uipath-folderpath" => by_path(value),
        _ => by_path(&decode_path(value).ok_or_else(folder_required)?),
    };
    found.ok_or_else(folder_unknown)
}

fn by_path(path: &str) -> Option<&'static Folder> {
    // A leading slash stands for the root of the ambient folder's tree. Here nothing is ambient, so it is the tenant's root.
    let path = path.strip_prefix('/').unwrap_or(path).to_lowercase();
    folders::visible().find(|folder| folder.path.to_lowercase() == path)
}

/// Base64 of UTF-16, little endian.
fn decode_path(value: &str) -> Option<String> {
    let bytes = STANDARD.decode(value.trim()).ok()?;
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    String::from_utf16(&units).ok()
}

fn folder_required() -> Reply {
    Reply::error(StatusCode::BAD_REQUEST, 1101, "An organization unit is required for this action.")
}

fn folder_unknown() -> Reply {
    let message = "Folder does not exist or the user does not have access to the folder.";
    Reply::error(StatusCode::BAD_REQUEST, 1100, message)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_of(headers: &[(&'static str, &str)]) -> Result<i64, String> {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        folder(&headers).map(|folder| folder.id).map_err(|reply| {
            let body: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
            format!("{}/{}", reply.status.as_u16(), body["errorCode"])
        })
    }

    #[test]
    fn a_folder_is_named_by_id_key_path_or_encoded_path() {
        let encoded =
            STANDARD.encode("Finance/Überweisungen".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
        assert_eq!(folder_of(&[("x-uipath-organizationunitid", "4242")]), Ok(4242));
        assert_eq!(folder_of(&[("x-uipath-folderkey", "5A4D0F7E-1C7B-4F0E-9D56-0B8F6F0C4242")]), Ok(4242));
        assert_eq!(folder_of(&[("x-uipath-folderpath", "finance")]), Ok(4243));
        assert_eq!(folder_of(&[("x-uipath-folderpath-encoded", &encoded)]), Ok(4244));
    }

    #[test]
    fn no_folder_and_a_wrong_folder_are_different_errors() {
        assert_eq!(folder_of(&[]), Err("400/1101".into()));
        assert_eq!(folder_of(&[("x-uipath-organizationunitid", "acme")]), Err("400/1101".into()));
        assert_eq!(folder_of(&[("x-uipath-folderpath-encoded", "QQ==")]), Err("400/1101".into()));
        assert_eq!(folder_of(&[("x-uipath-organizationunitid", "1")]), Err("400/1100".into()));
        assert_eq!(folder_of(&[("x-uipath-folderpath", "Payroll")]), Err("400/1100".into()), "not assigned to it");
        let both = [("x-uipath-organizationunitid", "4242"), ("x-uipath-folderpath", "Shared")];
        assert_eq!(folder_of(&both), Err("400/1100".into()));
    }
}

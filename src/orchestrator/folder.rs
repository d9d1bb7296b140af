//! The header that says in which folder a call works.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::RequestBuilder;

use crate::profile::Folder;

/// Adds the folder header in the form that suits the folder: id, key, plain path, or a path with letters that a header cannot hold as
/// base64 of UTF-16LE (Orchestrator's API guide, "Building API requests"). Only one form may be sent.
pub(super) fn in_folder(request: RequestBuilder, folder: &Folder) -> RequestBuilder {
    match folder {
        Folder::Id(id) => request.header("X-UIPATH-OrganizationUnitId", id.to_string()),
        Folder::Key(key) => request.header("X-UIPATH-FolderKey", key),
        Folder::Path(path) if path.bytes().all(|byte| (b' '..=b'~').contains(&byte)) => {
            request.header("X-UIPATH-FolderPath", path)
        }
        Folder::Path(path) => request.header("X-UIPATH-FolderPath-Encoded", encoded(path)),
    }
}

fn encoded(path: &str) -> String {
    let bytes: Vec<u8> = path.encode_utf16().flat_map(u16::to_le_bytes).collect();
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header_of(folder: &Folder) -> (String, String) {
        let request = in_folder(reqwest::Client::new().get("http://127.0.0.1/"), folder).build().unwrap();
        let (name, value) = request.headers().iter().next().unwrap();
        (name.to_string(), value.to_str().unwrap().to_owned())
    }

    #[test]
    fn each_form_has_its_own_header() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(header_of(&Folder::Id(4242)), header("x-uipath-organizationunitid", "4242"));
        assert_eq!(header_of(&Folder::Path("Finance/AP".into())), header("x-uipath-folderpath", "Finance/AP"));
        assert_eq!(header_of(&Folder::Path("Büro".into())), header("x-uipath-folderpath-encoded", "QgD8AHIAbwA="));
    }
}

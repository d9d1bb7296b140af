//! The header that says in which folder a call works.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::RequestBuilder;

use crate::profile::Folder;

/// The folder header in the form that suits the folder: id, key, plain path, or a path with letters that a header cannot hold as
/// base64 of UTF-16LE (Orchestrator's API guide, "Building API requests"). Only one form may be sent.
pub fn folder_header(folder: &Folder) -> (&'static str, String) {
    match folder {
        Folder::Id(id) => ("X-UIPATH-OrganizationUnitId", id.to_string()),
        Folder::Key(key) => ("X-UIPATH-FolderKey", key.clone()),
        Folder::Path(path) if path.bytes().all(|byte| (b' '..=b'~').contains(&byte)) => {
            ("X-UIPATH-FolderPath", path.clone())
        }
        Folder::Path(path) => ("X-UIPATH-FolderPath-Encoded", encoded(path)),
    }
}

/// Adds the folder header.
pub(super) fn in_folder(request: RequestBuilder, folder: &Folder) -> RequestBuilder {
    let (name, value) = folder_header(folder);
    request.header(name, value)
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

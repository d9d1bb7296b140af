//! A folder as it is shown.

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::sandbox::folders::Folder;
use crate::sandbox::query::{Entity, Kind, Object, Value};

/// A folder.
#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) struct FolderEntity(pub(in crate::sandbox) &'static Folder);

#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) enum FolderProperty {
    Id,
    Key,
    Name,
    Path,
    Parent,
}

impl Entity for FolderEntity {
    type Property = FolderProperty;

    const MEMBERS: &'static [&'static str] = &[
        "Key",
        "DisplayName",
        "FullyQualifiedName",
        "Description",
        "FolderType",
        "IsPersonal",
        "ProvisionType",
        "PermissionModel",
        "ParentId",
        "ParentKey",
        "FeedType",
        "Id",
    ];

    fn property(name: &str) -> Option<(FolderProperty, Kind)> {
        Some(match name {
            "Id" => (FolderProperty::Id, Kind::Number),
            "Key" => (FolderProperty::Key, Kind::Guid),
            "DisplayName" => (FolderProperty::Name, Kind::Name),
            "FullyQualifiedName" => (FolderProperty::Path, Kind::Name),
            "ParentId" => (FolderProperty::Parent, Kind::Number),
            _ => return None,
        })
    }

    fn value(&self, property: FolderProperty) -> Value<'_> {
        match property {
            FolderProperty::Id => Value::Number(self.0.id),
            FolderProperty::Key => Value::Text(Cow::Borrowed(self.0.key)),
            FolderProperty::Name => Value::Text(Cow::Owned(self.0.name.to_lowercase())),
            FolderProperty::Path => Value::Text(Cow::Owned(self.0.path.to_lowercase())),
            FolderProperty::Parent => self.0.parent.map(|parent| parent.id).into(),
        }
    }

    fn show(&self, object: &mut Object<'_>) {
        let Self(folder) = self;
        object.member("Key", folder.key);
        object.member("DisplayName", folder.name);
        object.member("FullyQualifiedName", folder.path);
        object.member("Description", &Json::Null);
        object.member("FolderType", "Standard");
        object.member("IsPersonal", &false);
        object.member("ProvisionType", "Automatic");
        object.member("PermissionModel", "FineGrained");
        object.member("ParentId", &folder.parent.map(|parent| parent.id));
        object.member("ParentKey", &folder.parent.map(|parent| parent.key));
        object.member("FeedType", "Processes");
        object.member("Id", &folder.id);
    }
}

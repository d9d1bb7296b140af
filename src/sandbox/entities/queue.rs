//! A queue definition as it is shown.

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::sandbox::query::{Entity, Kind, Object, Value};
use crate::sandbox::state::Queue;

/// A queue.
#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) struct QueueEntity<'a>(pub(in crate::sandbox) &'a Queue);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum QueueProperty {
    Id,
    Key,
    Name,
    Description,
    Unique,
    Created,
    FolderId,
}

impl Entity for QueueEntity<'_> {
    type Property = QueueProperty;

    const MEMBERS: &'static [&'static str] = &[
        "Key",
        "Name",
        "Description",
        "MaxNumberOfRetries",
        "AcceptAutomaticallyRetry",
        "RetryAbandonedItems",
        "EnforceUniqueReference",
        "Encrypted",
        "SpecificDataJsonSchema",
        "OutputDataJsonSchema",
        "AnalyticsDataJsonSchema",
        "CreationTime",
        "ProcessScheduleId",
        "SlaInMinutes",
        "RiskSlaInMinutes",
        "ReleaseId",
        "IsProcessInCurrentFolder",
        "FoldersCount",
        "OrganizationUnitId",
        "OrganizationUnitFullyQualifiedName",
        "Id",
        "Tags",
    ];

    fn property(name: &str) -> Option<(QueueProperty, Kind)> {
        Some(match name {
            "Id" => (QueueProperty::Id, Kind::Number),
            "Key" => (QueueProperty::Key, Kind::Guid),
            "Name" => (QueueProperty::Name, Kind::Name),
            "Description" => (QueueProperty::Description, Kind::Text),
            "EnforceUniqueReference" => (QueueProperty::Unique, Kind::Flag),
            "CreationTime" => (QueueProperty::Created, Kind::Date),
            "OrganizationUnitId" => (QueueProperty::FolderId, Kind::Number),
            _ => return None,
        })
    }

    fn value(&self, property: QueueProperty) -> Value<'_> {
        match property {
            QueueProperty::Id => Value::Number(self.0.id),
            QueueProperty::Key => Value::Text(Cow::Borrowed(&self.0.key)),
            QueueProperty::Name => Value::Text(Cow::Owned(self.0.name.to_lowercase())),
            QueueProperty::Description => self.0.description.as_deref().into(),
            QueueProperty::Unique => Value::Flag(self.0.unique.is_some()),
            QueueProperty::Created => Value::Date(self.0.created),
            QueueProperty::FolderId => Value::Number(self.0.folder.id),
        }
    }

    fn show(&self, object: &mut Object<'_>) {
        let Self(queue) = self;
        object.member("Key", &queue.key);
        object.member("Name", &queue.name);
        object.member("Description", &queue.description);
        object.member("MaxNumberOfRetries", &queue.max_retries);
        object.member("AcceptAutomaticallyRetry", &queue.auto_retry);
        object.member("RetryAbandonedItems", &false);
        object.member("EnforceUniqueReference", &queue.unique.is_some());
        object.member("Encrypted", &false);
        object.member("SpecificDataJsonSchema", &queue.schema.as_ref().map(|schema| schema.text.as_str()));
        object.member("OutputDataJsonSchema", &Json::Null);
        object.member("AnalyticsDataJsonSchema", &Json::Null);
        object.member("CreationTime", &queue.created.exact());
        object.member("ProcessScheduleId", &Json::Null);
        object.member("SlaInMinutes", &queue.sla_minutes);
        object.member("RiskSlaInMinutes", &queue.risk_sla_minutes);
        object.member("ReleaseId", &Json::Null);
        object.member("IsProcessInCurrentFolder", &Json::Null);
        object.member("FoldersCount", &1);
        object.member("OrganizationUnitId", &queue.folder.id);
        object.member("OrganizationUnitFullyQualifiedName", queue.folder.path);
        object.member("Id", &queue.id);
        object.json("Tags", "[]");
    }
}

//! A queue item as it is shown.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use crate::sandbox::moment::Moment;
use crate::sandbox::query::{Entity, Kind, Object, Value};
use crate::sandbox::state::{Exception, Item, Priority, Queue, Status, Store};

/// An item in its queue.
#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) struct ItemEntity<'a> {
    pub(in crate::sandbox) store: &'a Store,
    pub(in crate::sandbox) queue: &'a Queue,
    pub(in crate::sandbox) item: &'a Item,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) enum ItemProperty {
    Id,
    QueueId,
    QueueName,
    Key,
    UniqueKey,
    Reference,
    Status,
    Priority,
    Started,
    Ended,
    Ancestor,
    Created,
    Due,
    Defer,
    RiskSla,
    Progress,
    ParentOperation,
    RetryNumber,
    FolderId,
}

impl Entity for ItemEntity<'_> {
    type Property = ItemProperty;

    const MEMBERS: &'static [&'static str] = &[
        "QueueDefinitionId",
        "Encrypted",
        "OutputData",
        "AnalyticsData",
        "Status",
        "ReviewStatus",
        "ReviewerUserId",
        "Key",
        "UniqueKey",
        "Reference",
        "ProcessingExceptionType",
        "DueDate",
        "RiskSlaDate",
        "Priority",
        "DeferDate",
        "StartProcessing",
        "EndProcessing",
        "SecondsInPreviousAttempts",
        "AncestorId",
        "AncestorUniqueKey",
        "RetryNumber",
        "ManualAncestorId",
        "ManualAncestorUniqueKey",
        "ManualRetryNumber",
        "CreatorJobKey",
        "ExecutorJobKey",
        "HasVideoRecorded",
        "SpecificData",
        "CreationTime",
        "Progress",
        "RowVersion",
        "ParentOperationId",
        "OperationId",
        "OrganizationUnitId",
        "OrganizationUnitFullyQualifiedName",
        "Id",
        "ProcessingException",
        "SpecificContent",
        "Output",
        "Analytics",
    ];

    fn property(name: &str) -> Option<(ItemProperty, Kind)> {
        Some(match name {
            "Id" => (ItemProperty::Id, Kind::Number),
            "QueueDefinitionId" => (ItemProperty::QueueId, Kind::Number),
            // In no published definition, but UiPath's Python SDK (2.14) lists the items of a queue by it.
            "QueueDefinitionName" | "QueueDefinition/Name" => (ItemProperty::QueueName, Kind::Name),
            "Key" => (ItemProperty::Key, Kind::Guid),
            "UniqueKey" => (ItemProperty::UniqueKey, Kind::Guid),
            "Reference" => (ItemProperty::Reference, Kind::Text),
            "Status" => (ItemProperty::Status, Kind::Enumeration(Status::NAMES)),
            "Priority" => (ItemProperty::Priority, Kind::Enumeration(Priority::NAMES)),
            "StartProcessing" => (ItemProperty::Started, Kind::Date),
            "EndProcessing" => (ItemProperty::Ended, Kind::Date),
            "AncestorId" => (ItemProperty::Ancestor, Kind::Number),
            "CreationTime" => (ItemProperty::Created, Kind::Date),
            "DueDate" => (ItemProperty::Due, Kind::Date),
            "DeferDate" => (ItemProperty::Defer, Kind::Date),
            "RiskSlaDate" => (ItemProperty::RiskSla, Kind::Date),
            "Progress" => (ItemProperty::Progress, Kind::Text),
            "ParentOperationId" => (ItemProperty::ParentOperation, Kind::Text),
            "RetryNumber" => (ItemProperty::RetryNumber, Kind::Number),
            "OrganizationUnitId" => (ItemProperty::FolderId, Kind::Number),
            _ => return None,
        })
    }

    fn value(&self, property: ItemProperty) -> Value<'_> {
        match property {
            ItemProperty::Id => Value::Number(self.item.id),
            ItemProperty::QueueId => Value::Number(self.queue.id),
            ItemProperty::QueueName => Value::Text(Cow::Owned(self.queue.name.to_lowercase())),
            ItemProperty::Key => Value::Text(Cow::Owned(self.store.item_key(self.item))),
            ItemProperty::UniqueKey => Value::Text(Cow::Owned(self.store.item_unique_key(self.item))),
            ItemProperty::Reference => self.item.reference.as_deref().into(),
            ItemProperty::Status => Value::Number(self.item.status as i64),
            ItemProperty::Started => self.item.work().started.into(),
            ItemProperty::Ended => self.item.work().ended.into(),
            ItemProperty::Ancestor => self.item.work().retry.map(|retry| retry.ancestor).into(),
            ItemProperty::Priority => Value::Number(self.item.priority as i64),
            ItemProperty::Created => Value::Date(self.item.created),
            ItemProperty::Due => self.item.due().into(),
            ItemProperty::Defer => self.item.defer().into(),
            ItemProperty::RiskSla => self.item.risk_sla().into(),
            ItemProperty::Progress => self.item.progress().into(),
            ItemProperty::ParentOperation => self.item.parent_operation().into(),
            ItemProperty::RetryNumber => Value::Number(retry_number(self.item)),
            ItemProperty::FolderId => Value::Number(self.queue.folder.id),
        }
    }

    fn show(&self, object: &mut Object<'_>) {
        let Self { store, queue, item } = self;
        let date = |moment: Option<Moment>| moment.map(|moment| moment.to_string());
        let work = item.work();
        object.member("QueueDefinitionId", &queue.id);
        object.member("Encrypted", &false);
        object.member("OutputData", &Json::Null);
        object.member("AnalyticsData", &Json::Null);
        object.member("Status", item.status.name());
        object.member("ReviewStatus", "None");
        object.member("ReviewerUserId", &Json::Null);
        object.member("Key", &store.item_key(item));
        object.member("UniqueKey", &store.item_unique_key(item));
        object.member("Reference", &item.reference);
        object.member("ProcessingExceptionType", &work.exception.map(Exception::name));
        object.member("DueDate", &date(item.due()));
        object.member("RiskSlaDate", &date(item.risk_sla()));
        object.member("Priority", item.priority.name());
        object.member("DeferDate", &date(item.defer()));
        object.member("StartProcessing", &date(work.started));
        object.member("EndProcessing", &date(work.ended));
        object.member("SecondsInPreviousAttempts", &0);
        object.member("AncestorId", &work.retry.map(|retry| retry.ancestor));
        object.member("AncestorUniqueKey", &Json::Null);
        object.member("RetryNumber", &retry_number(item));
        object.member("ManualAncestorId", &Json::Null);
        object.member("ManualAncestorUniqueKey", &Json::Null);
        object.member("ManualRetryNumber", &0);
        object.member("CreatorJobKey", &Json::Null);
        object.member("ExecutorJobKey", &Json::Null);
        object.member("HasVideoRecorded", &false);
        object.member("SpecificData", &format!("{{\"DynamicProperties\":{}}}", item.content));
        object.member("CreationTime", &item.created.exact());
        object.member("Progress", &item.progress());
        object.member("RowVersion", &STANDARD.encode(item.id.to_be_bytes()));
        object.member("ParentOperationId", &item.parent_operation());
        object.member("OperationId", &Json::Null);
        object.member("OrganizationUnitId", &queue.folder.id);
        object.member("OrganizationUnitFullyQualifiedName", &Json::Null);
        object.member("Id", &item.id);
        object.member("ProcessingException", &work.exception.map(shown));
        object.json("SpecificContent", &item.content);
        object.member("Output", &Json::Null);
        object.member("Analytics", &Json::Null);
    }
}

fn retry_number(item: &Item) -> i64 {
    item.work().retry.map_or(0, |retry| retry.number.into())
}

/// Assumption: the words; only the members are published.
fn shown(exception: Exception) -> Json {
    json!({
        "Reason": "The robot of the sandbox was told to fail.",
        "Details": null,
        "Type": exception.name(),
        "AssociatedImageFilePath": null,
        "CreationTime": null,
    })
}

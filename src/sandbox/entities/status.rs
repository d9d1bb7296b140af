//! The processing status of a queue: how many items wait.

use serde_json::Value as Json;

use crate::sandbox::query::{Entity, Kind, Object, Value};
use crate::sandbox::state::{Queue, Status};

/// The status of a queue.
#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) struct StatusEntity<'a>(pub(in crate::sandbox) &'a Queue);

#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) enum StatusProperty {
    QueueId,
    QueueName,
    ItemsToProcess,
}

impl Entity for StatusEntity<'_> {
    type Property = StatusProperty;

    const MEMBERS: &'static [&'static str] = &[
        "ItemsToProcess",
        "ItemsInProgress",
        "QueueDefinitionId",
        "QueueDefinitionKey",
        "QueueDefinitionName",
        "QueueDefinitionDescription",
        "QueueDefinitionAcceptAutomaticallyRetry",
        "QueueDefinitionRetryAbandonedItems",
        "QueueDefinitionMaxNumberOfRetries",
        "QueueDefinitionEnforceUniqueReference",
        "ProcessingMeanTime",
        "SuccessfulTransactionsNo",
        "ApplicationExceptionsNo",
        "BusinessExceptionsNo",
        "SuccessfulTransactionsProcessingTime",
        "ApplicationExceptionsProcessingTime",
        "BusinessExceptionsProcessingTime",
        "TotalNumberOfTransactions",
        "LastProcessed",
        "ReleaseName",
        "ReleaseId",
        "IsProcessInCurrentFolder",
        "SpecificDataJsonSchemaExists",
        "OutputDataJsonSchemaExists",
        "AnalyticsDataJsonSchemaExists",
        "ProcessScheduleId",
        "QueueFoldersCount",
        "Id",
        "Tags",
    ];

    fn property(name: &str) -> Option<(StatusProperty, Kind)> {
        Some(match name {
            "QueueDefinitionId" | "Id" => (StatusProperty::QueueId, Kind::Number),
            "QueueDefinitionName" => (StatusProperty::QueueName, Kind::Name),
            "ItemsToProcess" => (StatusProperty::ItemsToProcess, Kind::Number),
            _ => return None,
        })
    }

    fn value(&self, property: StatusProperty) -> Value<'_> {
        match property {
            StatusProperty::QueueId => Value::Number(self.0.id),
            StatusProperty::QueueName => Value::Text(self.0.name.to_lowercase().into()),
            StatusProperty::ItemsToProcess => Value::Number(self.0.count(Status::New).try_into().unwrap_or(i64::MAX)),
        }
    }

    fn show(&self, object: &mut Object<'_>) {
        let Self(queue) = self;
        let progress = &queue.progress;
        object.member("ItemsToProcess", &queue.count(Status::New));
        object.member("ItemsInProgress", &queue.count(Status::InProgress));
        object.member("QueueDefinitionId", &queue.id);
        object.member("QueueDefinitionKey", &queue.key);
        object.member("QueueDefinitionName", &queue.name);
        object.member("QueueDefinitionDescription", &queue.description);
        object.member("QueueDefinitionAcceptAutomaticallyRetry", &queue.auto_retry);
        object.member("QueueDefinitionRetryAbandonedItems", &false);
        object.member("QueueDefinitionMaxNumberOfRetries", &queue.max_retries);
        object.member("QueueDefinitionEnforceUniqueReference", &queue.unique.is_some());
        // Assumption: times are those of the sandbox's robot, for which a second has no meaning.
        object.member("ProcessingMeanTime", &0);
        object.member("SuccessfulTransactionsNo", &progress.successful);
        object.member("ApplicationExceptionsNo", &progress.application_exceptions);
        object.member("BusinessExceptionsNo", &progress.business_exceptions);
        for time in [
            "SuccessfulTransactionsProcessingTime",
            "ApplicationExceptionsProcessingTime",
            "BusinessExceptionsProcessingTime",
        ] {
            object.member(time, &0);
        }
        let total = progress.successful + progress.application_exceptions + progress.business_exceptions;
        object.member("TotalNumberOfTransactions", &total);
        object.member("LastProcessed", &progress.last.map(|moment| moment.to_string()));
        object.member("ReleaseName", &Json::Null);
        object.member("ReleaseId", &Json::Null);
        object.member("IsProcessInCurrentFolder", &false);
        object.member("SpecificDataJsonSchemaExists", &queue.schema.is_some());
        object.member("OutputDataJsonSchemaExists", &false);
        object.member("AnalyticsDataJsonSchemaExists", &false);
        object.member("ProcessScheduleId", &Json::Null);
        object.member("QueueFoldersCount", &1);
        object.member("Id", &queue.id);
        object.json("Tags", "[]");
    }
}

//! An item as it is kept: as small as it can be, since a rehearsal may load a million of them.

use serde::Deserialize;

use crate::sandbox::moment::Moment;

/// Priorities, in the order of their numbers in filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(in crate::sandbox) enum Priority {
    High,
    Normal,
    Low,
}

impl Priority {
    pub(in crate::sandbox) const NAMES: &'static [&'static str] = &["High", "Normal", "Low"];

    pub(in crate::sandbox) fn name(self) -> &'static str {
        match self {
            Self::High => "High",
            Self::Normal => "Normal",
            Self::Low => "Low",
        }
    }
}

/// The states of an item, in the order of their numbers in filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Status {
    New,
    InProgress,
    Failed,
    Successful,
    Abandoned,
    Retried,
}

impl Status {
    /// The last of them is never reached: nobody deletes items here.
    pub(in crate::sandbox) const NAMES: &'static [&'static str] =
        &["New", "InProgress", "Failed", "Successful", "Abandoned", "Retried", "Deleted"];

    pub(in crate::sandbox) fn name(self) -> &'static str {
        Self::NAMES.get(self as usize).copied().unwrap_or_default()
    }
}

/// Why an item failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Exception {
    Application,
    Business,
}

impl Exception {
    pub(in crate::sandbox) fn name(self) -> &'static str {
        match self {
            Self::Application => "ApplicationException",
            Self::Business => "BusinessException",
        }
    }
}

/// What robots did with an item.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sandbox) struct Work {
    pub(in crate::sandbox) started: Option<Moment>,
    pub(in crate::sandbox) ended: Option<Moment>,
    pub(in crate::sandbox) exception: Option<Exception>,
    pub(in crate::sandbox) retry: Option<Retry>,
}

/// An item that Orchestrator made because another one had failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Retry {
    /// The item that was added, whose key all its retries share.
    pub(in crate::sandbox) first: i64,
    /// The attempt before this one.
    pub(in crate::sandbox) ancestor: i64,
    /// The how manieth retry it is, from 1.
    pub(in crate::sandbox) number: i32,
}

/// An item in a queue.
#[derive(Debug)]
pub(in crate::sandbox) struct Item {
    pub(in crate::sandbox) id: i64,
    pub(in crate::sandbox) created: Moment,
    pub(in crate::sandbox) priority: Priority,
    pub(in crate::sandbox) reference: Option<Box<str>>,
    /// The specific content as a compact JSON object, members in the order in which they came.
    pub(in crate::sandbox) content: Box<str>,
    pub(in crate::sandbox) rest: Option<Box<Rest>>,
    pub(in crate::sandbox) status: Status,
    /// None while nobody has touched it.
    pub(in crate::sandbox) work: Option<Box<Work>>,
}

/// What most items do not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sandbox) struct Rest {
    pub(in crate::sandbox) due: Option<Moment>,
    pub(in crate::sandbox) defer: Option<Moment>,
    pub(in crate::sandbox) risk_sla: Option<Moment>,
    pub(in crate::sandbox) progress: Option<Box<str>>,
    pub(in crate::sandbox) parent_operation: Option<Box<str>>,
}

impl Item {
    pub(in crate::sandbox) fn due(&self) -> Option<Moment> {
        self.rest.as_ref()?.due
    }

    pub(in crate::sandbox) fn defer(&self) -> Option<Moment> {
        self.rest.as_ref()?.defer
    }

    pub(in crate::sandbox) fn risk_sla(&self) -> Option<Moment> {
        self.rest.as_ref()?.risk_sla
    }

    pub(in crate::sandbox) fn progress(&self) -> Option<&str> {
        self.rest.as_ref()?.progress.as_deref()
    }

    pub(in crate::sandbox) fn work(&self) -> Work {
        self.work.as_deref().copied().unwrap_or_default()
    }

    /// The item that was added, where this one was made to have it retried; otherwise itself.
    pub(in crate::sandbox) fn first(&self) -> i64 {
        self.work().retry.map_or(self.id, |retry| retry.first)
    }

    pub(in crate::sandbox) fn parent_operation(&self) -> Option<&str> {
        self.rest.as_ref()?.parent_operation.as_deref()
    }
}

/// An item that keeps the rules of the published definition and awaits those of its queue.
#[derive(Debug)]
pub(in crate::sandbox) struct NewItem {
    pub(in crate::sandbox) priority: Priority,
    pub(in crate::sandbox) reference: Option<Box<str>>,
    pub(in crate::sandbox) content: Box<str>,
    pub(in crate::sandbox) rest: Option<Box<Rest>>,
    pub(in crate::sandbox) size: Size,
}

/// Whether the large members are within the limits of the cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Size {
    Fits,
    ContentTooLarge,
    ProgressTooLarge,
}

//! Orchestrator's limits, as published.

/// Items in one bulk request. The upload page and the bulk activity stop here; that the API itself does is not documented.
pub const ITEMS_A_REQUEST: usize = 15_000;

/// Items in one page of `QueueItems` (`$top` in the published definition).
pub const ITEMS_A_PAGE: usize = 100;

/// Queue definitions in one page (`$top` in the published definition).
pub const QUEUES_A_PAGE: usize = 1_000;

/// Expressions in one `$filter` (published definition).
pub const EXPRESSIONS_A_FILTER: usize = 100;

/// Bytes of a query that every server takes: IIS, which hosts standalone servers, refuses longer ones by default
/// (`maxQueryString` = 2,048).
pub const QUERY_BYTES: usize = 2_000;

/// Queue definitions that are read of one folder, page by page: far more than anybody has, so that a server that turns the pages
/// wrongly does not keep us for ever.
pub const QUEUES_A_FOLDER: usize = 100 * QUEUES_A_PAGE;

/// Reads of `QueueItems` that Orchestrator allows a tenant each minute for anything but an automation
/// (docs.uipath.com/orchestrator, "Rate limits").
pub const ITEM_READS_A_MINUTE: u32 = 100;

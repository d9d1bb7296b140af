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

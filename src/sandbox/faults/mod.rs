//! What goes wrong, and when.
//!
//! # How a fault is written
//! `KIND[:FIELD]...`, the fields in any order:
//!
//! | kind | what happens |
//! | --- | --- |
//! | `drop-before-commit` | the connection is closed without an answer, nothing is executed |
//! | `drop-after-commit` | the request is executed, then the connection is closed without an answer |
//! | `hang-before-commit`, `hang-after-commit` | the same, but the connection stays open and silent |
//! | `commit-late` | 504 at once (`cut`: no answer at all), executed later: after a duration, 3 s unless given |
//! | `status-NNN` | a status from 400 to 599; `before` (default) or `after` the request was executed |
//! | `token-expiry` | all tokens are revoked before the request is looked at, which is then answered with 401 |
//! | `slow` | the answer takes a duration longer, 3 s unless given; the request is executed before |
//! | `truncated` | executed; the connection ends in the middle of the body, whose promised length is longer |
//! | `cut-json` | executed; half of the body under a length that is right: an answer that is no JSON |
//! | `null-ordinal` | executed; the failed items of a bulk answer have the ordinal null |
//!
//! | field | meaning |
//! | --- | --- |
//! | `5%` | for that share of the requests; which ones follows from the seed |
//! | `@3` | for the third request only |
//! | `x2` | for the first two; `@3x2` for the third and the fourth |
//! | `3s`, `120ms`, `1m` | the duration of `commit-late` and `slow`; the `Retry-After` of a status (1 s for 429) |
//! | `date` | `Retry-After` as a date instead of seconds |
//! | `before`, `after` | whether a status comes before or after the request was executed |
//! | `json`, `html`, `empty` | the body of a status |
//! | `cut` | no answer instead of 504, for `commit-late` |
//! | `on=writes`, `on=reads`, `on=tokens`, `on=all` | which requests are counted and hit; by default those that add items |
//!
//! Without `%`, `@` or `x` it happens every time.

mod fault;
mod grammar;
mod plan;

pub(super) use fault::{Answer, Effect, Form, RetryAfter, Target};
pub use fault::{Fault, FaultError};
pub(super) use plan::Plan;

//! The journal as a whole: what it promises to a load that can be killed at any point.

mod crash;
mod entries;
mod exactly_once;
mod looking_back;
mod opening;
mod size;
pub(super) mod support;

//! The engine against a scripted Orchestrator, with a real journal, in paused time.

mod chaos;
mod doubts;
mod ending;
mod file;
mod orchestrator;
mod order;
mod pace;
mod refusals;
mod sitting;
mod stops;

pub(super) use sitting::begun;

//! Watching in paused time, at a queue whose items move as the clock does.

mod following;
mod queue;

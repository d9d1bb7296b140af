//! Work on a thread of its own, for which there may be none.

use std::sync::mpsc::sync_channel;
use std::thread::{Builder, JoinHandle};

/// A thread at work.
#[derive(Debug)]
pub struct Thread<R>(JoinHandle<Option<R>>);

impl<R: Send + 'static> Thread<R> {
    /// Starts a thread that works on `given`; where none can be started, gives it back.
    pub fn start<T: Send + 'static>(
        name: &str,
        given: T,
        work: impl FnOnce(T) -> R + Send + 'static,
    ) -> Result<Self, T> {
        // Not moved into the thread at once: one that cannot be started takes with it what was meant for it.
        let (hand, taken) = sync_channel::<T>(1);
        let thread = Builder::new().name(name.to_owned()).spawn(move || taken.recv().ok().map(work));
        match thread {
            Ok(thread) => hand.send(given).map_or_else(|unsent| Err(unsent.0), |()| Ok(Self(thread))),
            Err(_) => Err(given),
        }
    }

    /// Waits for its end. None where it did not come to one: it has panicked.
    pub fn end(self) -> Option<R> {
        self.0.join().ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_works_on_what_it_is_given() {
        assert_eq!(Thread::start("twice", 21, |number| 2 * number).unwrap().end(), Some(42));
        let panics = Thread::start("panics", 0, |zero| 1_i32.checked_div(zero).unwrap()).unwrap();
        assert_eq!(panics.end(), None);
    }
}

//! Threads that are needed together. The network runtime panics, and then waits for itself, where the system does not give them.

use std::hint::black_box;
use std::io;
use std::sync::Mutex;
use std::thread::{self, Builder};

use crate::failure::{Exit, Failure};

/// Makes sure that the system gives as many threads as it has processors, which is what a server takes.
pub(super) fn threads_for_a_server() -> Result<(), Failure> {
    let count = thread::available_parallelism().map_or(1, usize::from);
    together(count).map_err(|error| {
        Failure::new(Exit::Failed, "the system gives no threads to serve on")
            .caused_by(&error)
            .hint("`ulimit -v`, `ulimit -u` and the limits of a container say how much a program may take")
    })
}

/// Addresses that glibc asks for when a thread first asks for memory. It gives half of them back at once, but meanwhile another thread
/// may fail to start for want of them.
const ARENA: usize = if cfg!(all(target_os = "linux", target_env = "gnu")) { 128 * 1024 * 1024 } else { 0 };

/// For so many threads at a time.
const ARENAS: usize = 4;

/// Starts so many threads, and lets them end when all have started and there is room to spare.
fn together(count: usize) -> io::Result<()> {
    let gate = Mutex::new(());
    thread::scope(|scope| {
        let _closed = gate.lock();
        (0..count).try_for_each(|_| Builder::new().spawn_scoped(scope, || drop(gate.lock())).map(drop))?;
        // Addresses only: nothing is written there.
        let mut room = Vec::<u8>::new();
        room.try_reserve_exact(count.min(ARENAS) * ARENA).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        black_box(&room);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_threads_are_no_problem_and_all_of_them_end() {
        together(4).unwrap();
    }
}

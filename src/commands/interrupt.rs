//! Ctrl-C, and what else asks a program to end: the first time politely, the second time at once.

use tokio::sync::watch;

/// Counts how often the user, or the system, has asked to stop.
///
/// The counting goes on until the runtime ends; without it a signal would end the process in the middle of a request.
pub(super) fn listen() -> std::io::Result<watch::Receiver<u32>> {
    let (count, presses) = watch::channel(0);
    let mut signals = Signals::new()?;
    tokio::spawn(async move {
        while signals.next().await {
            count.send_modify(|presses| *presses += 1);
        }
    });
    Ok(presses)
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> bool {
        tokio::select! {
            received = self.interrupt.recv() => received.is_some(),
            received = self.terminate.recv() => received.is_some(),
        }
    }
}

#[cfg(not(unix))]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) -> bool {
        self.0.recv().await.is_some()
    }
}

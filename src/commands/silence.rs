//! A word to somebody who waits and sees nothing.

use std::time::Duration;

use super::Context;

/// So long nobody wonders.
const UNNOTICED: Duration = Duration::from_secs(4);

/// Waits for the end of `work`; where that takes long, says once what is being waited for.
pub(super) async fn broken_by<T>(words: &str, context: &Context, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => done,
        () = tokio::time::sleep(UNNOTICED) => {
            context.ui.say(words);
            work.await
        }
    }
}

//! What a run is: a file's content on its way into a queue, once.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::PathBuf;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::rows::{RangeSet, RowRange, Shard};

/// What makes two loads the same: this content, or a share of its rows, into this queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RunKey {
    /// SHA-256 of the content.
    pub content: [u8; 32],
    /// Its length in bytes.
    pub length: u64,
    /// The root of Orchestrator's API.
    pub api_root: String,
    /// The tenant, where the address does not say it.
    pub tenant: Option<String>,
    /// The folder, as it is sent.
    pub folder: String,
    /// The queue's name.
    pub queue: String,
    /// The queue's number, where Orchestrator tells it. It identifies the queue within the tenant, however the folder was named.
    pub queue_id: Option<i64>,
    /// Which of the rows.
    pub shard: Shard,
}

impl RunKey {
    /// A digest of the whole key in hexadecimal: short enough for a file's name, and telling nothing about the target.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.content);
        hasher.update(self.length.to_be_bytes());
        let number = self.queue_id.map(|id| id.to_string());
        let place = number.as_deref().map_or([self.folder.as_str(), self.queue.as_str()], |number| ["#", number]);
        for part in [&self.api_root, self.tenant.as_deref().unwrap_or_default(), place[0], place[1]] {
            // With its length, so that no two keys read the same.
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        hasher.update([u8::from(self.tenant.is_some())]);
        if !self.shard.is_whole() {
            hasher.update(self.shard.to_string());
        }
        hasher.finalize().iter().fold(String::with_capacity(64), |mut digest, byte| {
            // Writing to a string cannot fail.
            let _ = write!(digest, "{byte:02x}");
            digest
        })
    }
}

/// The name of a run, short enough to type: `20261124-0540-k3f9` began on that day at that minute, in UTC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub(super) String);

impl RunId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A run about to begin.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// Content and queue.
    pub key: RunKey,
    /// Where the rows come from.
    pub input: Input,
    /// How many rows were counted, and from which to which.
    pub rows: u64,
    /// From the first row to the last; `None` of an input without rows.
    pub span: Option<RowRange>,
    /// The options that shape items, by flag: what a resumed run must not change.
    pub options: BTreeMap<String, String>,
    /// The commit type of each request.
    pub commit: String,
    /// Who starts it.
    pub operator: Operator,
    /// What the server said before the first item left.
    pub before: Before,
}

/// Where the rows come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// As it was typed; `-` for standard input.
    pub given: String,
    /// Where it is found from any folder. A path that is not Unicode is not kept: such a file has to be named again to resume.
    pub path: Option<PathBuf>,
    /// Our own copy, where it came from standard input.
    pub spool: Option<PathBuf>,
}

/// Who runs the program, and which program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The person and the machine, `user@host`.
    pub who: String,
    /// As whom Orchestrator knows them: the client id or the profile.
    pub login: String,
    /// The program's version.
    pub version: String,
}

/// What was seen of the server before the first item left: the ground on which doubts are settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// The largest item id in the queue: what is not above it is not ours.
    pub largest_item: Option<i64>,
    /// How far the server's clock is ahead of ours, in milliseconds.
    pub clock_offset_ms: Option<i64>,
}

/// A moment at which nothing was under way: what is in the queue above `largest_item` came after it, and of our rows only those that
/// were settled after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quiet {
    /// The largest item id in the queue then; none where the queue could not be read.
    pub largest_item: Option<i64>,
    /// The rows that were settled then.
    pub settled: RangeSet,
}

/// How a sitting at a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Every row has its answer, or is in doubt for good.
    Finished,
    /// It could not go on, for this reason; it can be resumed.
    Stopped(String),
    /// The user interrupted it; it can be resumed.
    Interrupted,
}

/// One stretch of work on a run: the first from its beginning, then one for each time it is resumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sitting {
    /// When it began.
    pub began: Timestamp,
    /// Who sat.
    pub operator: Operator,
    /// When and how it ended. `None` while it goes on, and for ever where the program was killed: whose lock is held is at work.
    pub ended: Option<(Timestamp, Ending)>,
}

/// How many rows went which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the queue.
    pub accepted: u64,
    /// Refused by Orchestrator.
    pub refused: u64,
    /// Taken back together with a refused row of the same request.
    pub rolled_back: u64,
    /// Never sent, because they break a rule.
    pub left_out: u64,
    /// Given up while it was not known whether they are there, as the user asked.
    pub abandoned: u64,
    /// Sent, and it is not known what became of them. A request that is under way counts here too.
    pub in_doubt: u64,
}

impl Counts {
    /// The rows that need nothing more.
    pub fn done(&self) -> u64 {
        self.accepted + self.refused + self.rolled_back + self.left_out + self.abandoned
    }
}

/// A run as the journal knows it.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// Its name.
    pub id: RunId,
    /// Content and queue.
    pub key: RunKey,
    /// Where the rows come from.
    pub input: Input,
    /// How many rows the input has.
    pub rows: u64,
    /// From the first row to the last; `None` of an input without rows.
    pub span: Option<RowRange>,
    /// The options that shape items, by flag.
    pub options: BTreeMap<String, String>,
    /// The commit type of each request.
    pub commit: String,
    /// What the server said before the first item left.
    pub before: Before,
    /// The sittings, in order; there is always one.
    pub sittings: Vec<Sitting>,
    /// How many rows went which way.
    pub counts: Counts,
    /// The file that holds the rows that are not in the queue.
    pub rejects_file: Option<PathBuf>,
    /// What the system called the file that was read last, where that was written down.
    pub file: Option<String>,
}

impl RunSummary {
    /// How the last sitting ended; `None` while it goes on or when the program was killed.
    pub fn ending(&self) -> Option<&Ending> {
        self.sittings.last().and_then(|sitting| sitting.ended.as_ref()).map(|(_, ending)| ending)
    }

    /// Tells whether there is nothing left to resume.
    pub fn is_finished(&self) -> bool {
        self.ending() == Some(&Ending::Finished)
    }

    /// The options that differ from `now`, which would shape the remaining rows differently.
    pub fn changed_options(&self, now: &BTreeMap<String, String>) -> Vec<ChangedOption> {
        let names: std::collections::BTreeSet<_> = self.options.keys().chain(now.keys()).collect();
        let change = |name: &String| ChangedOption {
            name: name.clone(),
            then: self.options.get(name).cloned(),
            now: now.get(name).cloned(),
        };
        names.into_iter().map(change).filter(|option| option.then != option.now).collect()
    }
}

/// An option that is not what it was when the run began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedOption {
    /// The flag.
    pub name: String,
    /// Its value when the run began.
    pub then: Option<String>,
    /// Its value now.
    pub now: Option<String>,
}

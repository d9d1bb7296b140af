//! A run begun, gone on with, or found to be done: what the journal knows of this content and this queue.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::outcome::other_options;
use super::prepare::Prepared;
use super::queue::{BLIND, Found};
use super::stop::Stop;
use super::{IfLoaded, Load, Resumed};
use crate::commands::connection::Connection;
use crate::commands::{Context, state};
use crate::failure::{Exit, Failure};
use crate::fs::Identity;
use crate::http::Verdict;
use crate::journal::{Before, Counts, Journal, JournalError, NewRun, Run, RunKey, RunLock, RunSummary, Spool};
use crate::load::{Checked, Decision, References, Refusal, Remote, Submit, decide};
use crate::orchestrator::OrchestratorError;
use crate::rows::Shard;
use crate::source::{rejects_path, rejects_path_of_run};
use crate::threads::Thread;
use crate::ui::rows;

/// Where runs are kept: for good, or for the time of the command.
#[derive(Clone)]
pub(super) struct Memory {
    folder: PathBuf,
    /// Removed when the last one drops it.
    _temporary: Option<Arc<tempfile::TempDir>>,
    pub(super) lasting: bool,
}

impl Memory {
    pub(super) fn new(context: &Context, connection: &Connection) -> Result<Self, Failure> {
        if !connection.is_sandbox() {
            return Ok(Self { folder: state::folder(context)?, _temporary: None, lasting: true });
        }
        // Nothing is remembered of a rehearsal, so that it can be repeated at will.
        let temporary = tempfile::tempdir().map_err(|error| {
            Failure::new(Exit::Failed, "cannot make a temporary folder for the journal").caused_by(&error)
        })?;
        Ok(Self { folder: temporary.path().to_owned(), _temporary: Some(Arc::new(temporary)), lasting: false })
    }

    /// The folder that has the journal.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// A journal that is being opened: on a thread of its own, for where it is new that waits for the disk several times.
pub(super) struct Opening {
    folder: PathBuf,
    thread: Option<Thread<Result<Journal, JournalError>>>,
}

impl Opening {
    pub(super) fn start(memory: &Memory) -> Self {
        let folder = memory.folder.clone();
        let thread = Thread::start("journal", folder.clone(), |folder| Journal::open(&folder)).ok();
        Self { folder, thread }
    }

    /// The journal; opened here where there was no thread for it.
    fn end(mut self) -> Result<Journal, JournalError> {
        self.thread.take().and_then(Thread::end).unwrap_or_else(|| Journal::open(&self.folder))
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        // Where nothing begins, the folder may be a temporary one that is removed next.
        let _ = self.thread.take().map(Thread::end);
    }
}

/// A run to work on, and the right to do so.
pub(super) struct Begun {
    pub(super) run: Run,
    /// What earlier sittings have done.
    pub(super) before: Counts,
    /// Where rejects go.
    pub(super) rejects: PathBuf,
}

/// What is to be done with a content.
#[allow(clippy::large_enum_variant)] // one a file
pub(super) enum Beginning {
    /// This run is to be worked on.
    Begun(Begun),
    /// Nothing: it was done before.
    Before(LoadedBefore),
}

/// What is to be done, before it is.
#[allow(clippy::large_enum_variant)] // one a file
enum Next {
    Begin,
    GoOn(RunSummary),
    Nothing(LoadedBefore),
}

/// An earlier run that has loaded this content.
#[derive(Debug)]
pub(super) struct LoadedBefore {
    pub(super) run: RunSummary,
    /// Whether it is the very file that the run has read, and not the same content delivered again.
    pub(super) is_same_file: bool,
}

/// What is to be loaded where.
pub(super) struct Job<'a> {
    pub(super) command: &'a Load,
    pub(super) context: &'a Context,
    pub(super) connection: &'a Connection,
    pub(super) queue: &'a Found,
    pub(super) checked: &'a Checked,
    /// The file, where it will be put away once it is loaded.
    pub(super) file: Option<&'a Identity>,
}

impl Job<'_> {
    /// Begins or goes on, unless an earlier run has done it all already. Whatever comes of it is true as long as the lock is held.
    pub(super) async fn begin(
        &self,
        prepared: &mut Prepared,
        (memory, opening): (&Memory, Opening),
        resumed: Option<&Resumed>,
        submit: &Remote,
    ) -> Result<(Beginning, RunLock), Stop> {
        let journal = opening.end()?;
        Spool::sweep(&memory.folder, &journal, Timestamp::now())?;
        let key = self.key();
        let words = format!("uiq load {} {}", self.command.queue, prepared.given().display());
        let lock = RunLock::acquire(&memory.folder, &key, &state::holder(words))?;
        // Whoever had the lock until now may have loaded the file, and put it away.
        self.refuse_if_replaced(prepared.given())?;
        let operator = state::operator(self.context, self.connection.login());

        let latest = journal.latest_for(&key)?;
        if let Some(resumed) = resumed {
            resumed.must_be(latest.as_ref(), &key)?;
        }
        self.refuse_other_cuts(&journal, &key)?;
        let (mut run, before) = match self.next(latest, &prepared.options)? {
            Next::Nothing(before) => return Ok((Beginning::Before(before), lock)),
            Next::GoOn(earlier) => {
                if let Some(sitting) = earlier.sittings.first() {
                    // Times from now are counted from the beginning of the run, so that all its rows mean the same.
                    prepared.count_from(sitting.began, &self.command.shape)?;
                }
                let mut run = journal.resume(&earlier.id, &operator, Timestamp::now())?;
                take_over_spool(&mut run, &earlier, prepared)?;
                (run, earlier.counts)
            }
            Next::Begin => {
                let input = prepared.journal_input();
                self.refuse_other_content(&journal, &key, input.path.as_deref())?;
                let new = NewRun {
                    key,
                    input,
                    rows: self.command.shard.count(self.checked.rows),
                    span: self.checked.span,
                    options: prepared.options.clone(),
                    commit: self.command.shape.commit_type().wire_name().to_owned(),
                    operator,
                    before: self.before(submit).await?,
                };
                (journal.begin(&new, prepared.now)?, Counts::default())
            }
        };
        if let Some(spool) = prepared.spool.as_mut().filter(|_| memory.lasting) {
            // From here on the run may have to be gone on with; its end removes the copy.
            spool.keep();
        }
        if let Some(file) = self.file {
            run.note_file(&file.as_text())?;
        }
        let rejects = self.rejects(prepared, &mut run)?;
        Ok((Beginning::Begun(Begun { run, before, rejects }), lock))
    }

    /// What is to be done, by the latest run of the same content.
    fn next(&self, latest: Option<RunSummary>, options: &BTreeMap<String, String>) -> Result<Next, Stop> {
        let before = |run, is_same_file| Ok(Next::Nothing(LoadedBefore { run, is_same_file }));
        if let Some(run) = latest.clone().filter(|run| run.is_finished() && self.is_file_of(run)) {
            // Loaded, and not put away, because something came in between. That is no wish to load it again.
            return before(run, true);
        }
        match decide(latest, options, self.command.if_loaded.into()).map_err(|refusal| *refusal) {
            Ok(Decision::Begin) => Ok(Next::Begin),
            Ok(Decision::GoOn(run)) => Ok(Next::GoOn(run)),
            Ok(Decision::Nothing(run)) | Err(Refusal::AlreadyLoaded(run)) => before(run, false),
            Err(Refusal::OtherOptions { run, changed }) => Err(Stop::Open(other_options(&run, &changed))),
        }
    }

    /// A file that will be put away must still be the one that was checked.
    fn refuse_if_replaced(&self, path: &Path) -> Result<(), Stop> {
        let Some(checked) = self.file else { return Ok(()) };
        match Identity::of(path) {
            Ok(found) if found == *checked => Ok(()),
            Ok(_) => {
                let message = format!("{}: it is not the file any more that was checked a moment ago", path.display());
                Err(Stop::Open(
                    Failure::new(Exit::Failed, message).hint("nothing of it was sent; the next load takes it"),
                ))
            }
            Err(error) => Err(Stop::Open(
                Failure::new(Exit::Failed, format!("{}: it was there a moment ago", path.display())).caused_by(&error),
            )),
        }
    }

    fn is_file_of(&self, run: &RunSummary) -> bool {
        self.file.is_some_and(|file| run.file.as_ref() == Some(&file.as_text()))
    }

    /// Shares of another cut hold rows that were loaded already, and lack others.
    fn refuse_other_cuts(&self, journal: &Journal, key: &RunKey) -> Result<(), Stop> {
        let other = journal.cut_otherwise(key)?.filter(|_| self.command.if_loaded != IfLoaded::Again);
        let Some(run) = other else { return Ok(()) };
        let whole = |shard: Shard| match shard {
            Shard::WHOLE => String::from("as a whole"),
            shard => format!("as share {shard}"),
        };
        let (then, now) = (whole(run.key.shard), whole(key.shard));
        let message = format!("run {} has loaded this content {then}, and now it is to be loaded {now}", run.id);
        Err(Stop::Open(
            Failure::new(Exit::Usage, message)
                .cause("some rows would be loaded twice, and others perhaps not at all")
                .hint("cut the file as it was cut then; `--if-loaded again` loads it all the same"),
        ))
    }

    /// A file that was changed while its load was interrupted would be loaded from the beginning, with the rows that are there already.
    fn refuse_other_content(&self, journal: &Journal, key: &RunKey, path: Option<&Path>) -> Result<(), Stop> {
        let Some(path) = path.filter(|_| self.command.if_loaded != IfLoaded::Again) else { return Ok(()) };
        let earlier = journal.latest_at(path, key)?;
        let sent = |run: &RunSummary| run.counts.accepted + run.counts.in_doubt;
        // Another share of the same content is another matter.
        let is_other = |run: &RunSummary| (run.key.content, run.key.length) != (key.content, key.length);
        let open = earlier.filter(|run| is_other(run) && !run.is_finished() && sent(run) > 0);
        let Some(run) = open else { return Ok(()) };
        let file = &run.input.given;
        let message = format!("{file} has changed since run {} of it was interrupted", run.id);
        Err(Stop::Open(
            Failure::new(Exit::Usage, message)
                .cause(format!("{} of what it held then are in {}, or may be", rows(sent(&run)), run.key.queue))
                .hint(format!("bring the old content back, and `uiq resume {}` does the rest", run.id))
                .hint("or `--if-loaded again` loads the file as it is now; rows that it held then come twice"),
        ))
    }

    fn key(&self) -> RunKey {
        let target = self.connection.client.target();
        RunKey {
            content: self.checked.fingerprint.digest,
            length: self.checked.fingerprint.length,
            api_root: target.api_root.to_string(),
            tenant: target.tenant.clone(),
            folder: target.folder.as_ref().map(ToString::to_string).unwrap_or_default(),
            queue: self.queue.name.clone(),
            queue_id: self.queue.id,
            shard: self.command.shard,
        }
    }

    /// What is in the queue now is not ours. An application that may not look can still load; only doubts cannot be settled then.
    ///
    /// Any other trouble ends the command before the run begins: begun blindly, it would stay blind for good.
    async fn before(&self, submit: &Remote) -> Result<Before, Failure> {
        let largest_item = match self.queue.id {
            None => None,
            // Where rows have no references of their own, the same row from another share would be taken for ours.
            Some(_) if !self.command.shard.is_whole() && self.checked.references == References::Ambiguous => {
                let ui = &self.context.ui;
                ui.warn(
                    "not every row has a reference of its own (`--reference-from` gives them one), and other shares may add \
                     rows that look the same",
                );
                ui.warn(BLIND);
                None
            }
            Some(_) => match submit.newest().await {
                Ok(newest) => Some(newest),
                Err(error) if error.verdict() == Verdict::Refused => {
                    self.warn_of_doubts(&error);
                    None
                }
                Err(error) => return Err(Failure::given_up(error)),
            },
        };
        Ok(Before { largest_item, clock_offset_ms: None })
    }

    fn warn_of_doubts(&self, error: &OrchestratorError) {
        let ui = &self.context.ui;
        ui.warn(&format!("the items of the queue cannot be read (role: Transactions View): {error}"));
        ui.warn(BLIND);
    }

    /// Where this run's rejects go: never over a file of another run.
    fn rejects(&self, prepared: &Prepared, run: &mut Run) -> Result<PathBuf, Stop> {
        if let Some(ours) = run.journal().find(run.id().as_str())?.rejects_file {
            return Ok(ours);
        }
        let usual = || {
            let input = if prepared.spool.is_some() { Path::new("stdin") } else { prepared.given() };
            let input = match self.command.folders.for_rejects() {
                Some(folder) => folder.join(input.file_name().unwrap_or(input.as_os_str())),
                None => input.to_owned(),
            };
            rejects_path(&self.share_of(&input), prepared.format)
        };
        let wanted = self.command.pace.rejects.clone().unwrap_or_else(usual);
        let target = if wanted.exists() {
            // That of another run stays, and a job that nobody watches goes on. What comes there later is seen in the end.
            let ours = rejects_path_of_run(&wanted, run.id().as_str(), prepared.format);
            self.context.ui.warn(&stays_as_it_is(&wanted, &ours));
            ours
        } else {
            wanted
        };
        // Written down as an absolute path, for a run may be gone on with from another folder.
        run.note_rejects_file(&std::path::absolute(&target).unwrap_or_else(|_| target.clone()))?;
        Ok(target)
    }

    /// The name of the file for this share of it, so that each has rejects of its own.
    fn share_of(&self, input: &Path) -> PathBuf {
        let shard = self.command.shard;
        if shard.is_whole() {
            return input.to_owned();
        }
        let extension = input.extension().unwrap_or_default().to_string_lossy();
        input.with_extension(format!("shard-{}-of-{}.{extension}", shard.number(), shard.of()))
    }
}

/// Says where rejects go, for there is another file where they should go.
pub(super) fn stays_as_it_is(wanted: &Path, ours: &Path) -> String {
    format!("{} stays as it is; rejects of this run go to {}", wanted.display(), ours.display())
}

/// Standard input was copied anew: the copy of the earlier sitting, which is the same, has had its day.
fn take_over_spool(run: &mut Run, earlier: &RunSummary, prepared: &Prepared) -> Result<(), Stop> {
    let ours = prepared.spool.as_ref().map(Spool::path);
    let theirs = earlier.input.spool.as_deref();
    if ours.is_some() && ours != theirs {
        run.note_spool(ours)?;
        if let Some(old) = theirs {
            // Whether it can be removed or not, nobody needs it any more.
            let _ = Spool::kept(old.to_owned()).delete();
        }
    }
    Ok(())
}

impl Resumed {
    /// The run that is found must be the one that was asked for.
    fn must_be(&self, found: Option<&RunSummary>, key: &RunKey) -> Result<(), Failure> {
        let run = &self.run;
        if found.is_some_and(|found| found.id == run.id) {
            return Ok(());
        }
        let failure = Failure::new(Exit::Usage, format!("run {} cannot be gone on with", run.id));
        if (key.content, key.length) != (run.key.content, run.key.length) {
            let file = run.input.path.as_deref().unwrap_or(Path::new(&run.input.given)).display().to_string();
            return Err(failure.cause(format!("{file} is not what it was when the run began")).hint(
                "bring the old content back; or load the file as it is now, which is a new run and may double rows",
            ));
        }
        Err(failure
            .cause(format!("it went into {} in folder {} of {}", run.key.queue, run.key.folder, run.key.api_root))
            .hint("`-p`, `--url` and `--folder` say whom to talk to"))
    }
}

impl From<IfLoaded> for crate::load::IfLoaded {
    fn from(choice: IfLoaded) -> Self {
        match choice {
            IfLoaded::Fail => Self::Fail,
            IfLoaded::Skip => Self::Skip,
            IfLoaded::Again => Self::Again,
        }
    }
}

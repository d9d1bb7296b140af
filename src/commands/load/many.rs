//! A load of several files, one after the other, each a run of its own.
//!
//! # What becomes of a file
//! | it ended with | it goes to | and then |
//! | --- | --- | --- |
//! | 0; 3: every row has its answer, the refused ones are in the rejects file | `--done-dir` | the next file |
//! | 6: its content was loaded before | `--done-dir` | the next file |
//! | 2: it cannot be read, or breaks a rule; 1: it changed while it was loaded | `--failed-dir` | the next file |
//! | 5: rows are in doubt; 2: its unfinished run was begun with other options | stays | the next file |
//! | 1: no server, no room; 4: not allowed; 130: Ctrl-C | stays | the end |
//! | it is being loaded, or written to, by somebody else | stays; exit code 0 | the next file |
//! | it is gone: another load has put it away | - ; exit code 0 | the next file |
//!
//! The command ends with the most serious code of its files: 130, 4, 1, 5, 2, 3, 6, 0.
//!
//! A crash between the end of a run and the move is mended by the next load: the journal knows which file the run has read
//! ([`Identity`]), so that this very file is put away, and not loaded again whatever `--if-loaded` says.

use std::path::{Path, PathBuf};

use super::Load;
use super::account::Account;
use super::begin::LoadedBefore;
use super::files::skip;
use super::outcome::{Halted, Judged, Stdout, judge, show};
use super::prepare::{Prepared, check_flags};
use super::send::{Loaded, Outcome, Session};
use super::stop::Stop;
use crate::commands::Context;
use crate::failure::{Exit, Failure};
use crate::fs::Identity;
use crate::journal::Counts;
use crate::load::report::Report;
use crate::load::{FileEnd, FileState};
use crate::ui::document::RunAccount;
use crate::ui::{Format, files_counted, files_json, files_text};

/// Loads the files. What became of each comes into `ends`, also where the command fails.
pub(super) fn run(
    command: &Load,
    files: &[PathBuf],
    ends: &mut Vec<FileEnd>,
    accounts: &mut Vec<RunAccount>,
    context: &Context,
) -> Result<Exit, Failure> {
    check_flags(&command.shape)?;
    if command.pace.watch.watch_processing {
        let message = "`--watch-processing` follows the items of one file, and here are several, or a folder for them";
        return Err(
            Failure::new(Exit::Usage, message).hint("`uiq queues show QUEUE` counts the items of the queue by status")
        );
    }
    command.folders.make()?;
    let mut exit = Exit::Done;
    let stopped = if files.is_empty() {
        Ok(())
    } else {
        context.block_on(load(command, files, ends, accounts, &mut exit, context))
    };
    exit = stopped.as_ref().err().map_or(exit, |failure| exit.or_worse(failure.exit()));
    summarise(command, ends, exit, stopped.is_ok(), context)?;
    stopped.map_or_else(|failure| Err(failure.ending_with(exit)), |()| Ok(exit))
}

/// Loads one after the other; an error is what ends the command before its last file.
async fn load(
    command: &Load,
    files: &[PathBuf],
    ends: &mut Vec<FileEnd>,
    accounts: &mut Vec<RunAccount>,
    worst: &mut Exit,
    context: &Context,
) -> Result<(), Failure> {
    let not_reached = |file: &PathBuf| FileEnd::new(file, FileState::NotReached);
    let session = Session::open(command, context).await.inspect_err(|_| ends.extend(files.iter().map(not_reached)))?;
    let mut round = Round { command, context, session, worst, exit: Exit::Done, wrong: None };
    let mut left = files.iter();
    while let Some(file) = left.next() {
        let mut account = Account::new(command, file, context);
        let (end, stop) = round.file(file, &mut account).await;
        if !matches!(end.state, FileState::Busy | FileState::Gone) {
            accounts.extend(round.close(account, stop.as_ref()));
        }
        ends.push(end);
        if let Some(failure) = stop {
            ends.extend(left.map(not_reached));
            return Err(failure);
        }
    }
    round.session.close().await;
    Ok(())
}

/// Says what became of the files, and how many wait for a person: as data where the command came to its end.
fn summarise(command: &Load, ends: &[FileEnd], exit: Exit, at_the_end: bool, context: &Context) -> Result<(), Failure> {
    let files = (ends.len() > 1).then(|| files_text(ends));
    let is_data = at_the_end && files.is_some();
    let words = files.into_iter().chain(command.folders.waiting()).collect::<Vec<_>>().join("; ");
    let (words, data) = match context.ui.format() {
        Format::Json => (String::new(), Some(files_json(ends, exit as u8).to_string())),
        Format::Text if is_data => (String::new(), Some(words)),
        Format::Text => (words, None),
    };
    context.ui.tell(&files_counted(ends, exit as u8), &words);
    data.map_or(Ok(()), |data| context.print(&data))
}

/// A walk over the files.
pub(super) struct Round<'a> {
    pub(super) command: &'a Load,
    pub(super) context: &'a Context,
    pub(super) session: Session<'a>,
    /// The most serious code so far.
    worst: &'a mut Exit,
    /// That of the file at hand.
    exit: Exit,
    /// What is wrong with the file at hand.
    wrong: Option<Failure>,
}

const GONE: &str = "it is gone; another load has put it away";

const WRITTEN_TO: &str = "it is being written to; the next load takes it";

/// The end of a file, and of the command, if it comes to that.
type FileOrAll = (FileEnd, Option<Failure>);

impl Round<'_> {
    async fn file(&mut self, file: &Path, account: &mut Account) -> FileOrAll {
        (self.exit, self.wrong) = (Exit::Done, None);
        // Before its first byte is read: what changes from now on is noticed when it is put away.
        let meant = Identity::of(file).ok();
        let loaded = match self.session.refuse_if_interrupted() {
            Ok(()) => match Prepared::new(self.command, file, None, self.context) {
                Ok(prepared) => {
                    let kept = meant.as_ref().filter(|_| self.command.folders.moves());
                    self.session.load(prepared, None, kept, account).await
                }
                Err(stop) => Err(stop),
            },
            Err(stop) => Err(stop),
        };
        match loaded {
            Ok(Loaded { outcome, lock: _lock, .. }) => match outcome {
                Outcome::Report(report) => self.loaded(file, meant.as_ref(), report),
                Outcome::Before(before) => (self.loaded_before(file, meant.as_ref(), &before), None),
            },
            Err(stop) => self.stopped(file, meant.as_ref(), stop),
        }
    }

    fn loaded(&mut self, file: &Path, meant: Option<&Identity>, mut report: Report) -> FileOrAll {
        let judged = judge(&mut report, self.session.memory.lasting);
        let is_changed = judged.halted == Some(Halted::File) && is_written_to(file, meant);
        if is_changed && report.counts == Counts::default() {
            return (self.left(file, FileState::Busy, WRITTEN_TO), None);
        }
        let shown = show(&report, &judged, Stdout::WordsOnly, self.context);
        let Judged { exit, failure, stopped, halted } = judged;
        let run = report.run.to_string();
        let mut end = FileEnd { report: Some(report), stopped, ..FileEnd::new(file, FileState::Open) };
        self.note(&mut end, exit);
        match failure {
            None => {
                end.state = FileState::Done;
                self.put_away(&mut end, meant, &run);
            }
            Some(_) if is_changed => self.changed(&mut end, meant, &run),
            Some(failure) if halted == Some(Halted::Everything) => {
                end.error = Some(failure.message().to_owned());
                return (end, Some(failure));
            }
            Some(failure) => self.fail(&mut end, &failure),
        }
        (end, shown.err())
    }

    fn loaded_before(&mut self, file: &Path, meant: Option<&Identity>, before: &LoadedBefore) -> FileEnd {
        if self.is_gone(file, meant) {
            return self.left(file, FileState::Gone, GONE);
        }
        let LoadedBefore { run, is_same_file } = before;
        let (queue, id) = (&run.key.queue, &run.id);
        let (state, exit) = if *is_same_file {
            self.context
                .ui
                .say(&format!("{}: run {id} has loaded it into {queue}, and could not move it", file.display()));
            // Nobody was told then.
            let all_accepted = run.counts.accepted == run.rows;
            (FileState::Done, if all_accepted { Exit::Done } else { Exit::Rejected })
        } else {
            let same = match Path::new(&run.input.given) {
                earlier if earlier == file => String::from("the same content as before"),
                earlier => format!("the same content as {}", earlier.display()),
            };
            let words = format!("{}: {same}, which run {id} loaded into {queue}; not loaded again", file.display());
            if self.command.if_loaded == super::IfLoaded::Skip {
                self.context.ui.say(&words);
                (FileState::LoadedBefore, Exit::Done)
            } else {
                self.context.ui.warn(&words);
                (FileState::LoadedBefore, Exit::AlreadyLoaded)
            }
        };
        let mut end = FileEnd { loaded_by: Some(id.clone()), ..FileEnd::new(file, state) };
        self.note(&mut end, exit);
        self.put_away(&mut end, meant, id.as_str());
        end
    }

    fn stopped(&mut self, file: &Path, meant: Option<&Identity>, stop: Stop) -> FileOrAll {
        let mut end = FileEnd::new(file, FileState::Open);
        match stop {
            Stop::Everything(failure) => {
                self.note(&mut end, failure.exit());
                end.error = Some(failure.message().to_owned());
                return (end, Some(failure));
            }
            Stop::Busy(held) => {
                return (self.left(file, FileState::Busy, &format!("it is being loaded, {held}")), None);
            }
            Stop::Broken(_) | Stop::Open(_) if self.is_gone(file, meant) => {
                return (self.left(file, FileState::Gone, GONE), None);
            }
            Stop::Broken(_) | Stop::Open(_) if is_written_to(file, meant) => {
                return (self.left(file, FileState::Busy, WRITTEN_TO), None);
            }
            Stop::Open(failure) => self.fail(&mut end, &failure),
            Stop::Broken(failure) => {
                self.fail(&mut end, &failure);
                end.state = FileState::Failed;
                self.put_away(&mut end, meant, &moment());
            }
        }
        (end, None)
    }

    /// A file that is not there is gone if it was there a moment ago, or is where such files go. Otherwise its name is wrong.
    fn is_gone(&self, file: &Path, meant: Option<&Identity>) -> bool {
        let missing = Identity::of(file).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
        missing && self.command.folders.moves() && (meant.is_some() || self.command.folders.have(file))
    }

    fn left(&self, file: &Path, state: FileState, words: &str) -> FileEnd {
        skip(file, state.name(), words, self.context);
        FileEnd::new(file, state)
    }

    /// Says what went wrong with a file. The next one may do better.
    pub(super) fn fail(&mut self, end: &mut FileEnd, failure: &Failure) {
        self.context.ui.tell(&failure.told(), &failure.to_string());
        self.note(end, failure.exit());
        end.error = Some(failure.message().to_owned());
        self.wrong = Some(failure.clone());
    }

    /// Keeps the code of a file; that of the command is the most serious of all.
    fn note(&mut self, end: &mut FileEnd, exit: Exit) {
        end.exit_code = exit as u8;
        *self.worst = self.worst.or_worse(exit);
        self.exit = exit;
    }

    /// The account of the file at hand, when it is done; `stop` is what ends the command.
    fn close(&self, mut account: Account, stop: Option<&Failure>) -> Option<RunAccount> {
        if let Some(failure) = stop.or(self.wrong.as_ref()) {
            account.went_wrong(failure);
        }
        account.close(stop.map_or(self.exit, Failure::exit), self.context)
    }
}

/// Tells whether somebody has written to the file since it was `meant`.
pub(super) fn is_written_to(file: &Path, meant: Option<&Identity>) -> bool {
    meant.zip(Identity::of(file).ok()).is_some_and(|(meant, now)| now.is_changed_from(meant))
}

/// A mark for the name of a file that no run has a name for.
fn moment() -> String {
    jiff::Timestamp::now().strftime("%Y%m%d-%H%M%S").to_string()
}

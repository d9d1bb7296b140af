//! A file that is dealt with, and where it goes.

use std::path::Path;

use super::many::{Round, is_written_to};
use crate::failure::{Exit, Failure};
use crate::fs::{Identity, Moved, move_into};
use crate::journal::Journal;
use crate::load::{FileEnd, FileState};
use crate::ui::Told;

impl Round<'_> {
    /// Moves the file that is `meant` to where files in its state go, if that was named. Where the name is taken, `mark` becomes part of it.
    pub(super) fn put_away(&mut self, end: &mut FileEnd, meant: Option<&Identity>, mark: &str) {
        let folders = &self.command.folders;
        let (folder, why) = match end.state {
            FileState::Done | FileState::LoadedBefore => (folders.done_dir.as_deref(), "done"),
            FileState::Failed => (folders.failed_dir.as_deref(), "failed"),
            FileState::Open | FileState::Busy | FileState::Gone | FileState::NotReached => return,
        };
        let (Some(folder), Some(meant)) = (folder, meant) else { return };
        match move_into(&end.file, meant, folder, mark) {
            Ok(Moved::To(target)) => {
                self.say_moved(&end.file, &target, why);
                end.moved_to = Some(target);
                self.note_put_away(mark);
            }
            Ok(Moved::Gone) => self.context.ui.say(&format!("{}: somebody has moved it already", end.file.display())),
            Ok(Moved::Another) if end.state != FileState::Failed && is_written_to(&end.file, Some(meant)) => {
                self.changed(end, Some(meant), mark);
            }
            Ok(Moved::Another) => {
                let words = "another file has taken its name meanwhile, and stays; the next load takes it";
                self.context.ui.warn(&format!("{}: {words}", end.file.display()));
            }
            Err(error) => {
                let message = format!("cannot move {} to {}", end.file.display(), folder.display());
                let hint = match end.state {
                    FileState::Failed => "it is still there: mend it, then run the same command again",
                    _ => "its rows are safe: the next load finds that they are loaded, and only moves the file",
                };
                let failure = Failure::new(Exit::Failed, message).caused_by(&error).hint(hint);
                self.fail(end, &failure);
            }
        }
    }

    /// The journal need not know the file any more. Should that fail, the next load only believes that the move did.
    fn note_put_away(&self, run: &str) {
        let noted = Journal::open(self.session.memory.folder()).and_then(|mut journal| journal.note_put_away(run));
        if let Err(error) = noted {
            self.context.ui.warn(&error.to_string());
        }
    }

    /// The file was written to while it was loaded: rows of it, as it was, are in the queue. Loaded again, they would be there twice, so
    /// this is a matter for a person.
    pub(super) fn changed(&mut self, end: &mut FileEnd, meant: Option<&Identity>, mark: &str) {
        let accepted = end.report.as_ref().map_or(0, |report| report.counts.accepted);
        let message = format!("{}: somebody wrote to the file while it was loaded", end.file.display());
        let failure = Failure::new(Exit::Failed, message)
            .detail(format!("{} of it, as it was, are in the queue", crate::ui::rows(accepted)))
            .hint("take these rows out of the file before it is loaded again; `uiq runs show` has their numbers")
            .hint("whoever delivers files should write them under another name, and rename them when they are whole");
        self.fail(end, &failure);
        end.state = FileState::Failed;
        let folder = self.command.folders.failed_dir.as_deref();
        // The file as it is now, if nobody is writing any more.
        let now = Identity::of(&end.file).ok().filter(|now| meant.is_some_and(|meant| now.is_changed_from(meant)));
        if let (Some(folder), Some(now)) = (folder, now)
            && let Ok(Moved::To(target)) = move_into(&end.file, &now, folder, mark)
        {
            self.say_moved(&end.file, &target, "failed");
            end.moved_to = Some(target);
        }
    }

    fn say_moved(&self, file: &Path, target: &Path, why: &str) {
        let ui = &self.context.ui;
        if target.file_name() != file.file_name() {
            let taken = target.with_file_name(file.file_name().unwrap_or_default());
            ui.warn(&format!("{} is there already, and stays", taken.display()));
        }
        let moved = format!("moved {} to {}", file.display(), target.display());
        let words = match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            _ if why != "failed" => moved,
            Some(folder) => format!("{moved}; mend it there, and move it back into {}", folder.display()),
            None => format!("{moved}; mend it there, and move it back"),
        };
        ui.tell(&Told::Moved { file, to: target, why }, &words);
    }
}

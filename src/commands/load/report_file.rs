//! `--report FILE`: where the account of a load goes, and in which form.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Load;
use super::account::Account;
use crate::commands::Context;
use crate::failure::{Exit, Failure};
use crate::fs::{Committed, Replacement};
use crate::source::is_rejects_file;
use crate::ui::document::{Document, HTML_MARK, JSON_MARK, RunAccount, document_html, document_json};

/// The file of `--report`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    path: PathBuf,
    form: Form,
}

/// What has the name of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Present {
    Nothing,
    /// A report of an earlier load, which has had its day.
    Report,
    /// Anything else: rows to be loaded, rows that were rejected, what somebody wrote.
    Other,
}

/// How much of a file says whether it is a report: the mark is in its first lines.
const HEAD_BYTES: u64 = 4096;

const NO_REPORT: &str = "a file is there that is no report";

/// The form, which is that of the extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Html,
    Json,
}

impl Load {
    /// Does `work`, and writes the report where one is wanted: also of what failed, so that no report of yesterday is taken for one of
    /// today.
    pub(super) fn reported(
        &self,
        context: &Context,
        work: impl FnOnce(&mut Vec<RunAccount>) -> Result<Exit, Failure>,
    ) -> Result<Exit, Failure> {
        let mut accounts = Vec::new();
        let Some(report) = &self.pace.report else { return work(&mut accounts) };
        if self.dry_run {
            return Err(Failure::new(Exit::Usage, "`--report` is about a load, and `--dry-run` makes none"));
        }
        report.check(self)?;
        let outcome = work(&mut accounts);
        let exit = outcome.as_ref().map_or_else(Failure::exit, |exit| *exit);
        if let (Err(failure), true) = (&outcome, accounts.is_empty()) {
            accounts.extend(Account::of_none(self, failure, context));
        }
        match report.write(&self.document(accounts, exit), context) {
            Err(failure) if outcome.is_err() || exit != Exit::Done => {
                context.ui.tell(&failure.told(), &failure.to_string());
            }
            written => written?,
        }
        outcome
    }

    fn document(&self, runs: Vec<RunAccount>, exit: Exit) -> Document {
        Document {
            written: Timestamp::now(),
            zone: TimeZone::system(),
            exit: exit as u8,
            queue: self.queue.clone(),
            files: self.files.iter().map(|file| file.display().to_string()).collect(),
            runs,
        }
    }
}

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = PathBuf::from(text);
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
        let form = match extension.as_deref() {
            Some("html" | "htm") => Form::Html,
            Some("json") => Form::Json,
            _ => return Err(String::from("a file whose name ends in .html or .json, which says what is written")),
        };
        Ok(Self { path, form })
    }
}

impl ReportFile {
    /// Tells, before anything else is done, whether it can be written, and would not take the place of a file of the load.
    fn check(&self, command: &Load) -> Result<(), Failure> {
        let wrong = |words: &str| Failure::new(Exit::Usage, format!("`--report {}`: {words}", self.path.display()));
        if command.files.iter().any(|file| is_same(&self.path, file)) {
            return Err(wrong("this is the file that is to be loaded").hint("give the report another name"));
        }
        let is_given = command.pace.rejects.as_ref().is_some_and(|rejects| is_same(&self.path, rejects));
        // Whichever file, folder, share and run it is, the usual names of rejects files have this in common.
        if is_given || is_rejects_file(&self.path) {
            return Err(wrong("this is where rejected rows go").hint("give the report another name"));
        }
        if self.path.is_dir() {
            return Err(wrong("this is a folder"));
        }
        // Also an input that a pattern stands for, which nobody has looked up yet.
        if self.present() == Present::Other {
            return Err(wrong(NO_REPORT).hint("give the report another name"));
        }
        // A draft that is begun and dropped shows that the folder is there and takes files.
        Replacement::begin(&self.path).map(drop).map_err(|error| {
            wrong("it cannot be written").caused_by(&error).hint("the folder has to exist, and to be yours to write in")
        })
    }

    /// What has its name now. What cannot be read is taken for somebody's.
    fn present(&self) -> Present {
        match self.path.metadata() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Present::Nothing,
            // To open a pipe would wait for who writes to it.
            Ok(metadata) if metadata.is_file() => {}
            _ => return Present::Other,
        }
        let mark = match self.form {
            Form::Html => HTML_MARK.as_bytes(),
            Form::Json => JSON_MARK.as_bytes(),
        };
        let mut head = Vec::new();
        let read = File::open(&self.path).and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head));
        let is_report = read.is_ok() && head.windows(mark.len()).any(|window| window == mark);
        if is_report { Present::Report } else { Present::Other }
    }

    /// Writes the report: the whole of it, or none, and only over a report, for a file may have come meanwhile. It is readable for its
    /// owner alone, for messages may repeat what rows hold.
    fn write(&self, document: &Document, context: &Context) -> Result<(), Failure> {
        let text = match self.form {
            Form::Html => document_html(document),
            Form::Json => format!("{:#}\n", document_json(document)),
        };
        let written = Replacement::begin(&self.path).and_then(|mut draft| {
            draft.write_all(text.as_bytes())?;
            if self.present() == Present::Report {
                return draft.commit();
            }
            match draft.commit_new()? {
                Committed::Whole => Ok(()),
                Committed::Taken(_) => Err(std::io::Error::other(NO_REPORT)),
            }
        });
        written.map_err(|error| {
            Failure::new(Exit::Failed, format!("cannot write the report {}", self.path.display())).caused_by(&error)
        })?;
        context.ui.say(&format!("report: {}", self.path.display()));
        Ok(())
    }
}

/// Whether two names lead to the same file, which need not be there yet.
fn is_same(one: &Path, other: &Path) -> bool {
    let found = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        path.canonicalize().ok().or_else(|| Some(folder.canonicalize().ok()?.join(path.file_name()?)))
    };
    found(one).is_some_and(|one| Some(one) == found(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_says_which_form_it_has() {
        for (name, form) in [("a.html", Form::Html), ("b/A.HTM", Form::Html), ("x.y.json", Form::Json)] {
            assert_eq!(name.parse::<ReportFile>().map(|file| file.form), Ok(form), "{name}");
        }
        for name in ["a.pdf", "report", ".html", "a.html/", ""] {
            assert!(name.parse::<ReportFile>().is_err() || name == "a.html/", "{name}");
        }
    }

    #[test]
    fn only_a_report_of_the_same_form_is_replaced() {
        let document = Document {
            written: Timestamp::now(),
            zone: TimeZone::UTC,
            exit: 0,
            queue: String::new(),
            files: Vec::new(),
            runs: Vec::new(),
        };
        let (page, json) = (document_html(&document), format!("{:#}\n", document_json(&document)));
        let folder = tempfile::tempdir().unwrap();
        let present = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().parse::<ReportFile>().unwrap().present()
        };
        assert_eq!((present("a.html", &page), present("a.json", &json)), (Present::Report, Present::Report));
        for other in ["", "[]", "<html><title>uiq</title>", &json[1..9]] {
            assert_eq!(
                (present("b.html", other), present("b.json", other)),
                (Present::Other, Present::Other),
                "{other}"
            );
        }
        assert_eq!((present("c.html", &json), present("c.json", &page)), (Present::Other, Present::Other));
        let far = format!("[\"{}\", {json}]", "x".repeat(5000));
        assert_eq!(present("d.json", &far), Present::Other, "not in its head");
        let new = folder.path().join("e.json").to_str().unwrap().parse::<ReportFile>().unwrap();
        assert_eq!(new.present(), Present::Nothing);
    }

    #[test]
    fn a_file_is_the_same_by_whatever_name() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("a.json"), "[]").unwrap();
        std::fs::create_dir(at("in")).unwrap();
        assert!(is_same(&at("a.json"), &at("in/../a.json")));
        assert!(is_same(&at("new.json"), &at("in/../new.json")), "although it is not there");
        assert!(!is_same(&at("a.json"), &at("b.json")) && !is_same(&at("a.json"), Path::new("-")));
    }
}

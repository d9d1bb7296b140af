//! A file that can be read as often as needed.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::feed::Feed;
use super::{Delimiter, Encoding, Fingerprint, Format, Reader, SourceError};

/// How an input is to be read, where the user said so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What stands between two cells; found from the header where it is not given.
    pub delimiter: Option<Delimiter>,
    /// The format; by the file's extension or its first bytes where it is not given.
    pub format: Option<Format>,
    /// The encoding; found from the first bytes where it is not given.
    pub encoding: Option<Encoding>,
    /// The sheet of a spreadsheet; the first where it is not given.
    pub sheet: Option<String>,
}

/// An input that can be opened again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    path: PathBuf,
    name: String,
    options: Options,
}

impl Input {
    /// The file at `path`.
    pub fn new(path: impl Into<PathBuf>, mut options: Options) -> Self {
        let path = path.into();
        options.format = options.format.or_else(|| Format::of(&path));
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tsv")) {
            // What is in a name: a header with more commas than tabs must not change it.
            options.delimiter = options.delimiter.or(Some(Delimiter::TAB));
        }
        Self { name: path.display().to_string(), path, options }
    }

    /// Calls the input by another name in messages: what was spooled has a path that means nothing to the user.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Makes what was found out at the first look hold for all others.
    #[must_use]
    pub fn as_read_by(mut self, reader: &Reader) -> Self {
        self.options.format = Some(reader.format());
        self.options.encoding = Some(reader.encoding());
        self.options.delimiter = reader.delimiter().or(self.options.delimiter);
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens it from the beginning and reads the header.
    pub fn open(&self) -> Result<Reader, SourceError> {
        let (file, _) = self.file()?;
        Reader::new(Box::new(file), &self.name, &self.options)
    }

    /// Opens it again, expecting the content that was checked. A different length is found at once, a different content
    /// of the same length by [`Reader::verify`] at the end. What somebody appends while it is read is not read: nobody has checked it.
    pub fn open_again(&self, expected: &Fingerprint) -> Result<Reader, SourceError> {
        let (file, length) = self.file()?;
        if length != expected.length {
            return Err(SourceError::Changed { name: self.name.clone() });
        }
        Reader::of(Feed::new(Box::new(file.take(length)), Some(expected)), &self.name, &self.options)
    }

    /// The bytes it has now, for a progress bar.
    pub fn length(&self) -> Result<u64, SourceError> {
        self.file().map(|(_, length)| length)
    }

    fn file(&self) -> Result<(File, u64), SourceError> {
        let name = || self.name.clone();
        let refused = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => SourceError::Missing { name: name(), path: self.path.clone() },
            _ => SourceError::Open { name: name(), source },
        };
        // Looked at before it is opened: to open a pipe would wait for its writer.
        let metadata = std::fs::metadata(&self.path).map_err(refused)?;
        if metadata.is_dir() {
            return Err(SourceError::Folder { name: name() });
        }
        if !metadata.is_file() {
            return Err(SourceError::NotAFile { name: name() });
        }
        let file = File::open(&self.path).map_err(refused)?;
        Ok((file, metadata.len()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn failure(path: &Path) -> String {
        Input::new(path, Options::default()).named("a.csv").open().unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_opened_says_why() {
        let folder = tempfile::tempdir().unwrap();
        insta::assert_snapshot!(failure(folder.path()), @"a.csv: this is a folder, not a file");
        insta::assert_snapshot!(failure(&folder.path().join("none.csv")), @"a.csv: no such file");
        insta::assert_snapshot!(failure(&folder.path().join("x\0.csv")), @"a.csv: cannot be opened");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_no_input_that_can_be_read_twice() {
        insta::assert_snapshot!(failure(Path::new("/dev/null")), @"a.csv: this is a pipe or a device, and the input is read more than once; give a file, or `-` for standard input");
    }

    #[test]
    fn a_long_file_is_known_again_however_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let input = Input::new(&path, Options::default());
        for rows in [10, 40_000, 300_000] {
            std::fs::write(&path, "a,b\n".to_owned() + &"1,2\n".repeat(rows)).unwrap();
            let read = |mut reader: Reader| {
                while reader.next_row().unwrap().is_some() {}
                reader
            };
            let checked = read(input.open().unwrap()).fingerprint().unwrap();
            assert_eq!(input.open().unwrap().fingerprint().unwrap(), checked);
            read(input.open_again(&checked).unwrap()).verify(&checked).unwrap();
            input.open_again(&checked).unwrap().verify(&checked).unwrap();
        }
    }

    #[test]
    fn a_file_that_changed_is_not_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let input = Input::new(&path, Options::default());
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        let checked = input.open().unwrap().fingerprint().unwrap();
        assert_eq!(input.length().unwrap(), checked.length);
        input.open_again(&checked).unwrap().verify(&checked).unwrap();

        std::fs::write(&path, "a,b\n1,3\n").unwrap();
        let mut same_length = input.open_again(&checked).unwrap();
        assert!(matches!(same_length.verify(&checked), Err(SourceError::Changed { .. })));
        let mut reader = input.open_again(&input.open().unwrap().fingerprint().unwrap()).unwrap();
        std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"5,").unwrap();
        assert!(reader.next_row().unwrap().is_some() && reader.next_row().unwrap().is_none(), "half a row is none");
        std::fs::write(&path, "a,b\n1,2\n3,4\n").unwrap();
        assert!(matches!(input.open_again(&checked), Err(SourceError::Changed { .. })));
    }
}

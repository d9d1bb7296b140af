//! The rejects file: rows that were not taken, as they were, with the reason beside them.
//!
//! It has the format and the encoding of the input ([`super::reject_forms`] documents the layouts), and loads again as it is once
//! mended: what begins with `_uiq_` is ours, and ignored on input. The reasons of an earlier load are left out.

use std::io;
use std::path::{Path, PathBuf};

use super::reject_forms::RejectForm;
use super::{Fingerprint, Format, Input, Reader, SourceError};
use crate::fs::{Committed, Replacement};
use crate::rows::RowNumber;

/// Where the rejected rows of `input` go unless the user says otherwise: `NAME.rejects.csv` beside it, or with the extension of
/// another format.
pub fn rejects_path(input: &Path, format: Format) -> PathBuf {
    input.with_extension(format!("rejects.{}", format.of_rejects().name()))
}

/// Where the rejects of a run go when another file has the `wanted` name: `a.rejects.20261124-0540-k3f9.csv` for `a.rejects.csv`.
/// A name with the run in it stays as it is.
pub fn rejects_path_of_run(wanted: &Path, run: &str, format: Format) -> PathBuf {
    let has_run = wanted.file_stem().is_some_and(|stem| Path::new(stem).extension().is_some_and(|mark| mark == run));
    if has_run { wanted.to_owned() } else { wanted.with_extension(format!("{run}.{}", format.of_rejects().name())) }
}

/// Tells whether a file has the name of a rejects file: `NAME.rejects.csv`, or `NAME.rejects.RUN.csv` where the first was taken.
pub fn is_rejects_file(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let known = [Format::Csv, Format::JsonLines, Format::Json].iter().any(|format| {
        let extension = format!(".{}", format.name());
        name.ends_with(&extension)
    });
    known && name.contains(".rejects.")
}

/// Writes a rejects file in one more pass over the input, so that no row has to be kept in memory or journal: after a crash,
/// the row numbers and reasons alone make the whole file anew.
///
/// Nothing is created before the first row is added, and the file appears under its name, whole, with [`Rejects::commit`].
#[derive(Debug)]
pub struct Rejects<'a> {
    input: &'a Input,
    expected: Fingerprint,
    target: PathBuf,
    pass: Option<Pass>,
}

/// The pass over the input, and the draft it fills.
#[derive(Debug)]
struct Pass {
    reader: Reader,
    form: RejectForm,
}

impl<'a> Rejects<'a> {
    /// Prepares to write `target` from `input`, whose content has to be the one that was checked.
    pub fn new(input: &'a Input, expected: Fingerprint, target: impl Into<PathBuf>) -> Self {
        Self { input, expected, target: target.into(), pass: None }
    }

    /// Adds a row. Rows come in the order of the input, each once.
    pub fn add(&mut self, row: RowNumber, code: &str, message: &str) -> Result<(), SourceError> {
        let pass = match &mut self.pass {
            Some(pass) => pass,
            none => none.insert(Pass::begin(self.input, &self.expected, &self.target)?),
        };
        loop {
            match pass.reader.next_row()? {
                Some(found) if found.number < row => {}
                Some(found) if found.number == row => {
                    let written = pass.form.write(&found, code, message);
                    return written.map_err(|source| SourceError::Rejects { path: self.target.clone(), source });
                }
                _ => return Err(SourceError::NoSuchRow { name: self.input.name().to_owned(), row }),
            }
        }
    }

    /// Puts the file in place, and tells where that is; none where there was nothing to write, and then there is no file.
    ///
    /// The name was free when the run began; by now another run may have written its rejects there, or a person mended them. Such a file
    /// stays, and these rows go to the name with `run` in it, which nobody else uses.
    pub fn commit(self, run: &str) -> Result<Option<PathBuf>, SourceError> {
        let Some(mut pass) = self.pass else { return Ok(None) };
        pass.reader.verify(&self.expected)?;
        let ours = rejects_path_of_run(&self.target, run, pass.reader.format());
        let written = pass.form.finish().and_then(|draft| place(draft, self.target.clone(), ours));
        Ok(Some(written.map_err(|source| SourceError::Rejects { path: self.target, source })?))
    }
}

/// Gives a draft the name that is wanted, or the one that is the run's own.
fn place(draft: Replacement, wanted: PathBuf, ours: PathBuf) -> io::Result<PathBuf> {
    if ours == wanted {
        draft.commit()?;
        return Ok(wanted);
    }
    match draft.commit_new()? {
        Committed::Whole => Ok(wanted),
        Committed::Taken(draft) => {
            draft.renamed(ours.file_name().unwrap_or_default()).commit()?;
            Ok(ours)
        }
    }
}

impl Pass {
    fn begin(input: &Input, expected: &Fingerprint, target: &Path) -> Result<Self, SourceError> {
        let reader = input.open_again(expected)?;
        let form = Replacement::begin(target).and_then(|draft| RejectForm::begin(&reader, draft));
        let form = form.map_err(|source| SourceError::Rejects { path: target.to_owned(), source })?;
        Ok(Self { reader, form })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::Options;

    struct Desk {
        folder: tempfile::TempDir,
    }

    impl Desk {
        fn with(file: &[u8]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("a.csv"), file).unwrap();
            Self { folder }
        }

        fn input(&self) -> Input {
            Input::new(self.folder.path().join("a.csv"), Options::default())
        }

        fn target(&self) -> PathBuf {
            rejects_path(self.input().path(), Format::Csv)
        }

        fn reject(&self, rows: &[(u64, &str, &str)]) -> Result<bool, SourceError> {
            let input = self.input();
            let fingerprint = input.open().unwrap().fingerprint().unwrap();
            let mut rejects = Rejects::new(&input, fingerprint, self.target());
            for (row, code, message) in rows {
                rejects.add(RowNumber(*row), code, message)?;
            }
            Ok(rejects.commit("k3f9")?.is_some())
        }

        fn rejected(&self) -> String {
            std::fs::read_to_string(self.target()).unwrap()
        }
    }

    #[test]
    fn the_file_stands_beside_the_input() {
        assert_eq!(rejects_path(Path::new("in/invoices.csv"), Format::Csv), Path::new("in/invoices.rejects.csv"));
        assert_eq!(rejects_path(Path::new("2026.11.tsv"), Format::Csv), Path::new("2026.11.rejects.csv"));
        assert_eq!(rejects_path(Path::new("invoices"), Format::Xlsx), Path::new("invoices.rejects.csv"));
        assert_eq!(rejects_path(Path::new("a.ndjson"), Format::JsonLines), Path::new("a.rejects.jsonl"));
        assert_eq!(rejects_path(Path::new("a.json"), Format::Json), Path::new("a.rejects.json"));
    }

    #[test]
    fn rejected_rows_come_back_in_their_own_columns_with_the_reason() {
        let desk = Desk::with("\u{feff}Nr;Note\n1;one\n2;\"a;\"\"b\"\"\n\"\n3;=1+1\n".as_bytes());
        assert!(desk.reject(&[(3, "DuplicateReference", "taken, \"twice\""), (4, "Unknown", "?")]).unwrap());
        assert_eq!(
            desk.rejected(),
            "\u{feff}Nr;Note;_uiq_row;_uiq_error_code;_uiq_error\n\
             2;\"a;\"\"b\"\"\n\";3;DuplicateReference;\"taken, \"\"twice\"\"\"\n3;=1+1;4;Unknown;?\n"
        );
    }

    #[test]
    fn the_reasons_of_an_earlier_load_do_not_pile_up() {
        let desk = Desk::with(b"Nr,_uiq_row,_uiq_error_code,_uiq_error,Note\n1,9,A,b,x\n2,10,A,b,y\n");
        desk.reject(&[(3, "C", "d")]).unwrap();
        assert_eq!(desk.rejected(), "Nr,Note,_uiq_row,_uiq_error_code,_uiq_error\n2,y,3,C,d\n");
    }

    #[test]
    fn a_ragged_row_stays_one_until_it_is_mended() {
        let desk = Desk::with(b"a,b\n1\n1,2,3\n");
        desk.reject(&[(2, "Ragged", "short"), (3, "Ragged", "long")]).unwrap();
        let written = "a,b,_uiq_row,_uiq_error_code,_uiq_error\n1,,2,Ragged,short,\n1,2,3,Ragged,long,3\n";
        assert_eq!(desk.rejected(), written);
    }

    /// What becomes of the rows of a file of another name.
    fn rejected(name: &str, file: &[u8], rows: &[(u64, &str, &str)]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), file).unwrap();
        let input = Input::new(folder.path().join(name), Options::default());
        let mut reader = input.open().unwrap();
        let target = rejects_path(input.path(), reader.format());
        let fingerprint = reader.fingerprint().unwrap();
        let mut rejects = Rejects::new(&input, fingerprint, &target);
        for (row, code, message) in rows {
            rejects.add(RowNumber(*row), code, message).unwrap();
        }
        assert_eq!(rejects.commit("k3f9").unwrap().as_ref(), Some(&target));
        std::fs::read(target).unwrap()
    }

    #[test]
    fn json_lines_stay_json_lines_with_every_digit() {
        let file = "{\"n\": 1.50,\"t\":\"\\u00fc\"}\n\n{\"a\": {\"b\": [1]}, \"_uiq_row\": 9}\nnonsense\n";
        let written = rejected("a.jsonl", file.as_bytes(), &[(1, "A", "x \"y\""), (3, "B", "z"), (4, "C", "w")]);
        insta::assert_snapshot!(String::from_utf8(written).unwrap(), @r#"
        {"n":1.50,"t":"\u00fc","_uiq_row":1,"_uiq_error_code":"A","_uiq_error":"x \"y\""}
        {"a":{"b": [1]},"_uiq_row":3,"_uiq_error_code":"B","_uiq_error":"z"}
        {"_uiq_text":"nonsense","_uiq_row":4,"_uiq_error_code":"C","_uiq_error":"w"}
        "#);
    }

    #[test]
    fn an_array_stays_an_array() {
        let written = rejected("a.json", b"[{\"a\": 1}, {\"a\": 2},\n{\"a\": 3}]", &[(1, "A", "x"), (3, "B", "y")]);
        insta::assert_snapshot!(String::from_utf8(written).unwrap(), @r#"
        [
        {"a":1,"_uiq_row":1,"_uiq_error_code":"A","_uiq_error":"x"},
        {"a":3,"_uiq_row":3,"_uiq_error_code":"B","_uiq_error":"y"}
        ]
        "#);
    }

    #[test]
    fn the_encoding_stays_that_of_the_input() {
        let encode = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let written = rejected("a.csv", &encode("\u{feff}Nr;Name\r\n1;Müller\r\n"), &[(2, "A", "清")]);
        assert_eq!(written, encode("\u{feff}Nr;Name;_uiq_row;_uiq_error_code;_uiq_error\n1;Müller;2;A;清\n"));
        let written = rejected("a.csv", b"Nr;Name\n1;M\xfcller & S\xf6hne\n", &[(2, "A", "f\u{fc}r \u{6e05}")]);
        assert_eq!(written, b"Nr;Name;_uiq_row;_uiq_error_code;_uiq_error\n1;M\xfcller & S\xf6hne;2;A;f\xfcr ?\n");
    }

    #[test]
    fn a_spreadsheet_becomes_csv() {
        let sample = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/invoices.xlsx")).unwrap();
        let written = rejected("a.xlsx", &sample, &[(5, "A", "x")]);
        insta::assert_snapshot!(String::from_utf8(written).unwrap(), @"
        \u{feff}Reference,Deadline,Vendor,Amount:number,Paid,Number,_uiq_row,_uiq_error_code,_uiq_error
        INV-X-2,2026-12-24 17:30:00,清掃サービス,124.9,FALSE,1234567890123,5,A,x
        ");
    }

    #[test]
    fn the_file_of_another_run_stays_and_its_own_is_made_anew() {
        let desk = Desk::with(b"a,b\n1,2\n3,4\n");
        let (input, fingerprint) = (desk.input(), desk.input().open().unwrap().fingerprint().unwrap());
        let reject = |target: PathBuf, row: u64, run: &str| {
            let mut rejects = Rejects::new(&input, fingerprint, target);
            rejects.add(RowNumber(row), "A", "b").unwrap();
            rejects.commit(run).unwrap().unwrap()
        };
        let marked = desk.folder.path().join("a.rejects.k3f9.csv");
        assert_eq!(reject(desk.target(), 2, "zzzz"), desk.target());
        let theirs = desk.rejected();
        assert_eq!(reject(desk.target(), 3, "k3f9"), marked);
        assert_eq!(reject(marked.clone(), 2, "k3f9"), marked, "its name once more");
        assert_eq!(reject(desk.target(), 3, "k3f9"), marked, "it was cut short before that was written down");
        assert_eq!(desk.rejected(), theirs);
        assert!(std::fs::read_to_string(marked).unwrap().contains("3,4,3,A,b"));
        assert_eq!(reject(desk.target(), 2, "k3f9"), desk.target(), "the same rows are there already");
    }

    #[test]
    fn without_a_rejected_row_there_is_no_file() {
        let desk = Desk::with(b"a,b\n1,2\n");
        assert!(!desk.reject(&[]).unwrap());
        assert!(!desk.target().exists());
    }

    #[test]
    fn a_file_is_whole_or_not_there() {
        let desk = Desk::with(b"a,b\n1,2\n3,4\n");
        let past = desk.reject(&[(3, "A", "b"), (2, "A", "b")]).unwrap_err();
        assert!(matches!(past, SourceError::NoSuchRow { row: RowNumber(2), .. }), "{past}");
        assert!(matches!(desk.reject(&[(4, "A", "b")]), Err(SourceError::NoSuchRow { .. })));

        let (input, checked) = (desk.input(), desk.input().open().unwrap().fingerprint().unwrap());
        std::fs::write(input.path(), b"a,b\n1,2\n3,5\n").unwrap();
        let mut rejects = Rejects::new(&input, checked, desk.target());
        rejects.add(RowNumber(2), "A", "b").unwrap();
        assert!(matches!(rejects.commit("k3f9"), Err(SourceError::Changed { .. })));
        assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 1, "only the input");
    }

    #[test]
    fn a_folder_that_takes_no_file_is_named() {
        let desk = Desk::with(b"a,b\n1,2\n");
        let (input, fingerprint) = (desk.input(), desk.input().open().unwrap().fingerprint().unwrap());
        let error = Rejects::new(&input, fingerprint, "/nowhere/a.csv").add(RowNumber(2), "A", "b").unwrap_err();
        insta::assert_snapshot!(error, @"/nowhere/a.csv: cannot be written");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_rejects_file_reads_as_the_rows_that_were_picked(
            table in prop::collection::vec(prop::collection::vec("x[\"\r\n,; é=]{0,6}", 3), 1..8),
            picks in prop::collection::vec(any::<bool>(), 8),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["a", "b", "c"]).unwrap();
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let desk = Desk::with(&writer.into_inner().unwrap());
            let picked: Vec<usize> = (0..table.len()).filter(|index| picks[*index]).collect();
            let rows: Vec<_> = picked.iter().map(|index| (*index as u64 + 2, "C", "m")).collect();
            prop_assert_eq!(desk.reject(&rows).unwrap(), !picked.is_empty());
            if picked.is_empty() {
                return Ok(());
            }
            let mut again = Input::new(desk.target(), Options::default()).open().unwrap();
            for index in picked {
                let row = again.next_row().unwrap().unwrap();
                let cells: Vec<&str> = row.cells().map(Option::unwrap).collect();
                let number = (index + 2).to_string();
                prop_assert_eq!(&cells[..3], &table[index][..]);
                prop_assert_eq!(&cells[3..], &[number.as_str(), "C", "m"][..]);
            }
            prop_assert!(again.next_row().unwrap().is_none());
        }
    }
}

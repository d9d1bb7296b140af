//! `--tls FILE`: where the certificate of the sandbox's authority goes.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::failure::{Exit, Failure};
use crate::fs::Replacement;

/// The file of `--tls`, by its whole path: what is printed is pasted elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AuthorityFile(PathBuf);

/// The first line of the file; whoever reads PEM passes over it. A file that begins otherwise is somebody's, perhaps the company's
/// authority that they meant to be used.
const MARK: &str = "# The authority of a uiq sandbox; a new one at every start\n";

impl FromStr for AuthorityFile {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(std::path::absolute(text).unwrap_or_else(|_| PathBuf::from(text))))
    }
}

impl AuthorityFile {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Tells, before anything is started, whether it can be written and takes the place of nothing but the authority of a sandbox.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let wrong = |words: &str| Failure::new(Exit::Usage, format!("`--tls {}`: {words}", self.0.display()));
        let is_ours = self.is_free().map_err(|error| wrong("it cannot be read").caused_by(&error))?;
        if !is_ours {
            return Err(wrong("a file is there that is no sandbox's authority").hint(
                "the sandbox makes an authority of its own and writes its certificate there; give it another name",
            ));
        }
        // A draft that is begun and dropped shows that the folder is there and takes files.
        Replacement::begin(&self.0).map(drop).map_err(|error| {
            wrong("it cannot be written").caused_by(&error).hint("the folder has to exist, and to be yours to write in")
        })
    }

    /// Whether nothing is there, or the authority of an earlier sandbox, which has had its day.
    fn is_free(&self) -> io::Result<bool> {
        match self.0.metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            // To open a pipe would wait for who writes to it.
            Ok(metadata) if !metadata.is_file() => return Ok(false),
            _ => {}
        }
        let mut head = Vec::new();
        File::open(&self.0)?.take(MARK.len() as u64).read_to_end(&mut head)?;
        Ok(head == MARK.as_bytes())
    }

    /// Writes the certificate, for everybody to read: it is no secret.
    pub(super) fn write(&self, certificate: &str) -> Result<(), Failure> {
        let written = Replacement::for_everybody(&self.0).and_then(|mut draft| {
            draft.write_all(MARK.as_bytes())?;
            draft.write_all(certificate.as_bytes())?;
            draft.commit()
        });
        let failed = || format!("cannot write the authority's certificate to {}", self.0.display());
        written.map_err(|error| Failure::new(Exit::Failed, failed()).caused_by(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &tempfile::TempDir, name: &str) -> AuthorityFile {
        folder.path().join(name).to_str().unwrap().parse().unwrap()
    }

    #[test]
    fn an_authority_of_yesterday_is_replaced_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let ours = file(&folder, "ca.pem");
        for certificate in ["yesterday's", "today's"] {
            ours.check().unwrap();
            ours.write(certificate).unwrap();
        }
        assert_eq!(std::fs::read_to_string(ours.path()).unwrap(), format!("{MARK}today's"));

        let theirs = file(&folder, "company.pem");
        for text in ["-----BEGIN CERTIFICATE-----\n", "", &MARK[1..]] {
            std::fs::write(theirs.path(), text).unwrap();
            assert!(theirs.check().unwrap_err().message().ends_with("no sandbox's authority"), "{text}");
        }
        assert!(file(&folder, "").check().unwrap_err().message().ends_with("no sandbox's authority"), "a folder");
    }

    #[test]
    fn a_folder_that_is_not_there_is_said_before_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let failure = file(&folder, "none/ca.pem").check().unwrap_err();
        assert!(failure.message().ends_with("it cannot be written"), "{failure}");
    }
}

use super::*;

/// A file `inbox/a.csv` with this content, and a folder `done`.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new(content: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["inbox", "done"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let desk = Self(folder);
        std::fs::write(desk.file(), content).unwrap();
        desk
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("inbox/a.csv")
    }

    fn done(&self) -> PathBuf {
        self.0.path().join("done")
    }

    /// Moves the file that is there now.
    fn moved(&self) -> Moved {
        move_into(&self.file(), &Identity::of(&self.file()).unwrap(), &self.done(), "k3f9").unwrap()
    }

    /// Names and contents in `done`.
    fn there(&self) -> String {
        let entries = std::fs::read_dir(self.done()).unwrap().map(|entry| entry.unwrap().path());
        let show = |path: PathBuf| {
            let content = std::fs::read_to_string(&path).unwrap();
            format!("{}: {content}", path.file_name().unwrap().to_str().unwrap())
        };
        let mut all: Vec<_> = entries.map(show).collect();
        all.sort();
        all.join("\n")
    }
}

#[test]
fn a_file_is_moved_over_no_other() {
    let desk = Desk::new("1");
    assert_eq!(desk.moved(), Moved::To(desk.done().join("a.csv")));
    assert!(!desk.file().exists());
    for content in ["2", "3", "4"] {
        std::fs::write(desk.file(), content).unwrap();
        assert!(matches!(desk.moved(), Moved::To(_)));
    }
    insta::assert_snapshot!(desk.there(), @"
    a.csv: 1
    a.k3f9-2.csv: 3
    a.k3f9-3.csv: 4
    a.k3f9.csv: 2
    ");
}

#[test]
fn the_name_is_claimed_where_the_file_system_cannot_refuse_to_replace() {
    let desk = Desk::new("1");
    let target = desk.done().join("a.csv");
    rename_to_claimed(&desk.file(), &target).unwrap();
    assert_eq!(rename_to_claimed(&target, &target).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    assert!(rename_to_claimed(&desk.file(), &desk.done().join("b.csv")).is_err());
    assert_eq!(desk.there(), "a.csv: 1", "a claim that came to nothing is taken back");
}

#[test]
fn what_is_not_there_or_not_what_was_meant_stays() {
    let desk = Desk::new("1");
    let meant = Identity::of(&desk.file()).unwrap();
    std::fs::write(desk.file(), "1 and more").unwrap();
    assert_eq!(move_into(&desk.file(), &meant, &desk.done(), "x").unwrap(), Moved::Another);
    assert_eq!(std::fs::read_to_string(desk.file()).unwrap(), "1 and more");
    #[cfg(unix)]
    assert!(Identity::of(&desk.file()).unwrap().is_changed_from(&meant));
    std::fs::remove_file(desk.file()).unwrap();
    assert_eq!(move_into(&desk.file(), &meant, &desk.done(), "x").unwrap(), Moved::Gone);
    assert_eq!(desk.there(), "");
}

#[cfg(unix)]
#[test]
fn a_link_is_not_moved() {
    let desk = Desk::new("1");
    let link = desk.0.path().join("inbox/link.csv");
    std::os::unix::fs::symlink("a.csv", &link).unwrap();
    assert!(move_into(&link, &Identity::of(&link).unwrap(), &desk.done(), "x").is_err());
    assert!(link.exists() && desk.there().is_empty());
}

#[test]
fn a_file_that_took_its_place_at_the_last_moment_goes_back() {
    let desk = Desk::new("1");
    let meant = Identity::of(&desk.file()).unwrap();
    std::fs::write(desk.0.path().join("other"), "another").unwrap();
    std::fs::rename(desk.0.path().join("other"), desk.file()).unwrap();
    let target = desk.done().join("a.csv");
    rename_to_new(&desk.file(), &target).unwrap();
    assert_eq!(settled(&desk.file(), &meant, target).unwrap(), Moved::Another);
    assert_eq!(std::fs::read_to_string(desk.file()).unwrap(), "another");
    assert_eq!(desk.there(), "");
}

#[test]
fn a_copy_into_another_file_system_is_whole_before_the_original_goes() {
    let desk = Desk::new("1");
    let meant = Identity::of(&desk.file()).unwrap();
    std::fs::write(desk.done().join("a.csv"), "0").unwrap();
    let moved = copy_over(&desk.file(), &meant, &desk.done(), "k3f9").unwrap();
    assert_eq!(moved, Moved::To(desk.done().join("a.k3f9.csv")));
    assert!(!desk.file().exists());
    assert_eq!(desk.there(), "a.csv: 0\na.k3f9.csv: 1");
}

#[test]
fn a_copy_whose_original_outlived_a_crash_is_not_made_twice() {
    let desk = Desk::new("1");
    let meant = Identity::of(&desk.file()).unwrap();
    // What is left when the power goes after the copy: both.
    let copy = File::create(desk.done().join("a.csv")).unwrap();
    std::fs::write(desk.done().join("a.csv"), "1").unwrap();
    copy.set_modified(std::fs::metadata(desk.file()).unwrap().modified().unwrap()).unwrap();
    let moved = copy_over(&desk.file(), &meant, &desk.done(), "k3f9").unwrap();
    assert_eq!(moved, Moved::To(desk.done().join("a.csv")));
    assert_eq!((desk.file().exists(), desk.there().as_str()), (false, "a.csv: 1"));
}

//! A journal that cannot be written: from the beginning, and in the middle.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::ordeal::difference;
use super::road::{Moment, Stage, Which};
use super::rows::Kind;
use super::scene::{Scene, Setting, load};

/// A small file system of our own; gone when dropped.
struct Mounted(PathBuf);

impl Mounted {
    /// Needs the right to mount. Where it is missing, the test says so and passes.
    fn at(path: &Path, options: &str) -> Option<Self> {
        std::fs::create_dir_all(path).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(path).output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(Self(path.to_owned()));
        }
        eprintln!("SKIPPED: a full or read-only disk needs the right to mount one (root)");
        None
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn assert_nothing_is_sent(scene: &Scene, words: &[&str]) {
    let ended = scene.run(&load(&[]));
    assert_eq!((ended.code, scene.writes_seen()), (Some(1), 0), "{}", ended.stderr);
    for words in words.iter().chain(&["`UIQ_STATE_DIR` names another folder"]) {
        assert!(ended.stderr.contains(words), "no `{words}` in {}", ended.stderr);
    }
}

#[test]
fn without_a_state_folder_nothing_is_sent() {
    let mut scene = Scene::set(Setting::of(Kind::References, 20));
    let below_a_file = scene.path("rows.csv").join("state");
    scene.set_variable("UIQ_STATE_DIR", &below_a_file.display().to_string());
    assert_nothing_is_sent(&scene, &["journal.sqlite3"]);
}

#[test]
fn on_a_read_only_disk_nothing_is_sent() {
    let scene = Scene::set(Setting::of(Kind::References, 20));
    let Some(_disk) = Mounted::at(&scene.state(), "ro,size=1m") else { return };
    assert_nothing_is_sent(&scene, &["cannot write the journal", "Read-only file system"]);
}

#[test]
fn on_a_full_disk_nothing_is_sent() {
    let scene = Scene::set(Setting::of(Kind::References, 20));
    let Some(_disk) = Mounted::at(&scene.state(), "size=1m") else { return };
    fill(&scene.state());
    assert_nothing_is_sent(&scene, &["no space left on the disk for the journal"]);
}

#[test]
fn a_disk_that_fills_up_stops_the_load_and_room_lets_it_go_on() {
    for stage in [Stage::Received, Stage::Executed] {
        let scene = Scene::set(Setting::of(Kind::NoReferences, 40));
        let Some(_disk) = Mounted::at(&scene.state(), "size=1m") else { return };
        let state = scene.state();
        scene.road.at(Moment { which: Which::Writes, number: 3, stage }, move || fill(&state));
        let command = load(&[]);
        let ended = scene.run(&command);
        assert_eq!((ended.code, scene.writes_seen()), (Some(1), 3), "{}", ended.stderr);
        assert!(ended.stderr.contains("no space left on the disk for the journal"), "{}", ended.stderr);

        std::fs::remove_file(scene.state().join("ballast")).unwrap();
        let ended = scene.run(&command);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert_eq!(difference(&scene.rows.arrivals(), &scene.arrived()), (vec![], vec![]));
    }
}

/// Fills a disk to its last byte.
fn fill(folder: &Path) {
    use std::io::Write;
    let mut ballast = std::fs::File::create(folder.join("ballast")).unwrap();
    while ballast.write(&[0; 4096]).is_ok_and(|written| written > 0) {}
    while ballast.write(&[0]).is_ok_and(|written| written > 0) {}
}

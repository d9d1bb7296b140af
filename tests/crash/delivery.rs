//! An inbox into which somebody delivers while it is loaded.

use std::fs::OpenOptions;
use std::io::Write;

use super::ordeal::difference;
use super::program::Ended;
use super::road::{Moment, Stage, Which};
use super::rows::Kind;
use super::scene::{QUEUE, Scene, Setting};

/// The inbox with the file of the scene in it.
fn scene() -> Scene {
    let scene = Scene::set(Setting::of(Kind::References, 20));
    std::fs::create_dir(scene.path("inbox")).unwrap();
    std::fs::rename(scene.path("rows.csv"), scene.path("inbox/rows.csv")).unwrap();
    scene
}

fn load(scene: &Scene) -> Ended {
    let words = ["load", QUEUE, "inbox/*.csv", "--done-dir", "done", "--failed-dir", "failed", "--batch-size", "7"];
    scene.run(&words.map(String::from))
}

/// Loads the inbox, and does `deed` when its second request was executed and not answered.
fn load_and(scene: &Scene, deed: impl FnOnce() + Send + 'static) -> Ended {
    scene.road.at(Moment { which: Which::Writes, number: 2, stage: Stage::Executed }, deed);
    load(scene)
}

fn assert_each_row_once(scene: &Scene) {
    scene.quiet();
    assert_eq!(difference(&scene.rows.arrivals(), &scene.arrived()), (vec![], vec![]));
}

#[test]
fn what_is_appended_while_it_is_loaded_is_not_sent_and_the_file_needs_a_person() {
    let scene = scene();
    let path = scene.path("inbox/rows.csv");
    let ended = load_and(&scene, move || {
        OpenOptions::new().append(true).open(path).unwrap().write_all(b"R'99,99,\"half a r").unwrap();
    });
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(ended.stderr.contains("somebody wrote to the file while it was loaded"), "{}", ended.stderr);
    assert!(scene.path("failed/rows.csv").exists(), "{}", ended.stderr);
    assert_each_row_once(&scene);
    // Left in the inbox, it would be loaded as a file of its own.
    assert_eq!(load(&scene).code, Some(0));
    assert_each_row_once(&scene);
}

#[test]
fn a_file_that_takes_the_place_of_one_that_is_loaded_stays_for_the_next_load() {
    let scene = scene();
    let (path, draft) = (scene.path("inbox/rows.csv"), scene.path("draft"));
    std::fs::write(&draft, "Reference,Number\nearlier,earlier\n").unwrap();
    let ended = load_and(&scene, move || std::fs::rename(draft, path).unwrap());
    assert!(!scene.path("done/rows.csv").exists(), "{}", ended.stderr);
    assert!(scene.path("inbox/rows.csv").exists(), "{}", ended.stderr);
    assert_each_row_once(&scene);
    let ended = load(&scene);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(scene.path("done/rows.csv").exists());
    assert_eq!(scene.sandbox().items(QUEUE).len(), 21);
}

#[test]
fn half_a_file_that_goes_on_growing_while_it_is_checked_is_left_to_the_next_load() {
    let scene = scene();
    let path = scene.path("inbox/rows.csv");
    let whole = std::fs::read(&path).unwrap();
    // Cut between two rows, it looks like a whole one.
    let half = whole[..whole.len() / 2].iter().rposition(|&byte| byte == b'\n').unwrap();
    std::fs::write(&path, &whole[..=half]).unwrap();
    let goes_on = path.clone();
    // After the token and the queue, once the file is checked, the program asks which items there are.
    let newest = Moment { which: Which::All, number: 3, stage: Stage::Received };
    scene.road.at(newest, move || std::fs::write(goes_on, whole).unwrap());
    let ended = load(&scene);
    assert!(path.exists(), "{}", ended.stderr);
    assert_eq!((ended.code, scene.writes_seen()), (Some(0), 0), "{}", ended.stderr);
    assert!(ended.stderr.contains("it is being written to; the next load takes it"), "{}", ended.stderr);
    scene.road.clear();
    assert_eq!(load(&scene).code, Some(0));
    assert_each_row_once(&scene);
}

//! The same load again: while it runs, when it is done, with other options, from a pipe.

use std::sync::mpsc;

use super::ordeal::difference;
use super::program::Ended;
use super::road::{Moment, Stage, Which};
use super::rows::Kind;
use super::scene::{QUEUE, Scene, Setting, load};

const SECOND_WRITE: Moment = Moment { which: Which::Writes, number: 2, stage: Stage::Executed };

fn assert_complete(scene: &Scene) {
    scene.quiet();
    assert_eq!(difference(&scene.rows.arrivals(), &scene.arrived()), (vec![], vec![]));
}

/// Runs a command that is killed when its second request was executed and not answered.
fn killed(scene: &Scene, command: &[String], stdin: Option<&str>) -> Ended {
    let program = scene.start_with(command, stdin, &[]);
    let victim = program.victim();
    scene.road.at(SECOND_WRITE, move || victim.kill());
    let ended = program.wait();
    assert_eq!(ended.code, None, "{}", ended.stderr);
    ended
}

#[test]
fn two_at_once_are_one_and_the_second_says_who_is_at_it() {
    let scene = Scene::set(Setting::of(Kind::References, 40));
    let command = load(&[]);
    let first = scene.start(&command);
    let (at_work, is_at_work) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel();
    scene.road.at(SECOND_WRITE, move || {
        at_work.send(()).unwrap();
        let _ = may_go_on.recv();
    });
    is_at_work.recv().unwrap();

    let second = scene.run(&command);
    assert_eq!(second.code, Some(1), "{}", second.stderr);
    assert_eq!(scene.writes_seen(), 2, "the second has sent something");
    let holder = format!("held by process {} on", first.id());
    assert!(second.stderr.contains(&holder), "no `{holder}` in {}", second.stderr);
    assert!(second.stderr.contains("(`uiq load Invoices rows.csv`)"), "{}", second.stderr);

    go_on.send(()).unwrap();
    assert_eq!(first.wait().code, Some(0));
    assert_complete(&scene);
}

#[test]
fn a_finished_load_is_refused_skipped_or_repeated_as_asked() {
    let scene = Scene::set(Setting::of(Kind::NoReferences, 20));
    assert_eq!(scene.run(&load(&[])).code, Some(0));
    let sent = scene.writes_seen();
    for (more, code) in [(&[] as &[&str], 6), (&["--if-loaded", "fail"], 6), (&["--if-loaded", "skip"], 0)] {
        let ended = scene.run(&load(more));
        assert_eq!((ended.code, scene.writes_seen()), (Some(code), sent), "{more:?}: {}", ended.stderr);
    }
    assert_complete(&scene);

    let again = scene.run(&load(&["--if-loaded", "again"]));
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let twice: Vec<_> = [scene.rows.arrivals(), scene.rows.arrivals()].concat();
    assert_eq!(difference(&twice, &scene.arrived()), (vec![], vec![]));
}

#[test]
fn an_unfinished_load_goes_on_with_its_own_options_only() {
    let scene = Scene::set(Setting::of(Kind::References, 40));
    let command = load(&["--priority", "low"]);
    killed(&scene, &command, None);
    let sent = scene.writes_seen();
    let other = scene.run(&load(&["--priority", "high"]));
    assert_eq!((other.code, scene.writes_seen()), (Some(2), sent), "{}", other.stderr);
    assert!(other.stderr.contains("--priority: then low, now high"), "{}", other.stderr);

    // What does not shape items may change.
    let ended = scene.run(&load(&["--priority", "low", "--jobs", "8", "--rate", "7000/min"]));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_complete(&scene);
}

#[test]
fn a_load_from_a_pipe_keeps_its_copy_until_the_same_pipe_finishes_it() {
    let scene = Scene::set(Setting::of(Kind::NoReferences, 40));
    let command: Vec<_> = ["load", QUEUE, "-", "--batch-size", "7", "-o", "json"].map(String::from).into();
    let copies = || std::fs::read_dir(scene.state().join("spool")).unwrap().count();
    let text = scene.rows.csv();
    killed(&scene, &command, Some(&text));
    assert_eq!(copies(), 1);

    let ended = scene.start_with(&command, Some(&text), &[]).wait();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_complete(&scene);
    assert_eq!(copies(), 0, "a copy is left behind");
}

#[test]
fn an_interrupted_load_from_a_pipe_can_be_resumed_without_the_pipe() {
    let scene = Scene::set(Setting::of(Kind::NoReferences, 40));
    let command: Vec<_> = ["load", QUEUE, "-", "--batch-size", "7", "-o", "json"].map(String::from).into();
    killed(&scene, &command, Some(&scene.rows.csv()));
    let ended = scene.run(&["resume", "-o", "json"].map(String::from));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_complete(&scene);
    assert_eq!(std::fs::read_dir(scene.state().join("spool")).unwrap().count(), 0, "a copy is left behind");
}

#[test]
fn requests_of_any_size_are_gone_on_with_at_another_pace() {
    let at = |pace: &[&str]| {
        ["load", QUEUE, "rows.csv", "-o", "json"].iter().chain(pace).map(|&w| w.to_owned()).collect::<Vec<_>>()
    };
    for kind in [Kind::References, Kind::NoReferences] {
        let mut scene = Scene::set(Setting::of(kind, 2_400));
        // Large requests take a busy machine longer than the small ones of other tests.
        scene.set_variable("UIQ_SETTLE_GRACE", "10s");
        scene.set_variable("UIQ_ANSWER_TIMEOUT", "60s");
        // Half a thousand rows, and then more; smaller ones; found out once more.
        killed(&scene, &at(&[]), None);
        killed(&scene, &at(&["--batch-size", "7"]), None);
        assert_eq!(scene.run(&at(&[])).code, Some(0));
        scene.quiet();
        assert_eq!(scene.arrived(), scene.rows.arrivals(), "in the order of the file");
        let sizes = scene.run(&at(&["--if-loaded", "again", "--jobs", "auto"]));
        assert_eq!(sizes.code, Some(0), "{}", sizes.stderr);
        assert_eq!(scene.arrived().len(), 2 * scene.rows.arrivals().len());
    }
}

//! Ctrl-C once and twice, and what a system sends that shuts down.

use super::ordeal::difference;
use super::road::{Moment, Stage, Which};
use super::rows::Kind;
use super::scene::{Scene, Setting, load};

/// Signals.
const SIGNALS: [&str; 2] = ["INT", "TERM"];

const SECOND_WRITE: Moment = Moment { which: Which::Writes, number: 2, stage: Stage::Received };

fn assert_the_same_command_finishes(scene: &Scene, command: &[String]) {
    let ended = scene.run(command);
    scene.quiet();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(difference(&scene.rows.arrivals(), &scene.arrived()), (vec![], vec![]));
}

#[test]
fn once_finishes_what_is_under_way_and_says_how_to_go_on() {
    for (signal, jobs) in SIGNALS.into_iter().flat_map(|signal| ["1", "8"].map(|jobs| (signal, jobs))) {
        let scene = Scene::set(Setting::of(Kind::NoReferences, 40));
        let command = load(&["--jobs", jobs]);
        let program = scene.start(&command);
        let victim = program.victim();
        scene.road.at(SECOND_WRITE, move || {
            assert!(victim.signal(signal));
            victim.until_it_says("stopping: ");
        });
        let ended = program.wait();
        assert_eq!(ended.code, Some(130), "{signal}, {jobs} jobs: {}", ended.stderr);
        let report = ended.report();
        assert_eq!(report["in_doubt"], 0, "{report}");
        assert_eq!(report["accepted"], scene.arrived().len(), "{report}");
        let run = report["run"].as_str().unwrap();
        let way_on = format!("hint: to go on: run the same command again, or `uiq resume {run}`");
        assert!(ended.stderr.contains(&way_on), "{}", ended.stderr);
        if jobs == "1" {
            assert_eq!(scene.writes_seen(), 2, "something left after the signal");
        }
        assert_the_same_command_finishes(&scene, &command);
    }
}

#[test]
fn twice_leaves_at_once() {
    for signal in SIGNALS {
        let scene = Scene::set(Setting::of(Kind::Identical, 40));
        let command = load(&[]);
        let program = scene.start(&command);
        let victim = program.victim();
        // The request waits on the road until the program is gone: it cannot have waited for the answer.
        scene.road.at(SECOND_WRITE, move || {
            assert!(victim.signal(signal));
            victim.until_it_says("stopping: ");
            assert!(victim.signal(signal));
            victim.until_it_has_ended();
        });
        let ended = program.wait();
        assert_eq!(ended.code, Some(130), "{signal}: {}", ended.stderr);
        assert!(ended.stderr.contains("left at once"), "{}", ended.stderr);
        assert_the_same_command_finishes(&scene, &command);
    }
}

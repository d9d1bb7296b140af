//! Shares of one file, loaded at the same time, each killed and started again until it is done: each row once.

use std::time::Duration;

use super::dice::Dice;
use super::faults::FAULTS;
use super::ordeal::difference;
use super::rows::Kind;
use super::scene::{Scene, Setting, load};

const SHARES: usize = 3;

/// Loads one share, and kills it a few times.
fn load_share(scene: &Scene, share: usize, seed: u64) {
    let mut dice = Dice::new(seed + share as u64);
    let command = load(&["--shard", &format!("{share}/{SHARES}")]);
    for kills in 0..3 {
        let program = scene.start(&command);
        if kills == 0 {
            // Whatever the machine: something is under way then.
            program.victim().until_it_says("loading");
        } else {
            std::thread::sleep(dice.within(Duration::from_millis(200)));
        }
        program.victim().kill();
        let ended = program.wait();
        match ended.code {
            None => {}
            Some(0) => return,
            code => panic!("exit {code:?}: {}", ended.stderr),
        }
    }
    let ended = scene.run(&command);
    // 6: killed between the last word in the journal and its own end.
    assert!(matches!(ended.code, Some(0 | 6)), "{}", ended.stderr);
}

#[test]
fn shares_that_are_killed_leave_each_row_once() {
    let faults = FAULTS.iter().find(|(name, _)| *name == "drop after commit").unwrap().1;
    for (faults, seed) in [(&[] as &[&str], 1), (faults, 2)] {
        let scene =
            Scene::set(Setting::of(Kind::References, 41).faults(faults, seed).latency(Duration::from_millis(3)));
        std::thread::scope(|scope| {
            for share in 1..=SHARES {
                let scene = &scene;
                scope.spawn(move || load_share(scene, share, seed * 100));
            }
        });
        scene.quiet();
        assert_eq!(difference(&scene.rows.arrivals(), &scene.arrived()), (vec![], vec![]));
    }
}

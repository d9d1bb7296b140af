//! What nobody can tell is said, row by row, and decided by the user.

use std::process::{Command, Stdio};

use super::ordeal::difference;
use super::program::{Ended, binary};
use super::road::{Moment, Stage, Which};
use super::rows::{Kind, Rows};
use super::scene::{QUEUE, Scene, Setting, load};

/// An application that may add items and not look at them.
fn blind(fault: &str) -> Scene {
    let scopes = Some(vec![String::from("OR.Queues.Write")]);
    Scene::set(Setting { scopes, ..Setting::of(Kind::References, 40).faults(&[fault], 0) })
}

fn assert_in_doubt(ended: &Ended, rows: &str) {
    assert_eq!(ended.code, Some(5), "{}", ended.stderr);
    let report = ended.report();
    assert_eq!((&report["in_doubt_rows"], &report["exit_code"]), (&rows.into(), &5.into()), "{report}");
    let words = if rows.contains('-') { "rows" } else { "row" };
    assert!(ended.stderr.contains(&format!("\n  {words} {rows}\n")), "{}", ended.stderr);
}

#[test]
fn without_the_right_to_look_the_rows_in_question_are_named_and_the_user_decides() {
    // Seven rows a request, and the header is row 1: the second request has the rows 9 to 15.
    for (fault, decision, code) in [("drop-after-commit:@2", "skip", 3), ("drop-before-commit:@2", "resend", 0)] {
        let scene = blind(fault);
        assert_in_doubt(&scene.run(&load(&[])), "9-15");
        // Asking again tells no more, and sends nothing.
        let sent = scene.writes_seen();
        assert_in_doubt(&scene.run(&load(&[])), "9-15");
        assert_eq!(scene.writes_seen(), sent);

        let ended = scene.run(&load(&["--in-doubt", decision]));
        assert_eq!(ended.code, Some(code), "{decision}: {}", ended.stderr);
        assert_eq!(difference(&scene.rows.arrivals(), &scene.arrived()), (vec![], vec![]), "{decision}");
        let rejected = if decision == "skip" { (9..=15).collect() } else { Vec::new() };
        assert_eq!(scene.rejected(), rejected);
    }
}

#[test]
fn somebody_elses_item_that_looks_like_ours_is_not_guessed_at() {
    let scene = Scene::set(Setting::of(Kind::NoReferences, 40).faults(&["drop-after-commit:@2"], 0));
    // The same content as row 10, from another machine, at the worst moment.
    let text = scene.rows.csv();
    let line = text.lines().nth(usize::try_from(10 - Rows::row(0) + 1).unwrap()).unwrap();
    std::fs::write(scene.path("other.csv"), format!("Number,Text\n{line}\n")).unwrap();
    let mut other = Command::new(binary());
    other.args(["load", QUEUE, "other.csv"]).env_clear().envs(scene.environment().iter().cloned());
    other.env("UIQ_STATE_DIR", scene.path("other-state")).current_dir(scene.path("."));
    other.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    scene.road.at(Moment { which: Which::Writes, number: 2, stage: Stage::Executed }, move || {
        assert!(other.status().unwrap().success());
    });
    assert_in_doubt(&scene.run(&load(&[])), "10");
    let expected: Vec<_> = scene.rows.arrivals().into_iter().chain([scene.rows.arrival_of_row(10)]).collect();
    assert_eq!(difference(&expected, &scene.arrived()), (vec![], vec![]));
}

//! What the journal costs: a load with the journal on the disk and in memory, in turn; and how large it becomes.
//!
//! Measures and prints; only on request, and meant for a quiet machine: see `tests/README.md`.

use std::path::Path;
use std::time::{Duration, Instant};

use super::rows::Kind;
use super::scene::{Scene, Setting, load};

/// How often each of the two is measured; the medians are compared.
const TIMES: usize = 7;

/// The server's time for an answer.
const LATENCY: Duration = Duration::from_millis(50);

#[test]
fn the_cost_of_the_journal() {
    if std::env::var_os("UIQ_CRASH_COST").is_none() {
        return;
    }
    let memory = tempfile::tempdir_in("/dev/shm").unwrap();
    for jobs in ["1", "8"] {
        let mut scene =
            Scene::set(Setting::of(Kind::References, 7 * if jobs == "1" { 60 } else { 240 }).latency(LATENCY));
        let mut took = [Vec::new(), Vec::new()];
        for time in 0..TIMES {
            for (place, took) in [scene.path(""), memory.path().to_owned()].into_iter().zip(&mut took) {
                scene.set_variable("UIQ_STATE_DIR", &place.join(format!("cost-{jobs}-{time}")).display().to_string());
                let began = Instant::now();
                let ended = scene.run(&load(&["--jobs", jobs]));
                assert_eq!(ended.code, Some(0), "{}", ended.stderr);
                took.push(began.elapsed().as_secs_f64());
            }
        }
        let [disk, memory] = took.map(median);
        eprintln!(
            "{jobs} jobs: {disk:.3} s with the journal on the disk, {memory:.3} s in memory: {:.3}",
            disk / memory
        );
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[test]
fn the_size_of_the_journal() {
    if std::env::var_os("UIQ_CRASH_COST").is_none() {
        return;
    }
    for jobs in ["1", "8"] {
        let scene = Scene::set(Setting::of(Kind::References, 120_000));
        let state = scene.state();
        let mut command = load(&["--jobs", jobs]);
        command.retain(|word| word != "--batch-size" && word != "7"); // as it is by default
        let mut largest = 0;
        let ended = scene.start(&command).wait_while(|| largest = largest.max(size(&state)));
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let requests = scene.writes_seen();
        eprintln!(
            "{jobs} jobs, 120000 rows in {requests} requests: {largest} bytes at most, {} at the end",
            size(&state)
        );
    }
}

/// The size of the journal with its log, in bytes.
fn size(state: &Path) -> u64 {
    let parts = ["journal.sqlite3", "journal.sqlite3-wal"];
    parts.iter().filter_map(|part| std::fs::metadata(state.join(part)).ok()).map(|data| data.len()).sum()
}

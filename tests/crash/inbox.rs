//! Two overlapping loads of one inbox, killed at random moments until all is done: each row once, each file put away once.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use super::dice::Dice;
use super::faults::FAULTS;
use super::ordeal::difference;
use super::program::Program;
use super::rows::Kind;
use super::scene::{QUEUE, Scene, Setting};

/// Rows of all files together, and how many files they are cut into.
const ROWS: u64 = 48;
const FILES: usize = 4;

/// A load of the whole inbox takes about as long; kills fall everywhere in it, its start included.
const A_LOAD: Duration = Duration::from_millis(400);

/// More starts than any inbox needs: kills come to an end, and so do faults.
const STARTS: u32 = 80;

/// One inbox and what happens to it; all follows from the seed but the scheduling of the machine.
struct Night {
    seed: u64,
    kills: u32,
}

/// What was seen.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    nights: u32,
    kills: u32,
    starts: u32,
    overlaps: u32,
    busy: u32,
    healed: u32,
    stopped: u32,
    writes: usize,
}

/// When a load is killed.
#[derive(Clone, Copy, Debug)]
enum Kill {
    /// At a time.
    At(Instant),
    /// When it has come to the end of so many files: the last of them may not have been put away.
    Between(usize),
}

impl Kill {
    fn draw(dice: &mut Dice) -> Self {
        match dice.below(2) {
            0 => Self::At(Instant::now() + dice.within(A_LOAD)),
            _ => Self::Between(1 + usize::try_from(dice.below(3)).unwrap()),
        }
    }

    fn is_due(self, program: &Program) -> bool {
        match self {
            Self::At(moment) => Instant::now() >= moment,
            Self::Between(files) => program.victim().has_said("load.finished", files),
        }
    }
}

impl Night {
    /// Goes through it; returns what was seen, or what is wrong.
    fn pass(&self) -> Result<Seen, String> {
        let mut dice = Dice::new(self.seed);
        let fault = dice.one(&["none", "none", "drop after commit", "503", "mixed"]);
        let faults = FAULTS.iter().find(|(name, _)| *name == fault).unwrap().1;
        let latency = dice.one(&[Duration::ZERO, Duration::from_millis(3), Duration::from_millis(20)]);
        let scene = Scene::set(Setting::of(Kind::References, ROWS).faults(faults, self.seed).latency(latency));
        let names = deliver(&scene);
        let jobs = dice.one(&["1", "4"]);
        let policy = dice.one(&["fail", "skip", "again"]);
        // With `again` the copy is meant to be loaded.
        if policy == "again" {
            std::fs::remove_file(scene.path("inbox/copy.csv")).unwrap();
        }
        let words = ["load", QUEUE, "inbox/*.csv", "--done-dir", "done", "--failed-dir", "failed", "--batch-size", "4"];
        let more =
            ["--log-format", "json", "--jobs", jobs, "--if-loaded", policy, "--give-up-after", "20s", "-o", "json"];
        let command: Vec<String> = words.into_iter().chain(more).map(String::from).collect();
        let mut seen = Seen { nights: 1, ..Seen::default() };
        let told = |wrong: String| {
            format!("seed {}, {} kills, fault `{fault}`, {jobs} jobs, {policy}: {wrong}", self.seed, self.kills)
        };
        self.overlap(&scene, &command, &mut dice, &mut seen).map_err(told)?;
        scene.quiet();
        seen.writes = scene.writes_seen();
        compare(&scene, &names, policy).map_err(told)?;
        Ok(seen)
    }

    /// Keeps two loads going, each killed at its time and started again, until both end by themselves with nothing left to do.
    fn overlap(&self, scene: &Scene, command: &[String], dice: &mut Dice, seen: &mut Seen) -> Result<(), String> {
        let mut slots: [Option<(Program, Kill)>; 2] = [None, None];
        loop {
            for index in 0..2 {
                let Some((program, kill)) = slots[index].take() else {
                    // The second comes while the first is at it.
                    std::thread::sleep(dice.within(A_LOAD / 4));
                    seen.starts += 1;
                    if seen.starts > STARTS {
                        return Err(format!("no end after {STARTS} starts"));
                    }
                    seen.overlaps += u32::from(slots[1 - index].as_ref().is_some_and(|(other, _)| !other.has_ended()));
                    slots[index] = Some((scene.start(command), Kill::draw(dice)));
                    continue;
                };
                let may_kill = seen.kills < self.kills;
                if may_kill && !kill.is_due(&program) && !program.has_ended() {
                    slots[index] = Some((program, kill));
                    continue;
                }
                if may_kill {
                    program.victim().kill();
                }
                let ended = program.wait();
                seen.healed += u32::from(ended.stderr.contains("could not move it"));
                seen.busy += u32::from(ended.stderr.contains("it is being loaded, held by process"));
                match ended.code {
                    None => seen.kills += 1,
                    // A fault, or a token that ended.
                    Some(1 | 4) if !scene.sandbox().requests().iter().all(|request| request.fault.is_none()) => {
                        seen.stopped += 1;
                    }
                    Some(0 | 2 | 6) if is_empty(scene) => {
                        let others = slots.iter_mut().filter_map(Option::take);
                        others.for_each(|(other, _)| drop(other.wait()));
                        return Ok(());
                    }
                    // Files were left to the other load, or one of them is open; the next one takes them.
                    Some(0 | 2 | 6) => {}
                    code => return Err(format!("exit {code:?}\n{}\n{}", ended.stdout, ended.stderr)),
                }
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Fills the inbox: the rows in several files, one of them twice, one that is broken, and rejects of an earlier night.
fn deliver(scene: &Scene) -> BTreeSet<String> {
    std::fs::create_dir(scene.path("inbox")).unwrap();
    let text = scene.rows.csv();
    let (header, rows) = text.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let mut files: Vec<(String, String)> = rows
        .chunks(rows.len() / FILES)
        .enumerate()
        .map(|(number, rows)| (format!("f{number}.csv"), format!("{header}\n{}\n", rows.join("\n"))))
        .collect();
    files.push((String::from("copy.csv"), files[1].1.clone()));
    files.push((String::from("broken.csv"), format!("{header}\ntoo,many,cells,here\n")));
    files.push((String::from("f0.rejects.csv"), format!("{header}\nR'x,never,loaded\n")));
    for (name, content) in &files {
        std::fs::write(scene.path("inbox").join(name), content).unwrap();
    }
    files.into_iter().map(|(name, _)| name).collect()
}

fn listed(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn is_empty(scene: &Scene) -> bool {
    listed(&scene.path("inbox")).iter().all(|name| name == "f0.rejects.csv")
}

fn compare(scene: &Scene, names: &BTreeSet<String>, policy: &str) -> Result<(), String> {
    let (lost, doubled) = difference(&scene.rows.arrivals(), &scene.arrived());
    if !lost.is_empty() || !doubled.is_empty() {
        return Err(format!("lost {lost:?}, doubled {doubled:?}"));
    }
    let [inbox, done, failed] = ["inbox", "done", "failed"].map(|folder| listed(&scene.path(folder)));
    let is_done = |name: &&String| name.starts_with('f') && !name.contains("rejects") || name.starts_with("copy");
    let expected = names.iter().filter(is_done).filter(|name| policy != "again" || *name != "copy.csv");
    let wanted = (
        BTreeSet::from([String::from("f0.rejects.csv")]),
        expected.cloned().collect(),
        BTreeSet::from([String::from("broken.csv")]),
    );
    if (inbox, done, failed) == wanted {
        return Ok(());
    }
    let found = ["inbox", "done", "failed"].map(|folder| listed(&scene.path(folder)));
    Err(format!("every row is there once, but the files are {found:?}"))
}

/// Several nights at a time: they wait more than they work.
fn pass_all(nights: &[Night], at_a_time: usize) -> Seen {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let (next, sum, wrong) = (AtomicUsize::new(0), Mutex::new(Seen::default()), Mutex::new(Vec::new()));
    let take_turns = || {
        while let Some(night) = nights.get(next.fetch_add(1, Ordering::SeqCst)) {
            match night.pass() {
                Ok(one) => *sum.lock().unwrap() += one,
                Err(error) => {
                    eprintln!("WRONG {error}");
                    wrong.lock().unwrap().push(error);
                }
            }
        }
    };
    std::thread::scope(|scope| (0..at_a_time).for_each(|_| drop(scope.spawn(take_turns))));
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {} went wrong", wrong.len(), nights.len());
    sum.into_inner().unwrap()
}

impl std::ops::AddAssign for Seen {
    fn add_assign(&mut self, other: Self) {
        self.nights += other.nights;
        self.kills += other.kills;
        self.starts += other.starts;
        self.overlaps += other.overlaps;
        self.busy += other.busy;
        self.healed += other.healed;
        self.stopped += other.stopped;
        self.writes += other.writes;
    }
}

#[test]
fn two_loads_of_one_inbox_that_are_killed_leave_each_row_once_and_each_file_in_its_place() {
    let nights: Vec<_> = (0..6).map(|number| Night { seed: 20_261_124 + number, kills: 4 }).collect();
    let seen = pass_all(&nights, 6);
    assert!(seen.kills > 0 && seen.overlaps > 0, "the loads hardly overlap: {seen:?}");
}

/// See `tests/README.md`.
#[test]
fn the_long_form_of_the_inbox() {
    let number = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let Some(runs) = number("UIQ_CRASH_RUNS") else { return };
    let seed = number("UIQ_CRASH_SEED").unwrap_or(1);
    let began = Instant::now();
    let night = |night| Night { seed: seed.wrapping_add(night), kills: 1 + u32::try_from(night % 9).unwrap() };
    let sum = pass_all(&(0..runs).map(night).collect::<Vec<_>>(), 6);
    eprintln!("seed {seed}: {sum:?} in {:.0?}", began.elapsed());
}

//! A load that is killed again and again until it comes to its end; then the queue is compared with the file.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::dice::Dice;
use super::faults::FAULTS;
use super::program::Ended;
use super::road::{Moment, Stage, Which};
use super::rows::{Arrival, Kind};
use super::scene::{Scene, Setting, load};
use super::step::{kill_where_it_stops, stop_at_change};

/// Rows of a file: six requests, of which several fit between two kills.
const ROWS: u64 = 40;

/// More sittings than any load needs: kills come to an end, and so do faults.
const SITTINGS: u32 = 60;

/// What is loaded, what goes wrong, and the number from which everything else follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ordeal {
    pub(crate) kind: Kind,
    pub(crate) jobs: u8,
    /// A row of [`FAULTS`].
    pub(crate) fault: usize,
    pub(crate) seed: u64,
    pub(crate) kills: Kills,
    pub(crate) commit: Commit,
}

/// When the program is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kills {
    /// So often at most, at moments that the dice choose.
    UpTo(u64),
    /// Once, at this change of a row in the journal, counted from one.
    AtChange(u64),
}

/// What a refused row means for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Commit {
    /// Nothing.
    Independent,
    /// Its whole request is taken back.
    AllOrNothing,
    /// Nothing after it is taken.
    StopOnFirstFailure,
}

impl Commit {
    fn name(self) -> &'static str {
        match self {
            Self::Independent => "independent",
            Self::AllOrNothing => "all-or-nothing",
            Self::StopOnFirstFailure => "stop-on-first-failure",
        }
    }
}

/// What was seen.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) runs: u32,
    pub(crate) kills: u32,
    pub(crate) sittings: u32,
    pub(crate) stopped: u32,
    pub(crate) in_doubt: u32,
    pub(crate) writes: usize,
    pub(crate) faults: usize,
}

impl fmt::Display for Ordeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, jobs, fault, seed, kills, commit } = self;
        let commit = commit.name();
        write!(f, "{kind:?}, {jobs} jobs, {commit}, fault `{}`, {kills:?}, seed {seed}", FAULTS[*fault].0)
    }
}

impl std::ops::AddAssign for Seen {
    fn add_assign(&mut self, other: Self) {
        self.runs += other.runs;
        self.kills += other.kills;
        self.sittings += other.sittings;
        self.stopped += other.stopped;
        self.in_doubt += other.in_doubt;
        self.writes += other.writes;
        self.faults += other.faults;
    }
}

/// How a program is killed.
#[derive(Clone, Copy, Debug)]
enum Kill {
    /// At a moment on the road, and a little later.
    Road(Moment, Duration),
    /// After a time.
    After(Duration),
    /// At a change of a row in the journal.
    Change(u64),
}

impl Kill {
    fn draw(dice: &mut Dice) -> Self {
        match dice.below(10) {
            0..=4 => {
                let which = dice.one(&[Which::Writes, Which::Writes, Which::All]);
                let number = 1 + dice.below(if which == Which::All { 9 } else { 4 });
                let stage = dice.one(&Stage::ALL);
                let later = dice.one(&[Duration::ZERO, Duration::from_micros(300), Duration::from_millis(5)]);
                Self::Road(Moment { which, number, stage }, dice.within(later))
            }
            5..=6 => Self::After(dice.within(Duration::from_millis(250))),
            _ => Self::Change(1 + dice.below(40)),
        }
    }
}

impl Ordeal {
    /// Goes through it; returns what was seen, or what is wrong.
    pub(crate) fn undergo(&self) -> Result<Seen, String> {
        let mut dice = Dice::new(self.seed);
        let setting = Setting::of(self.kind, ROWS).faults(FAULTS[self.fault].1, self.seed);
        let latency = dice.one(&[Duration::ZERO, Duration::from_millis(3), Duration::from_millis(20)]);
        let scene = Scene::set(setting.latency(latency));
        let before = scene.writes_seen();
        let jobs = self.jobs.to_string();
        let command = load(&["--jobs", &jobs, "--commit", self.commit.name(), "--give-up-after", "20s"]);
        let mut seen = Seen { runs: 1, ..Seen::default() };
        let ended = loop {
            seen.sittings += 1;
            if seen.sittings > SITTINGS {
                return Err(format!("{self}: no end after {SITTINGS} sittings"));
            }
            let kill = match self.kills {
                Kills::UpTo(most) => (u64::from(seen.kills) < most).then(|| Kill::draw(&mut dice)),
                Kills::AtChange(number) => (seen.sittings == 1).then_some(Kill::Change(number)),
            };
            let ended = sit(&scene, &command, kill);
            match ended.code {
                None => seen.kills += 1,
                Some(1) => seen.stopped += 1,
                // Two tokens in a row that end at once are no matter of time: it stops, and can be gone on with.
                Some(4) if self.has_fault("token-expiry") => seen.stopped += 1,

                // Where the queue could not be read a stopped load leaves rows in doubt; the same command asks again.
                Some(5) if self.has_fault("on=reads") => seen.in_doubt += 1,
                Some(_) => break ended,
            }
        };
        scene.quiet();
        let requests = scene.sandbox().requests();
        seen.writes = scene.writes_seen() - before;
        seen.faults = requests.iter().filter(|request| request.fault.is_some()).count();
        self.compare(&scene, &ended, seen).map(|()| seen).map_err(|wrong| {
            let Ended { code, stdout, stderr } = &ended;
            format!("{self}: {wrong}\n  {seen:?}, exit {code:?}\n  {}\n  {}", stdout.trim(), stderr.trim())
        })
    }

    fn compare(&self, scene: &Scene, ended: &Ended, seen: Seen) -> Result<(), String> {
        let (rejected, arrived) = (scene.rejected(), scene.arrived());
        let rejects_are_right = match self.commit {
            Commit::Independent => rejected == scene.rows.refused(),
            // Which rows share a request depends on where the program was killed.
            Commit::AllOrNothing => scene.rows.refused().iter().all(|row| rejected.contains(row)),
            Commit::StopOnFirstFailure => self.jobs > 1 || Self::rejects_all_from_the_first(scene, &rejected),
        };
        if !rejects_are_right {
            return Err(format!("refused {:?}, but in the rejects file {rejected:?}", scene.rows.refused()));
        }
        // Every row is in the queue or in the rejects file, and none in both.
        let expected = scene.rows.arrivals_without(&rejected);
        let (lost, doubled) = difference(&expected, &arrived);
        if !lost.is_empty() || !doubled.is_empty() {
            return Err(format!("lost {lost:?}, doubled {doubled:?}, rejected {rejected:?}"));
        }
        if self.jobs == 1 && expected != arrived {
            return Err(format!("another order than the file's: {arrived:?}"));
        }
        let wanted = if rejected.is_empty() { 0 } else { 3 };
        match ended.code {
            Some(code) if code == wanted => Ok(()),
            // Killed between the last word in the journal and its own end: the same command finds everything done.
            Some(6) if seen.kills > 0 => Ok(()),
            other => Err(format!("exit {other:?}, where {wanted} is right")),
        }
    }

    fn has_fault(&self, words: &str) -> bool {
        FAULTS[self.fault].1.iter().any(|fault| fault.contains(words))
    }

    fn rejects_all_from_the_first(scene: &Scene, rejected: &[u64]) -> bool {
        match scene.rows.refused().first() {
            None => rejected.is_empty(),
            Some(&first) => rejected.iter().copied().eq(first..ROWS + 2),
        }
    }
}

/// Runs the command once, and kills it if it is to be.
fn sit(scene: &Scene, command: &[String], kill: Option<Kill>) -> Ended {
    scene.road.clear();
    if let Some(Kill::Change(number)) = kill {
        stop_at_change(&scene.state(), number);
    }
    let program = scene.start(command);
    let victim = program.victim();
    match kill {
        None => {}
        Some(Kill::Road(moment, later)) => scene.road.at(moment, move || {
            std::thread::sleep(later);
            victim.kill();
        }),
        Some(Kill::After(time)) => {
            std::thread::sleep(time);
            victim.kill();
        }
        Some(Kill::Change(_)) => kill_where_it_stops(&scene.state(), &program),
    }
    let ended = program.wait();
    scene.road.clear();
    let said = &ended.report()["exit_code"];
    assert!(said.is_null() || ended.code.is_none() || *said == ended.code.unwrap(), "{ended:?}");
    ended
}

/// What is missing in `arrived`, and what is there too often.
pub(crate) fn difference(expected: &[Arrival], arrived: &[Arrival]) -> (Vec<Arrival>, Vec<Arrival>) {
    let mut counts: BTreeMap<&Arrival, i64> = BTreeMap::new();
    for arrival in expected {
        *counts.entry(arrival).or_default() += 1;
    }
    for arrival in arrived {
        *counts.entry(arrival).or_default() -= 1;
    }
    let of = |sign: i64| {
        let wrong = counts.iter().filter(|(_, count)| count.signum() == sign);
        wrong.map(|(arrival, _)| (*arrival).clone()).collect()
    };
    (of(1), of(-1))
}

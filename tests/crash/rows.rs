//! The files that are loaded, and what has to be in the queue afterwards.

use std::collections::BTreeMap;
use std::path::Path;

/// What kind of rows a file has: each asks for another way of telling rows apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Every row has a reference of its own.
    References,
    /// No references; every row has other content.
    NoReferences,
    /// No references, and every row is there several times.
    Identical,
    /// A queue with unique references, which holds some of the file's references already.
    Taken,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::References, Self::NoReferences, Self::Identical, Self::Taken];

    pub(crate) fn is_unique(self) -> bool {
        self == Self::Taken
    }
}

/// A row as it has to arrive: the reference, and the content in a form that can be compared.
pub(crate) type Arrival = (Option<String>, String);

/// A file.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    kind: Kind,
    count: u64,
}

/// Every so many rows the reference is taken, beginning with the second.
const TAKEN_EVERY: u64 = 6;
/// So many rows look alike.
const ALIKE: u64 = 5;

impl Rows {
    pub(crate) fn new(kind: Kind, count: u64) -> Self {
        Self { kind, count }
    }

    fn has_references(&self) -> bool {
        matches!(self.kind, Kind::References | Kind::Taken)
    }

    fn is_taken(&self, number: u64) -> bool {
        self.kind == Kind::Taken && number % TAKEN_EVERY == 1
    }

    fn name(&self, number: u64) -> u64 {
        // Alike rows are apart from each other, so that they come to lie in several requests.
        if self.kind == Kind::Identical { number % (self.count / ALIKE).max(1) } else { number }
    }

    /// The file's text.
    pub(crate) fn csv(&self) -> String {
        let mut text = String::from(if self.has_references() { "Reference,Number,Text\n" } else { "Number,Text\n" });
        for number in 0..self.count {
            let reference = if self.has_references() { format!("R'{number},") } else { String::new() };
            let name = self.name(number);
            text.extend([reference, format!("{name},\"of row, {name} ü\"\n")]);
        }
        text
    }

    /// Puts the file there.
    pub(crate) fn write(&self, path: &Path) {
        std::fs::write(path, self.csv()).unwrap();
    }

    /// What the queue holds before the load: the same references, with other content.
    pub(crate) fn earlier_csv(&self) -> Option<String> {
        let taken: Vec<_> = (0..self.count).filter(|&number| self.is_taken(number)).collect();
        let lines = taken.iter().map(|number| format!("R'{number},earlier\n"));
        (!taken.is_empty()).then(|| String::from("Reference,Text\n") + &lines.collect::<String>())
    }

    /// The row of the file, as the program counts them: the header is row 1.
    pub(crate) fn row(number: u64) -> u64 {
        number + 2
    }

    /// What has to arrive, in the order of the file.
    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        (0..self.count).filter(|&number| !self.is_taken(number)).map(|number| self.arrival(number)).collect()
    }

    /// What has to arrive if the rows in `rejected`, as the program counts them, do not.
    pub(crate) fn arrivals_without(&self, rejected: &[u64]) -> Vec<Arrival> {
        let arrives = |number: &u64| !rejected.contains(&Self::row(*number));
        (0..self.count).filter(arrives).map(|number| self.arrival(number)).collect()
    }

    /// What row `row`, as the program counts them, is in the queue.
    pub(crate) fn arrival_of_row(&self, row: u64) -> Arrival {
        self.arrival(row - 2)
    }

    fn arrival(&self, number: u64) -> Arrival {
        let reference = self.has_references().then(|| format!("R'{number}"));
        let name = self.name(number);
        (reference, content(&[("Number", &name.to_string()), ("Text", &format!("of row, {name} ü"))]))
    }

    /// The rows, as the program counts them, that the queue has to refuse.
    pub(crate) fn refused(&self) -> Vec<u64> {
        (0..self.count).filter(|&number| self.is_taken(number)).map(Self::row).collect()
    }
}

fn content(members: &[(&str, &str)]) -> String {
    let sorted: BTreeMap<_, _> = members.iter().copied().collect();
    serde_json::to_string(&sorted).unwrap()
}

/// Content as the queue holds it, in the form of [`Arrival`].
pub(crate) fn comparable(members: Vec<(String, serde_json::Value)>) -> String {
    let sorted: BTreeMap<_, _> = members.into_iter().collect();
    serde_json::to_string(&sorted).unwrap()
}

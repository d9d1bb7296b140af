//! Turns events into what is kept of them.

use std::time::{Duration, Instant};

use super::super::event::{Ending, Event, Observer, Tally};
use super::latencies::Latencies;
use super::pauses::Pauses;
use super::series::{Point, Series};

/// How many requests ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// Orchestrator said what it did with the items.
    pub answered: u64,
    /// Orchestrator refused them as a whole.
    pub refused: u64,
    /// Nobody knew what became of them.
    pub doubtful: u64,
    /// They surely were not carried out, and were sent back.
    pub not_executed: u64,
    /// Bytes of all bodies that left.
    pub bytes: u64,
    /// Rows in the largest of them.
    pub most_rows: u64,
    /// The most that were under way at a time.
    pub most_under_way: usize,
    /// How often Orchestrator was asked about rows in doubt.
    pub questions: u64,
}

impl Requests {
    /// All requests that left with items.
    pub fn total(&self) -> u64 {
        self.answered + self.refused + self.doubtful + self.not_executed
    }

    fn count(&mut self, ending: Ending) {
        match ending {
            Ending::Answered => self.answered += 1,
            Ending::Refused => self.refused += 1,
            Ending::Doubtful => self.doubtful += 1,
            Ending::NotExecuted => self.not_executed += 1,
        }
    }
}

/// What is kept of a sitting.
#[derive(Clone, Debug, Default)]
pub struct Chronicle {
    began: Option<Instant>,
    /// From the beginning to the latest event.
    pub lasted: Duration,
    /// The requests by their ends.
    pub requests: Requests,
    /// How long those took that were answered, with a refusal or without.
    pub latencies: Latencies,
    /// How the rows went in.
    pub series: Series,
    /// When and why nothing left.
    pub pauses: Pauses,
}

impl Chronicle {
    /// How many rows had gone which way at the end, in this sitting and those before it.
    pub fn tally(&self) -> Option<Tally> {
        self.series.points().last().map(|point| point.tally)
    }

    /// Takes notice of what happened so long after the beginning.
    pub fn notice_at(&mut self, event: &Event, at: Duration) {
        self.lasted = at;
        match event {
            Event::Exchanged { rows, bytes, took, under_way, ending } => {
                let requests = &mut self.requests;
                requests.count(*ending);
                requests.bytes += *bytes as u64;
                requests.most_rows = requests.most_rows.max(*rows);
                requests.most_under_way = requests.most_under_way.max(*under_way);
                if matches!(ending, Ending::Answered | Ending::Refused) {
                    self.latencies.add(*took);
                }
            }
            Event::Progress(tally) => self.series.add(Point { at, tally: *tally }),
            Event::Waiting { pause, why } => self.pauses.add(at, *pause, why),
            Event::Asked { .. } => self.requests.questions += 1,
            Event::Checking { .. }
            | Event::Checked { .. }
            | Event::Started { .. }
            | Event::Doubt { .. }
            | Event::Stopping { .. } => {}
        }
    }
}

impl Observer for Chronicle {
    fn notice(&mut self, event: &Event) {
        let began = match event {
            Event::Started { .. } => *self.began.insert(Instant::now()),
            _ => match self.began {
                Some(began) => began,
                None => return, // nothing is sent yet
            },
        };
        self.notice_at(event, began.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchanged(millis: u64, under_way: usize, ending: Ending) -> Event {
        Event::Exchanged { rows: 500, bytes: 1_000, took: Duration::from_millis(millis), under_way, ending }
    }

    #[test]
    fn the_length_of_an_answer_counts_and_that_of_a_lost_one_does_not() {
        let mut chronicle = Chronicle::default();
        for event in [
            exchanged(20, 2, Ending::Answered),
            exchanged(30, 3, Ending::Refused),
            exchanged(100_000, 1, Ending::Doubtful),
            exchanged(5, 1, Ending::NotExecuted),
        ] {
            chronicle.notice_at(&event, Duration::ZERO);
        }
        let Requests { answered, refused, doubtful, not_executed, bytes, most_under_way, .. } = chronicle.requests;
        assert_eq!([answered, refused, doubtful, not_executed], [1; 4]);
        assert_eq!((chronicle.requests.total(), bytes, most_under_way), (4, 4_000, 3));
        assert_eq!(
            (chronicle.latencies.requests(), chronicle.latencies.longest()),
            (2, Some(Duration::from_millis(30)))
        );
    }

    #[test]
    fn what_is_before_the_first_request_is_no_part_of_it() {
        let mut chronicle = Chronicle::default();
        chronicle.notice(&Event::Checking { rows: 1, bytes: 1 });
        assert_eq!((chronicle.lasted, chronicle.tally()), (Duration::ZERO, None));
        chronicle.notice(&Event::Started { run: "r1".into(), queue: "Q".into(), rows: 2, done_before: 0 });
        let tally = Tally { accepted: 2, ..Tally::default() };
        chronicle.notice(&Event::Progress(tally));
        assert_eq!(chronicle.tally(), Some(tally));
    }
}

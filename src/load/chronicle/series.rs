//! How many rows went which way over time, at no more points than a plot has room for.

use std::time::Duration;

use super::super::event::Tally;

/// Points kept at most: more than a plot 700 units wide can show apart.
const MOST: usize = 256;
const HALF: u32 = 128;

/// How close points are at first. A load that is over sooner has no story to plot.
const CLOSEST: Duration = Duration::from_millis(10);

/// The rows at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Since the sending began.
    pub at: Duration,
    /// How many rows had gone which way by then, in this sitting and those before it.
    pub tally: Tally,
}

/// Points in order. When there are too many, about every other goes, and new ones come half as often.
#[derive(Clone, Debug)]
pub struct Series {
    points: Vec<Point>,
    latest: Option<Point>,
    spacing: Duration,
}

impl Default for Series {
    fn default() -> Self {
        Self { points: Vec::new(), latest: None, spacing: CLOSEST }
    }
}

impl Series {
    pub(super) fn add(&mut self, point: Point) {
        self.latest = Some(point);
        let due = self.points.last().is_none_or(|last| point.at >= last.at + self.spacing);
        if !due {
            return;
        }
        self.points.push(point);
        if self.points.len() >= MOST {
            self.thin();
        }
    }

    /// Keeps half of the points, as evenly as they come: past and future then have the same spacing, however fast answers were.
    fn thin(&mut self) {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else { return };
        self.spacing = self.spacing.max(last.at.saturating_sub(first.at) / HALF);
        let (spacing, mut due) = (self.spacing, first.at);
        self.points.retain(|point| {
            let keeps = point.at >= due;
            if keeps {
                due = point.at + spacing;
            }
            keeps
        });
    }

    /// The points, the last of them where it ended.
    pub fn points(&self) -> Vec<Point> {
        let last = self.points.last();
        let end = self.latest.filter(|latest| last != Some(latest));
        self.points.iter().copied().chain(end).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(points: u64, apart: Duration) -> Series {
        let mut series = Series::default();
        for index in 0..points {
            let at = apart * u32::try_from(index).unwrap();
            series.add(Point { at, tally: Tally { accepted: index, ..Tally::default() } });
        }
        series
    }

    #[test]
    fn a_short_load_keeps_every_point() {
        let points = series(50, Duration::from_secs(1)).points();
        assert_eq!(points.len(), 50);
        assert_eq!(points[49].at, Duration::from_secs(49));
    }

    #[test]
    fn a_long_one_keeps_its_beginning_its_end_and_evenly_some_between() {
        let points = series(100_000, Duration::from_millis(500)).points();
        assert!(points.len() <= MOST && points.len() >= MOST / 2, "{}", points.len());
        assert_eq!((points[0].tally.accepted, points.last().unwrap().tally.accepted), (0, 99_999));
        let gaps: Vec<_> = points[..points.len() - 1].windows(2).map(|pair| pair[1].at.abs_diff(pair[0].at)).collect();
        let (least, most) = (gaps.iter().min().unwrap(), gaps.iter().max().unwrap());
        assert!(*most <= *least * 3, "{gaps:?}");
    }

    #[test]
    fn many_answers_at_the_same_moment_are_one_point_and_the_last_word() {
        let points = series(1_000, Duration::ZERO).points();
        assert_eq!(points.iter().map(|point| point.tally.accepted).collect::<Vec<_>>(), [0, 999]);
    }
}

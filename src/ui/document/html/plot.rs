//! The plot of rows over time, as SVG: once for a wide page and once for a narrow one, so that its letters stay readable.

use std::fmt::Write;
use std::time::Duration;

use super::markup::Markup;
use crate::load::chronicle::{Pause, Point};
use crate::ui::document::words::{length, number};

/// What is plotted.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) points: &'a [Point],
    pub(super) pauses: &'a [Pause],
    pub(super) lasted: Duration,
    /// Rows of the input.
    pub(super) total: u64,
    /// The number of the run, for the names of the parts.
    pub(super) number: usize,
}

/// How large it is, in units that are about pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    class: &'static str,
    width: f64,
    height: f64,
    /// Marks along the time.
    marks: f64,
}

pub(super) const WIDE: Size = Size { class: "wide", width: 760.0, height: 280.0, marks: 7.0 };
pub(super) const NARROW: Size = Size { class: "narrow", width: 360.0, height: 240.0, marks: 4.0 };

/// Room for the marks: left of the plot, above, right of it and below.
const LEFT: f64 = 64.0;
const TOP: f64 = 24.0;
const RIGHT: f64 = 16.0;
const BELOW: f64 = 28.0;

/// How close two labels may come.
const LINE_HEIGHT: f64 = 17.0;

/// Steps between marks of time, in seconds.
const STEPS: [f64; 25] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0,
    1_200.0, 3_600.0, 7_200.0, 14_400.0, 43_200.0, 86_400.0,
];

/// Turns rows and moments into places.
struct Scale {
    size: Size,
    seconds: f64,
    rows: f64,
}

impl Scale {
    fn x(&self, at: Duration) -> f64 {
        LEFT + (at.as_secs_f64() / self.seconds).min(1.0) * (self.size.width - LEFT - RIGHT)
    }

    #[allow(clippy::cast_precision_loss)] // a pixel
    fn y(&self, rows: u64) -> f64 {
        let height = self.size.height - TOP - BELOW;
        TOP + height - (rows as f64 / self.rows).min(1.0) * height
    }
}

/// The plot in one size.
pub(super) fn plot(scene: &Scene<'_>, size: Size) -> Markup {
    #[allow(clippy::cast_precision_loss)] // a pixel
    let rows = scene.total.max(1) as f64;
    let scale = Scale { size, seconds: scene.lasted.as_secs_f64().max(0.001), rows };
    let name = format!("{}-{}", size.class, scene.number);
    let mut svg = Markup::of(
        "<svg class='plot {}' viewBox='0 0 {} {}' role='img' aria-labelledby='plot-{}' aria-describedby='plot-d-{}'>\
         <title id='plot-{}'>Rows accepted over time</title><desc id='plot-d-{}'>{}</desc>",
        &[&size.class, &size.width, &size.height, &name, &name, &name, &name, &described(scene)],
    );
    for pause in scene.pauses.iter().filter(|pause| pause.from < scene.lasted) {
        let (from, to) = (scale.x(pause.from), scale.x(pause.to));
        svg.add(
            "<rect class='pause' x='{}' y='{}' width='{}' height='{}'/>",
            &[&short(from), &TOP, &short((to - from).max(1.0)), &(size.height - TOP - BELOW)],
        );
    }
    grid(&mut svg, scene, &scale);
    let rejected = scene.points.last().is_some_and(|last| last.tally.rejected > 0);
    if rejected {
        svg.add("<path class='rejected' d='{}'/>", &[&line(scene, &scale, |point| point.tally.rejected)]);
    }
    svg.add("<path class='accepted' d='{}'/>", &[&line(scene, &scale, |point| point.tally.accepted)]);
    labels(&mut svg, scene, &scale);
    svg.add("</svg>", &[]);
    svg
}

fn described(scene: &Scene<'_>) -> String {
    let last = scene.points.last().map(|last| last.tally).unwrap_or_default();
    let half = scene.points.iter().find(|point| point.tally.accepted * 2 >= last.accepted);
    let half = half.map(|half| format!("; half of them after {}", length(half.at))).unwrap_or_default();
    format!(
        "{} of {} rows accepted after {}{half}; {} rejected. The numbers are in the table below.",
        number(last.accepted),
        number(scene.total),
        length(scene.lasted),
        number(last.rejected)
    )
}

fn grid(svg: &mut Markup, scene: &Scene<'_>, scale: &Scale) {
    let (width, bottom) = (scale.size.width, scale.size.height - BELOW);
    for rows in marks_of_rows(scene.total) {
        let y = scale.y(rows);
        svg.add(
            "<line class='grid' x1='{}' x2='{}' y1='{}' y2='{}'/><text x='{}' y='{}' text-anchor='end'>{}</text>",
            &[&LEFT, &(width - RIGHT), &short(y), &short(y), &(LEFT - 8.0), &short(y + 4.0), &number(rows)],
        );
    }
    let step = STEPS.into_iter().find(|step| scale.seconds / step <= scale.size.marks);
    let step = step.unwrap_or_else(|| (scale.seconds / scale.size.marks / 86_400.0).ceil() * 86_400.0);
    let mut at = 0.0;
    while at <= scale.seconds {
        let x = scale.x(Duration::from_secs_f64(at));
        // The last mark stays within the picture.
        let anchor = if x > width - RIGHT - 24.0 { "end" } else { "middle" };
        svg.add(
            "<line class='grid' x1='{}' x2='{}' y1='{}' y2='{}'/><text x='{}' y='{}' text-anchor='{}'>{}</text>",
            &[
                &short(x),
                &short(x),
                &bottom,
                &(bottom + 5.0),
                &short(x),
                &(bottom + 20.0),
                &anchor,
                &mark_of_time(at, step),
            ],
        );
        at += step;
    }
}

/// Nothing, all, and round numbers between.
fn marks_of_rows(total: u64) -> Vec<u64> {
    let mut step = 1;
    for factor in [2, 5, 10].into_iter().cycle() {
        if total / step <= 4 {
            break;
        }
        step = match factor {
            5 => step / 2 * 5,
            _ => step * 2,
        };
    }
    let mut marks: Vec<u64> = (0..=4).map(|index| index * step).filter(|rows| *rows < total).collect();
    // One that would touch the last is left out.
    if marks.last().is_some_and(|last| (total - last) * 3 < step) {
        marks.pop();
    }
    marks.push(total);
    marks
}

fn mark_of_time(seconds: f64, step: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // never negative
    let whole = seconds.round() as u64;
    match () {
        () if seconds == 0.0 => String::from("0"),
        () if step < 0.1 => format!("{:.0} ms", seconds * 1e3),
        () if step < 1.0 => format!("{seconds:.1} s"),
        () if step < 60.0 && whole < 60 => format!("{whole} s"),
        () if step < 60.0 => format!("{}:{:02} min", whole / 60, whole % 60),
        () if step < 3_600.0 && whole < 3_600 => format!("{} min", whole / 60),
        () if step < 3_600.0 => format!("{}:{:02} h", whole / 3_600, whole / 60 % 60),
        () => format!("{} h", whole / 3_600),
    }
}

/// The rows as steps: between two points nothing is known to have changed.
fn line(scene: &Scene<'_>, scale: &Scale, rows: fn(&Point) -> u64) -> String {
    let mut path = String::new();
    for point in scene.points {
        let (x, y) = (short(scale.x(point.at)), short(scale.y(rows(point))));
        // Writing to a string does not fail.
        let _ = if path.is_empty() { write!(path, "M{x} {y}") } else { write!(path, "H{x}V{y}") };
    }
    path
}

/// The names of the lines, at their ends.
fn labels(svg: &mut Markup, scene: &Scene<'_>, scale: &Scale) {
    let Some(last) = scene.points.last() else { return };
    let x = scale.size.width - RIGHT;
    let accepted = scale.y(last.tally.accepted) - 8.0;
    svg.add(
        "<text class='of-accepted' x='{}' y='{}' text-anchor='end'>{} accepted</text>",
        &[&x, &short(accepted), &number(last.tally.accepted)],
    );
    if last.tally.rejected > 0 {
        let mut rejected = scale.y(last.tally.rejected) - 8.0;
        if (rejected - accepted).abs() < LINE_HEIGHT {
            rejected = accepted + LINE_HEIGHT + 10.0;
        }
        svg.add(
            "<text class='of-rejected' x='{}' y='{}' text-anchor='end'>{} rejected</text>",
            &[&x, &short(rejected), &number(last.tally.rejected)],
        );
    }
}

/// A tenth of a pixel is as exact as a picture needs.
fn short(place: f64) -> String {
    let text = format!("{place:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Tally;

    #[test]
    fn marks_are_few_and_round_and_end_with_all() {
        let shown = [0, 1, 3, 10, 998, 1_000, 123_456].map(marks_of_rows);
        insta::assert_debug_snapshot!(shown.map(|marks| marks.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")), @r#"
    [
        "0",
        "0 1",
        "0 1 2 3",
        "0 5 10",
        "0 200 400 600 800 998",
        "0 500 1000",
        "0 50000 100000 123456",
    ]
    "#);
        let shown = [
            (0.0, 1.0),
            (0.25, 0.05),
            (1.5, 0.5),
            (40.0, 10.0),
            (90.0, 30.0),
            (300.0, 60.0),
            (5_400.0, 600.0),
            (7_200.0, 3_600.0),
        ];
        insta::assert_debug_snapshot!(shown.map(|(seconds, step)| mark_of_time(seconds, step)), @r#"
    [
        "0",
        "250 ms",
        "1.5 s",
        "40 s",
        "1:30 min",
        "5 min",
        "1:30 h",
        "2 h",
    ]
    "#);
    }

    #[test]
    fn a_load_of_any_length_has_a_picture_within_its_frame() {
        for (lasted, total) in [(0, 0), (1, 1), (10, 1_000), (100_000, 123_456_789), (10_000_000, 5)] {
            let lasted = Duration::from_secs(lasted);
            let tally = Tally { accepted: total, rejected: 2, in_doubt: 0 };
            let points = [Point { at: Duration::ZERO, tally: Tally::default() }, Point { at: lasted, tally }];
            let pauses = [Pause { from: lasted / 2, to: lasted * 100 }];
            let scene = Scene { points: &points, pauses: &pauses, lasted, total, number: 1 };
            for size in [WIDE, NARROW] {
                let svg = plot(&scene, size).into_string();
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
                assert!(svg.matches("<text").count() < 20, "{svg}");
            }
        }
    }
}

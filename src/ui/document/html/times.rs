//! Moments as people and programs read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::markup::Markup;

/// The zone in which the page tells the time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock<'a> {
    pub(super) zone: &'a TimeZone,
}

impl Clock<'_> {
    /// `2026-11-24 10:02:03 +01:00`, with the moment itself for programs.
    pub(super) fn time(self, moment: Timestamp) -> Markup {
        let local = moment.to_zoned_datetime(self.zone.clone());
        Markup::of(
            "<time datetime='{}'>{}</time>",
            &[&format!("{moment:.3}"), &local.strftime("%Y-%m-%d %H:%M:%S %:z")],
        )
    }
}

//! What the user wishes for an item by flags, in `add` for the item and in `load` for rows that say nothing themselves.

use jiff::tz::TimeZone;

use crate::failure::{Exit, Failure};
use crate::items::{Calendar, Moment, Priority};

/// The zone of dates without an offset: that of this machine, unless one is named.
pub(super) fn zone(name: Option<&str>) -> Result<TimeZone, Failure> {
    let Some(name) = name else { return Ok(TimeZone::system()) };
    TimeZone::get(name).map_err(|error| {
        Failure::new(Exit::Usage, format!("`--timezone {name}` is no time zone"))
            .caused_by(&error)
            .hint("zones have names such as Europe/Berlin, America/New_York or UTC")
    })
}

/// The moment that a flag names.
pub(super) fn moment(calendar: &Calendar, flag: &str, text: Option<&str>) -> Result<Option<Moment>, Failure> {
    let read =
        |text| calendar.moment(text).map_err(|error| Failure::new(Exit::Usage, format!("`{flag} {text}`: {error}")));
    text.map(read).transpose()
}

/// The priority that `--priority` names.
pub(super) fn priority(text: &str) -> Result<Priority, Failure> {
    Priority::parse(text).ok_or_else(|| {
        Failure::new(Exit::Usage, format!("`--priority {text}`: allowed are low, normal and high, or 1, 2 and 3"))
    })
}

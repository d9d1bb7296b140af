//! Arguments that make no sense.

use super::load;
use crate::support::{Place, uiq};

#[test]
fn flags_that_make_no_sense() {
    let place = Place::new();
    insta::assert_snapshot!(load(&["--job", "4"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: unexpected argument '--job' found

      tip: a similar argument exists: '--jobs'

    Usage: uiq load --jobs <N|auto> <QUEUE> <FILE>...

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(load(&["--jobs", "0"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: invalid value '0' for '--jobs <N|auto>': a whole number from 1 to 64, or auto

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(load(&["--rate", "fast"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: invalid value 'fast' for '--rate <N/min>': a number of rows and a time, as in 600/min or 20/s

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(load(&["--batch-size", "20000"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: invalid value '20000' for '--batch-size <N|auto>': a whole number from 1 to 15000, or auto

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(load(&["--atomic", "--jobs", "2"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: the argument '--atomic' cannot be used with '--jobs <N|auto>'

    Usage: uiq load --atomic <QUEUE> <FILE>...

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(load(&["--give-up-after", "soon"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: invalid value 'soon' for '--give-up-after <TIME>': a time such as 10s, 15m or 1h 30m

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(load(&["--timezone", "Berlin"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `--timezone Berlin` is no time zone
      caused by: failed to find time zone `Berlin` in time zone database

    hint: zones have names such as Europe/Berlin, America/New_York or UTC
    ");
    insta::assert_snapshot!(load(&["--sandbox"], &place).variable("UIQ_SETTLE_GRACE", "soon").run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `UIQ_SETTLE_GRACE=soon`: it takes a time such as 10s, 15m or 1h 30m
    ");
}

#[test]
fn arguments_that_are_missing() {
    insta::assert_snapshot!(uiq(&["load"]).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: the following required arguments were not provided:
      <QUEUE>
      <FILE>...

    Usage: uiq load <QUEUE> <FILE>...

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(uiq(&["lod"]).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: unrecognized subcommand 'lod'

      tip: a similar subcommand exists: 'load'

    Usage: uiq [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    let output = uiq(&[]).run().failed_with(2);
    assert!(output.stderr.contains("Usage: uiq") && output.stderr.contains("load"), "{output}");
}

//! What a row costs, counted in allocations: no busy machine changes them, and a slow way of doing things shows in them first.
#![allow(clippy::unwrap_used)] // clippy grants these to test functions only

use std::alloc::System;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use uiq::items::{Calendar, QueueItem};
use uiq::load::{Event, FileSupply, Supply, UniqueReferences, check};
use uiq::orchestrator::{BulkBody, CommitType};
use uiq::rows::{RangeSet, RowNumber, Shard};
use uiq::source::{Input, Mapping, MappingOptions, Options};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Rows of the shorter file; the longer one has twice as many. So many that what grows by doubling does not count.
const ROWS: usize = 10_000;

/// Allocations of one row: of the checking pass, and of the sending pass up to the body of the request.
#[derive(Debug, PartialEq)]
struct PerRow {
    checked: f64,
    written: f64,
}

/// How often `work` asks for memory, or for more of it.
fn allocations(work: impl FnOnce()) -> usize {
    let region = Region::new(COUNTED);
    work();
    let change = region.change();
    change.allocations + change.reallocations
}

fn passes(path: &Path) -> [usize; 2] {
    let input = Input::new(path, Options::default());
    let calendar = Calendar { zone: TimeZone::UTC, now: jiff::Timestamp::UNIX_EPOCH.into() };
    let mapping = Mapping::new(input.open().unwrap().columns(), MappingOptions::new(calendar)).unwrap();
    let mut fingerprint = None;
    let checked = allocations(|| {
        let checked = check(&input, &mapping, UniqueReferences::Required, &mut |_: &Event| {}).unwrap();
        assert!(checked.problems.is_empty());
        fingerprint = Some(checked.fingerprint);
    });
    let supply = FileSupply {
        input,
        fingerprint: fingerprint.unwrap(),
        mapping: Arc::new(mapping),
        left_out: RangeSet::default(),
        shard: Shard::WHOLE,
    };
    let written = allocations(|| {
        let mut body = BulkBody::new("Invoices", CommitType::Independent);
        let mut write = |_: RowNumber, item: &QueueItem<'_>| {
            body.push(item);
            ControlFlow::Continue(())
        };
        supply.items(&mut write).unwrap();
    });
    [checked, written]
}

/// What one more row costs: the difference of two files, so that what every file costs does not count.
fn per_row(name: &str, [header, footer]: [&str; 2], row: impl Fn(usize) -> String) -> PerRow {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let [shorter, longer] = [ROWS, 2 * ROWS].map(|rows| {
        let rows: String = (0..rows).map(&row).collect();
        std::fs::write(&path, format!("{header}{rows}{footer}")).unwrap();
        passes(&path)
    });
    #[allow(clippy::cast_precision_loss)] // thousands
    let [checked, written] = [0, 1].map(|pass| (longer[pass] - shorter[pass]) as f64 / ROWS as f64);
    PerRow { checked, written }
}

/// One test, so that nobody else's allocations are counted.
#[test]
fn a_row_is_read_checked_and_written_with_hardly_an_allocation() {
    let csv = per_row("a.csv", ["Reference,Vendor,Note,Amount\n", ""], |number| {
        format!("INV-{number},Müller & Söhne GmbH,\"said \"\"yes\"\", twice\",{number}.50\n")
    });
    // The list of a row's values.
    assert!(csv.checked < 1.1 && csv.written < 1.1, "{csv:?}");

    let object =
        |number| format!("{{\"Reference\": \"INV-{number}\", \"Vendor\": \"Müller\", \"Amount\": {number}.50}}\n");
    let lines = per_row("a.jsonl", ["", ""], object);
    // The lists of its members, of those that are special, and of its values; a value with escapes would be one more.
    assert!(lines.checked < 3.1 && lines.written < 3.1, "{lines:?}");
    let array = per_row("a.json", ["[{\"Reference\": \"first\"}", "]"], |number| format!(",{}", object(number)));
    assert!(array.checked < 3.1 && array.written < 3.1, "{array:?}");
}

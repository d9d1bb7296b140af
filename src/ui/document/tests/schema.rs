//! JSON by the published schema.

use serde_json::Value;

use super::fixture::{HOSTILE, bare, document, full, not_begun};
use crate::ui::document::{Outcome, RunAccount, document_json};

fn schema() -> jsonschema::Validator {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/report.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[track_caller]
fn assert_valid(value: &Value) {
    let errors: Vec<_> =
        schema().iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn every_document_keeps_to_the_schema() {
    for runs in [vec![], vec![bare()], vec![not_begun(HOSTILE)], vec![full(HOSTILE), full("a"), bare()]] {
        assert_valid(&document_json(&document(runs)));
    }
}

#[test]
fn every_outcome_is_in_the_schema() {
    use Outcome::{AllAccepted, InDoubt, Interrupted, LoadedBefore, NotBegun, SomeRejected, Stopped};
    for outcome in [AllAccepted, SomeRejected, InDoubt, Stopped, Interrupted, NotBegun, LoadedBefore] {
        let mut run: RunAccount = bare();
        run.ending.outcome = outcome;
        assert_valid(&document_json(&document(vec![run])));
    }
}

#[test]
fn every_end_of_watching_is_in_the_schema() {
    use crate::load::watch::{End, Watched};
    use crate::orchestrator::Postponed;
    let postponed = Postponed { items: 2, first: Some(jiff::Timestamp::UNIX_EPOCH) };
    for end in [
        End::Postponed(postponed),
        End::Done,
        End::TimeUp,
        End::Interrupted,
        End::Unreadable("a".into()),
        End::NotWatched("a".into()),
    ] {
        let run = RunAccount { processing: Some(Watched { last: None, end }), ..bare() };
        assert_valid(&document_json(&document(vec![run])));
    }
}

/// A schema that lets everything pass would hold nobody to anything.
#[test]
fn the_schema_misses_what_is_missing_and_every_member_is_described() {
    let validator = schema();
    let whole = document_json(&document(vec![full("a")]));
    for path in [
        "/runs/0",
        "/runs/0/run",
        "/runs/0/sitting",
        "/runs/0/run/rejects/0",
        "/runs/0/sitting/latency",
        "/runs/0/processing",
    ] {
        let names: Vec<String> = whole.pointer(path).unwrap().as_object().unwrap().keys().cloned().collect();
        for name in names {
            let mut less = whole.clone();
            less.pointer_mut(path).unwrap().as_object_mut().unwrap().remove(&name);
            assert!(!validator.is_valid(&less), "{path}/{name} can be left out");
        }
    }
}

#[test]
fn what_a_document_says_of_a_run() {
    let value = document_json(&document(vec![full("a")]));
    let run = &value["runs"][0]["run"];
    assert_eq!((&run["accepted"], &run["not_sent"]), (&900.into(), &29.into()));
    assert_eq!(run["in_doubt_rows"]["named"], "900-910");
    assert_eq!(run["sittings"][0]["ended"], Value::Null);
    assert_eq!(value["runs"][0]["sitting"]["requests"]["questions"], 1);
}

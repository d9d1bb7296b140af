//! The status as text and as JSON.

use serde_json::{Map, Value, json};

use super::settings::Line;
use super::steps::Steps;
use crate::failure::Failure;
use crate::ui::{Width, hanging};

pub(super) fn text(lines: &[Line], steps: &Steps, works: bool, width: Width) -> String {
    let mut shown = settings(lines, width);
    shown.push(String::new());
    let state = steps.taken.iter().map(|step| step.state.word().len()).max().unwrap_or(0);
    shown.extend(
        steps
            .taken
            .iter()
            .map(|step| hanging(&format!("{:<11} {:<state$}  ", step.name, step.state.word()), &step.words, width)),
    );
    shown.push(format!("{:<11} {}", "works", if works { "yes" } else { "no" }));
    shown.join("\n")
}

/// The origins in a column of their own; where a terminal has no room for it, each behind its value.
fn settings(lines: &[Line], width: Width) -> Vec<String> {
    let widest = lines.iter().map(|line| line.value.chars().count()).max().unwrap_or(0);
    let aligned: Vec<String> =
        lines.iter().map(|Line { name, value, origin }| format!("{name:<11} {value:<widest$}  {origin}")).collect();
    match width {
        Width::Columns(columns) if aligned.iter().any(|line| line.chars().count() > usize::from(columns)) => lines
            .iter()
            .map(|Line { name, value, origin }| hanging(&format!("{name:<11} "), &format!("{value} ({origin})"), width))
            .collect(),
        Width::Columns(_) | Width::Any => aligned,
    }
}

pub(super) fn as_json(lines: &[Line], steps: &Steps, failure: Option<&Failure>) -> Value {
    let settings: Map<String, Value> = lines
        .iter()
        .map(|line| (line.name.to_owned(), json!({ "value": line.value, "origin": line.origin })))
        .collect();
    let checks: Vec<Value> = steps
        .taken
        .iter()
        .map(|step| json!({ "step": step.name, "state": step.state.word(), "detail": step.words }))
        .collect();
    json!({
        "version": 1,
        "works": failure.is_none(),
        "problem": failure.map(Failure::message),
        "settings": settings,
        "checks": checks,
        "token": steps.token.then(|| json!({ "expires_at": steps.expires_at, "scope": steps.scope })),
        "queues": steps.queues,
    })
}

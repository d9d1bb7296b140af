//! The status as text and as JSON.

use serde_json::{Map, Value, json};

use super::settings::Line;
use super::steps::Steps;
use crate::failure::Failure;

pub(super) fn text(lines: &[Line], steps: &Steps, works: bool) -> String {
    let width = lines.iter().map(|line| line.value.chars().count()).max().unwrap_or(0);
    let mut shown: Vec<String> =
        lines.iter().map(|Line { name, value, origin }| format!("{name:<11} {value:<width$}  {origin}")).collect();
    shown.push(String::new());
    let width = steps.taken.iter().map(|step| step.state.word().len()).max().unwrap_or(0);
    shown.extend(
        steps.taken.iter().map(|step| format!("{:<11} {:<width$}  {}", step.name, step.state.word(), step.words)),
    );
    shown.push(format!("{:<11} {}", "works", if works { "yes" } else { "no" }));
    shown.join("\n")
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

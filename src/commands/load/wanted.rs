//! What is wanted of the rows: flags, then the mapping file, then the profile's part for this queue.

use std::path::Path;

use super::Shape;
use crate::commands::{Context, profiles};
use crate::failure::{Exit, Failure};
use crate::profile::RowMapping;

/// Fills in what was not typed. Afterwards the shape holds everything, and a resumed run needs neither file.
pub(super) fn complete(mut shape: Shape, queue: &str, context: &Context) -> Result<Shape, Failure> {
    if let Some(path) = shape.mapping.take() {
        fill(&mut shape, &read(&path)?, &path.display().to_string())?;
    }
    let profiles = profiles::read(context)?;
    let named = context.global.profile.as_deref().or(context.environment.get("UIQ_PROFILE"));
    // Whether there is such a profile is the connection's concern.
    if let Some((name, saved)) = named.or(profiles.default_name()).and_then(|name| Some((name, profiles.get(name)?))) {
        // Orchestrator's names of queues have no case.
        let kept = saved.queue.iter().find(|(kept, _)| kept.to_lowercase() == queue.to_lowercase());
        if let Some((kept, mapping)) = kept {
            fill(&mut shape, mapping, &format!("[profile.{name}.queue.{kept}]"))?;
            context.ui.say(&format!("what the rows mean is said in [profile.{name}.queue.{kept}], too"));
        }
    }
    Ok(shape)
}

fn fill(shape: &mut Shape, mapping: &RowMapping, place: &str) -> Result<(), Failure> {
    shape.fill_from(mapping).map_err(|word| {
        Failure::new(Exit::Usage, format!("{place}: the value of `{word}` is none"))
            .hint(format!("`uiq load --help` lists the values of `--{word}`"))
    })
}

fn read(path: &Path) -> Result<RowMapping, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let failure = Failure::new(Exit::Usage, format!("cannot read {}", path.display()));
        failure.caused_by(&error).hint_if_missing(&error, path)
    })?;
    RowMapping::read(&text).map_err(|error| Failure::new(Exit::Usage, format!("{}, {error}", path.display())))
}

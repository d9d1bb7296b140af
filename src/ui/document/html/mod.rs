//! The document as one page that needs nothing but itself: no script, no network, no font of its own.
//!
//! Read on a screen, light or dark, 400 pixels wide or on paper, or by ear: landmarks, headings in order, tables with headers, every
//! picture with its numbers beside it, and nothing said by colour alone.
//!
//! Written by hand on [`Markup`](markup::Markup), whose one rule is that everything but a literal is escaped. A library for templates
//! would be a procedural macro more in every build, and for this one page the templates read the same.

mod course;
mod doubts;
mod frame;
mod markup;
mod pace;
mod plot;
mod processing;
mod rejects;
mod run;
mod times;

pub use frame::{MARK, document_html};

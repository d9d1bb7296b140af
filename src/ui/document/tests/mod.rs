//! The document as a whole: whatever it holds, it keeps to its schema, and the page stays a page.

mod fixture;
mod page;
mod schema;

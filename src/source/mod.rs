//! Where do rows come from?
//!
//! An [`Input`] is a file that can be read as often as needed: once to check it and take its [`Fingerprint`], once to send it,
//! once more to pick the rejected rows. Each time a [`Reader`] lends one [`Row`] after the other, and a [`Mapping`] makes an
//! item, or violations, of it. Memory does not grow with the file.

mod beginning;
mod columns;
mod delimiter;
mod error;
mod feed;
mod fingerprint;
mod headers;
mod input;
mod mapping;
mod reader;
mod records;
mod rejects;
mod row;
mod target;

pub use columns::Columns;
pub use delimiter::{Delimiter, DelimiterError};
pub use error::SourceError;
pub use fingerprint::Fingerprint;
pub use headers::Headers;
pub use input::{Input, Options};
pub use mapping::{Mapping, MappingOptions};
pub use reader::Reader;
pub use rejects::{Rejects, rejects_path};
pub use row::Row;

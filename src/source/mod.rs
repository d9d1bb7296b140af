//! Where do rows come from?
//!
//! An [`Input`] is a file that can be read as often as needed: once to check it and take its [`Fingerprint`], once to send it,
//! once more to pick the rejected rows. Each time a [`Reader`] lends one [`Row`] after the other, and a [`Mapping`] makes an
//! item, or violations, of it. Memory does not grow with the file.

mod ahead;
mod columns;
mod cut;
mod delimiter;
mod elements;
mod encoding;
mod error;
mod feed;
mod fingerprint;
mod format;
mod headers;
mod input;
mod lines;
mod mapping;
mod objects;
mod reader;
mod records;
mod reject_forms;
mod rejects;
mod row;
mod sample;
mod sheet;
mod target;
mod template;
mod text;
mod transcode;
mod typing;
mod workbook;

pub use columns::Columns;
pub use delimiter::{Delimiter, DelimiterError};
pub use encoding::{Encoding, Evidence, UnknownEncoding};
pub use error::SourceError;
pub use fingerprint::Fingerprint;
pub use format::Format;
pub use headers::Headers;
pub use input::{Input, Options};
pub use mapping::{Destination, Mapping, MappingOptions};
pub use reader::Reader;
pub use rejects::{Rejects, is_rejects_file, rejects_path, rejects_path_of_run};
pub use row::Row;
pub use sample::{Column, LeftOut, Sample};
pub use template::{Template, TemplateError};
pub use typing::Types;

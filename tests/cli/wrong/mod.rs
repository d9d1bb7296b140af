//! What people get wrong, and what they read then. Nothing of what is wrong is sent.

mod file;
mod network;
mod place;
mod usage;

use crate::support::{Place, Uiq, uiq};

/// A file without a fault, loaded with these arguments.
fn load<'a>(arguments: &[&str], place: &'a Place) -> Uiq<'a> {
    place.file("invoices.csv", "Reference\nA\nB\nC\n");
    uiq(&[&["load", "Invoices", "invoices.csv"], arguments].concat()).at(place)
}

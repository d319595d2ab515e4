//! The language describes itself: schema, help and reference, all from the tables that scripts are read by.
//!
//! Enters: the registries of visuals, verbs, keys, easings, functions, themes and roles. Leaves: a JSON Schema, texts for the
//! terminal, and pages with pictures.

mod entries;
mod explain;
mod phrases;
mod pictures;
mod reference;
mod schema;

pub use explain::{explain, names};
pub use reference::{Page, pages};
pub use schema::schema;

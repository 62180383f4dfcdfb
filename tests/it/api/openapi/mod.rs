//! The description of the API is true: what it promises is called, and what is answered stands in it.

mod bodies;
mod document;
mod errors;
mod fixture;
mod schema;
mod structure;

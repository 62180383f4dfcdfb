//! The library: what the reader gave to be read, one by one and as a list.

pub mod list;
pub mod show;

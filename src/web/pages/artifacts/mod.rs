//! Pages of artifacts: the list, one with its versions, and the forms that change them.

pub mod changes;
pub mod content;
pub mod edit;
pub mod list;
pub mod show;
pub mod versions;

//! Products as pages: the public catalogue, one product, and what administrators change.

pub mod edit;
pub mod list;
mod price;
pub mod show;

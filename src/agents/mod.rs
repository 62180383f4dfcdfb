//! What runs do; knows nothing of how they are queued, stored or read.

mod asking;
pub mod chat;
mod conversation;
mod summary;
mod title;

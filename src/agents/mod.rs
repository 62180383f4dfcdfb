//! What runs do; knows nothing of how they are queued, stored or read.

pub mod chat;

//! What models are shown of conversations, and what comes of it.

mod conversation;
mod long;
mod summaries;

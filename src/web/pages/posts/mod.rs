//! Posts as pages: the reading list, an article, its editor, and the feed.

pub mod edit;
pub mod feed;
pub mod list;
pub mod show;

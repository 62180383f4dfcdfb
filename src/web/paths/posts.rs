//! Posts.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::with_query;

/// What of a name stands in an address as it is: letters and digits of ASCII, and dashes.
const UNENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-');
/// Posts: the public list (GET) and a new one (POST).
pub const POSTS: &str = "/posts";
/// The editor of a new post.
pub const NEW_POST: &str = "/posts/new";
/// The newest posts, for feed readers.
pub const FEED: &str = "/posts/feed.xml";

/// One post.
pub fn post(slug: &str) -> String {
    format!("{POSTS}/{}", utf8_percent_encode(slug, UNENCODED))
}

/// The editor of a new post with an artifact in it.
pub fn post_artifact(id: &str) -> String {
    with_query(NEW_POST, [("artifact", Some(id))])
}

/// The editor of a post.
pub fn edit_post(slug: &str) -> String {
    format!("{}/edit", post(slug))
}

/// The question before a post is deleted.
pub fn delete_post(slug: &str) -> String {
    format!("{}/delete", post(slug))
}

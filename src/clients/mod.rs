//! The outside world behind traits; knows nothing of this application's rules.

pub mod base_url;
pub mod fetch;
pub mod http;
pub mod identity;
pub mod models;
pub mod search;
pub mod secret;
pub mod web;

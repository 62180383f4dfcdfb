//! The pages as plain HTML and forms, over HTTP.

mod accounts;
mod chat;
mod guide;
mod settings;
mod sharing;

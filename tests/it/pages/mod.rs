//! The pages as plain HTML and forms, over HTTP.

mod accounts;
mod chat;
mod settings;

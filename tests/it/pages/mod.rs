//! The pages as plain HTML and forms, over HTTP.

mod access;
mod accounts;
mod artifacts;
mod branches;
mod budgets;
mod chat;
mod guide;
mod invited;
mod library;
mod organising;
mod posts;
mod products;
mod research;
mod search;
mod settings;
mod sharing;
mod tasks;
mod users;

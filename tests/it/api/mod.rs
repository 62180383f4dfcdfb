//! The JSON contract, over HTTP.

mod access;
mod artifacts;
mod bad_input;
pub mod branches;
mod budgets;
mod contract;
mod documents;
mod export;
pub mod import;
mod import_extremes;
mod invitations;
mod lists;
mod live;
mod messages;
mod openapi;
mod posts;
mod products;
mod pruning;
mod research;
mod round_trip;
mod search;
mod sessions;
mod shares;
mod streams;
mod tasks;
mod tokens;
mod users;

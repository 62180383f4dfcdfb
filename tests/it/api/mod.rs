//! The JSON contract, over HTTP.

mod access;
mod bad_input;
mod contract;
mod export;
mod invitations;
mod messages;
mod openapi;
mod posts;
mod products;
mod search;
mod sessions;
mod shares;
mod streams;
mod tokens;
mod users;

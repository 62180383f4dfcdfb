//! The outside world, played by scripted servers; the built-in model with its real weights.

#[cfg(feature = "local-model")]
mod builtin;
mod fetch;
mod models;
mod openai;
mod search;
mod web;

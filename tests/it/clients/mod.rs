//! The outside world, played by scripted servers.

mod models;
mod openai;

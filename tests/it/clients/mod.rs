//! The outside world, played by scripted servers.

mod openai;

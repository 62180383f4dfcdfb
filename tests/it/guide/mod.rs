//! The guide: its chapters are whole in both languages, and what they show works.

mod blocks;
mod chapters;
mod examples;
mod expectation;
mod shell;

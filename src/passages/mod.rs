//! Text as letters of a script and words of a language; it knows neither where text comes from nor what is done with it.

mod language;
pub mod scripts;

pub use language::language;

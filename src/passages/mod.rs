//! Text cut into what can be quoted, ranked, compared and asked; it knows neither where text comes from nor what is done
//! with it.
//!
//! In reading order: [`scripts`] knows letters, `fold` makes what is written in two ways one, [`sentences()`] cuts (by
//! `blocks` and `ends`), [`terms()`] are what is compared, [`rank()`], [`Finding`] and [`diverse`] choose, [`find_quote`] and
//! [`overlap`] check, [`questions()`] and [`keywords`] ask, [`language()`] tells Chinese from the rest.
//!
//! Everything here is pure and the same text gives the same answer; time and memory grow with the text's length, whatever
//! stands in it.

mod blocks;
mod clauses;
mod diverse;
mod ends;
mod finding;
mod fold;
mod keywords;
mod language;
mod lists;
mod overlap;
mod questions;
mod quote;
mod rank;
pub mod scripts;
mod sentences;
mod stop;
mod subject;
mod terms;

pub use diverse::diverse;
pub use finding::{Finding, Found};
pub use keywords::keywords;
pub use language::language;
pub use overlap::{SUPPORTED, WEAK, overlap};
pub use questions::questions;
pub use quote::find_quote;
pub use rank::rank;
pub use sentences::sentences;
pub use terms::terms;

//! Researches from their question to their report, over a small web and with a model that may do anything.

mod asking;
pub mod killed;
mod later;
mod many;
mod out_there;
mod outcome;
pub mod steering;
mod wrong_models;

use outcome::Outcome;

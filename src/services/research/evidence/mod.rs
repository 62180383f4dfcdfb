//! Evidence bundles: a report with everything that stands behind it, in one zip file that anybody can check without
//! this server and without a network.
//!
//! [`bundle`] says what is in one, [`gather`] reads it from the database, [`pack`] writes it, [`open`] reads what may be
//! anything, and [`check`] compares. A bundle is whole and agrees with itself; who made it, it does not prove.

pub mod bundle;
pub mod check;
pub mod gather;
mod open;
mod pack;

pub use check::{Findings, Problem, check};
pub use gather::{Evidence, gather};
pub use open::NoBundle;

//! Stoa: a self-hosted workspace for AI conversation and deep research.
//!
//! The code map, in reading order; each folder may use those below it and knows nothing of those above
//! (`tests/it/layers.rs` holds the order).

pub mod commands;
pub mod startup;
pub mod web;

pub mod state;

pub mod services;

pub mod agents;
pub mod runs;

pub mod repositories;

pub mod models;
#[expect(missing_docs, reason = "written by diesel; the tables are described in `models`")]
pub mod schema;

pub mod clients;
pub mod config;
pub mod db;
pub mod error;
pub mod i18n;
pub mod markdown;
pub mod passages;
pub mod reading;
pub mod telemetry;

rust_i18n::i18n!("src/i18n", fallback = "en");

//! The suite: one crate, so that it links once; the folders follow those of `src`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod agents;
mod api;
mod auth;
mod clients;
mod commands;
mod db;
mod guide;
mod i18n;
mod layers;
mod markdown;
mod migrations;
mod pages;
mod passages;
mod postgres;
mod reading;
mod repositories;
mod research;
mod runs;
mod services;
mod support;

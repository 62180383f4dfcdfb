//! What tests share.

pub mod able;
pub mod app;
pub mod browser;
pub mod caller;
pub mod corpus;
pub mod database;
pub mod frames;
pub mod github;
pub mod issuer;
pub mod pages;
pub mod pdf;
pub mod plans;
pub mod reports;
pub mod researches;
pub mod scripted;
pub mod upload;
pub mod upstream;

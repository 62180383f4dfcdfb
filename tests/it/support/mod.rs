//! What tests share.

pub mod upstream;

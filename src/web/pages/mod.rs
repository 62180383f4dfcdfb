//! The pages: each file holds one resource's structs, ready for display, and their handlers. Must not query anything.

pub mod chat;
pub mod composer;
pub mod devices;
pub mod error;
pub mod form;
pub mod frame;
pub mod home;
pub mod login;
pub mod moment;
pub mod settings;
pub mod setup;
pub mod sidebar;
pub mod tokens;

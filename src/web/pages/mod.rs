//! The pages: each file holds one resource's structs, ready for display, beside their handlers. Must not query
//! anything: services do.

pub mod artifacts;
pub mod chat;
pub mod composer;
pub mod confirm;
pub mod devices;
pub mod form;
pub mod frame;
pub mod guide;
pub mod home;
pub mod identities;
pub mod invitations;
pub mod invited;
pub mod leave;
pub mod library;
pub mod listing;
pub mod live;
pub mod login;
pub mod moment;
pub mod number;
pub mod origin;
pub mod posts;
pub mod preferences;
pub mod problem;
pub mod products;
pub mod reader;
pub mod research;
pub mod respond;
pub mod search;
pub mod settings;
pub mod setup;
pub mod sidebar;
pub mod tasks;
pub mod tokens;
pub mod usage;
pub mod users;

//! Everything HTTP, and the only place with actix: routes, who calls, errors, headers, streams, pages and API.
//! Must not know the database.

pub mod api;
pub mod assets;
pub mod attempts;
pub mod auth;
pub mod beside;
pub mod client;
pub mod endpoint;
pub mod errors;
pub mod extract;
pub mod file_name;
pub mod importing;
pub mod library;
pub mod live;
pub mod openapi;
pub mod pages;
pub mod panics;
pub mod paths;
pub mod probes;
pub mod raw_file;
mod report_file;
pub mod request_span;
pub mod routes;
pub mod security;
pub mod session_store;
pub mod sockets;
pub mod sse;
pub mod upload;

use actix_web::web::Data;

use crate::state::AppState;

/// The state as handlers receive it.
pub type App = Data<AppState>;

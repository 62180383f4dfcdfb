//! Rules that time or chance hides from outside.

mod callers;
mod emails;
mod login_sessions;
mod search;

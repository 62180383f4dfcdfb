//! Rules that time or chance hides from outside.

mod callers;
mod login_sessions;
mod search;

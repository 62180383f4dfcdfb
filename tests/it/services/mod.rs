//! Rules that time or chance hides from outside.

mod login_sessions;
mod search;

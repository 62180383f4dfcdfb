//! Conversations: the list of them, one of them, what is said in it, and the small pages that change one.

pub mod answers;
pub mod branches;
pub mod edit;
pub mod import;
pub mod list;
pub mod say;
pub mod share;
pub mod show;
pub mod turn;

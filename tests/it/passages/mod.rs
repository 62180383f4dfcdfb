//! The text core of research: what holds for any text.

mod corpus;
mod invariants;

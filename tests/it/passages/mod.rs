//! The text core of research: what holds for any text.

mod invariants;

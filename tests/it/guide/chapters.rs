//! The chapters themselves: whole, and the same in both languages.

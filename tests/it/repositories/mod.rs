//! Queries that services take whole from their repositories.

mod library;

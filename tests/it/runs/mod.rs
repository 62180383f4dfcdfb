//! Durable execution, runs given up, and real processes killed.

mod abandoned;
mod process;

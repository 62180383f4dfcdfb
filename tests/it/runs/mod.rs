//! Durable execution: the queue, runs given up, sessions deleted meanwhile, and real processes killed.

mod abandoned;
mod budgets;
mod compaction;
mod continued;
mod deleted;
mod outage;
mod process;
mod queue;
pub mod site;

//! Durable execution, seen from outside: real processes, killed.

mod process;

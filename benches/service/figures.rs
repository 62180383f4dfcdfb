//! Figures and their table; knows nothing of how they were measured.

use std::time::Duration;

/// One line of the table.
pub struct Figure {
    what: String,
    value: String,
    target: String,
}

impl Figure {
    /// A figure that must reach `target`, in words; empty when it only helps to read the others.
    pub fn new(what: impl Into<String>, value: impl Into<String>, target: impl Into<String>) -> Self {
        Self { what: what.into(), value: value.into(), target: target.into() }
    }
}

/// Prints the table, and what machine it is of.
pub fn print(figures: &[Figure]) {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("\n{cores} cores, shared by the server and what loads it; load average now {}", load.trim_end());
    let width = |field: fn(&Figure) -> &str| {
        figures.iter().map(|figure| field(figure).chars().count()).max().unwrap_or_default()
    };
    let (what, value) = (width(|figure| &figure.what), width(|figure| &figure.value));
    for figure in figures {
        let line = format!("{:<what$}  {:>value$}  {}", figure.what, figure.value, figure.target);
        println!("{}", line.trim_end());
    }
}

/// The value below which `share` (0 to 100) of the values lie; the smallest type's zero when there are none.
pub fn percentile<T: Copy + Ord + Default>(values: &[T], share: usize) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let place = (sorted.len().saturating_sub(1) * share).div_ceil(100);
    sorted.get(place).copied().unwrap_or_default()
}

/// The one in the middle.
pub fn median<T: Copy + Ord + Default>(values: &[T]) -> T {
    percentile(values, 50)
}

/// A time in milliseconds.
pub fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// A size in MiB.
pub fn mebibytes(kibibytes: u64) -> String {
    format!("{}.{} MiB", kibibytes / 1024, kibibytes % 1024 * 10 / 1024)
}

//! What was counted, beside what is required, and their table; knows nothing of how it was counted.

use std::fmt::Display;
use std::time::Duration;

/// One line of the report.
pub struct Count {
    what: String,
    found: String,
    required: String,
    kept: bool,
}

impl Count {
    /// Something that must be as `required` says, and is, when `kept`.
    pub fn new(what: impl Into<String>, found: impl Display, required: impl Display, kept: bool) -> Self {
        Self { what: what.into(), found: found.to_string(), required: required.to_string(), kept }
    }

    /// Something that must not happen.
    pub fn none(what: impl Into<String>, found: usize) -> Self {
        Self::new(what, found, 0, found == 0)
    }

    /// Something of which there must be exactly so many.
    pub fn exactly(what: impl Into<String>, found: usize, required: usize) -> Self {
        Self::new(what, found, required, found == required)
    }

    /// Something that must happen once at least, or the fault was not there.
    pub fn some(what: impl Into<String>, found: usize) -> Self {
        Self::new(what, found, "≥ 1", found > 0)
    }

    /// Something that must not take longer.
    pub fn within(what: impl Into<String>, found: Duration, most: Duration) -> Self {
        Self::new(what, seconds(found), format!("≤ {}", seconds(most)), found <= most)
    }

    /// Something that helps to read the others.
    pub fn told(what: impl Into<String>, found: impl Display) -> Self {
        Self::new(what, found, "", true)
    }
}

/// What came of one fault.
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// How long it took.
    pub took: Duration,
    /// What was counted.
    pub counts: Vec<Count>,
}

/// Prints the report; how many requirements are broken.
pub fn print(sections: &[Section]) -> usize {
    let counts = || sections.iter().flat_map(|section| &section.counts);
    let width =
        |field: fn(&Count) -> &str| counts().map(|count| field(count).chars().count()).max().unwrap_or(0);
    let (what, found) = (width(|count| &count.what), width(|count| &count.found));
    for section in sections {
        println!("\n{} ({})", section.name, seconds(section.took));
        for count in &section.counts {
            let mark = if count.kept { "" } else { "   BROKEN" };
            let line = format!("  {:<what$}  {:>found$}  {}{mark}", count.what, count.found, count.required);
            println!("{}", line.trim_end());
        }
    }
    counts().filter(|count| !count.kept).count()
}

/// A time in seconds.
pub fn seconds(time: Duration) -> String {
    if time == Duration::MAX {
        return "never".to_owned();
    }
    format!("{:.2} s", time.as_secs_f64())
}

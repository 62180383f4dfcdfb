//! How many threads the arithmetic may have, so that the cores left over keep the pages quick.
//!
//! Candle starts its threads for the whole process at the first multiplication, and asks the environment how many.

use super::settings::Settings;

/// Heeded by candle and by rayon, which only candle uses here.
const VARIABLE: &str = "RAYON_NUM_THREADS";

/// Limits candle's threads for the rest of the process, unless the environment does already. Belongs at the very start of `main`: once there is a
/// second thread nothing is done, and candle takes as many threads as there are cores.
pub fn limit_threads(settings: &Settings) {
    if std::env::var_os(VARIABLE).is_some() || !is_alone() {
        return;
    }
    #[expect(
        unsafe_code,
        reason = "candle can be told only so; no other thread exists that could read meanwhile"
    )]
    // SAFETY: this thread is the only one of the process.
    unsafe {
        std::env::set_var(VARIABLE, settings.threads.to_string());
    }
}

/// Whether this thread is the only one, where the system can tell.
fn is_alone() -> bool {
    std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_left_alone_once_there_are_other_threads() {
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(!is_alone()));
        });
    }
}

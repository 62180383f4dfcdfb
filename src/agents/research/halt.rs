//! Why a research stops before its report.

use crate::error::AppError;
use crate::runs::RunFailure;

/// Why a research stops before its report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// It cannot go on.
    Failed(RunFailure),
    /// Its member is asked, and it goes on when they have answered.
    Asks,
}

impl From<RunFailure> for Halt {
    fn from(failure: RunFailure) -> Self {
        Self::Failed(failure)
    }
}

/// An error of ours that nobody outside can do anything about.
pub fn internal(error: AppError) -> Halt {
    Halt::Failed(RunFailure { code: error.code(), cause: format!("{error:?}") })
}

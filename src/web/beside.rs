//! Work that takes long and needs no connection, such as writing large texts as HTML: done beside the threads that
//! serve requests and those that hold connections.

use actix_web::web;

use crate::error::{AppError, AppResult};

/// What `work` makes, on a thread of its own. Rows are read before: no connection waits for it.
///
/// # Errors
/// `Internal`, when `work` panics.
pub async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
    web::block(work).await.map_err(|error| AppError::Internal(error.into()))
}

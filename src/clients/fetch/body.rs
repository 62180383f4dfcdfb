//! Reading a body up to a limit that counts what is unpacked, so that no small answer becomes a huge one.

use futures_util::StreamExt;
use reqwest::Response;

use super::{FetchError, broken};

/// The whole body.
///
/// # Errors
/// `TooLarge` beyond `largest` bytes, and when the connection breaks.
pub async fn read(answer: Response, largest: usize) -> Result<Vec<u8>, FetchError> {
    let body = beginning(answer, largest + 1).await?;
    if body.len() > largest { Err(FetchError::TooLarge) } else { Ok(body) }
}

/// What a body begins with, `most` bytes of it at the most.
///
/// # Errors
/// When the connection breaks before.
pub async fn beginning(answer: Response, most: usize) -> Result<Vec<u8>, FetchError> {
    let mut pieces = answer.bytes_stream();
    let mut body = Vec::new();
    while let Some(piece) = pieces.next().await {
        body.extend_from_slice(&piece.map_err(|error| broken(&error))?);
        if body.len() >= most {
            body.truncate(most);
            break;
        }
    }
    Ok(body)
}

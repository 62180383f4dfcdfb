//! Reading a body up to a limit that counts what is unpacked, so that no small answer becomes a huge one.

use futures_util::StreamExt;
use reqwest::Response;

use super::{FetchError, broken};

/// The whole body.
///
/// # Errors
/// `TooLarge` beyond `largest` bytes, and when the connection breaks.
pub async fn read(answer: Response, largest: usize) -> Result<Vec<u8>, FetchError> {
    let mut pieces = answer.bytes_stream();
    let mut body = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| broken(&error))?;
        if body.len() + piece.len() > largest {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

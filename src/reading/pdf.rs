//! The text of a PDF.

use std::panic::catch_unwind;

use super::{ReadError, Text};

/// The text, page by page.
///
/// # Errors
/// `Broken`: also where the library panics, as it does on files that break the rules.
pub fn read(body: &[u8]) -> Result<Text, ReadError> {
    let broken = |cause: String| ReadError::Broken(cause);
    let read = catch_unwind(|| pdf_extract::extract_text_from_mem(body));
    let text = read.map_err(|_| broken("the file breaks the rules of PDF".to_owned()))?;
    Ok(Text { title: None, text: text.map_err(|error| broken(error.to_string()))? })
}

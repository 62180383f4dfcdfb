//! A form with a file, as browsers send it.

use reqwest::RequestBuilder;

const BOUNDARY: &str = "a-line-that-stands-in-no-file";

/// A file to be sent.
#[derive(Clone, Copy, Default)]
pub struct File<'a> {
    pub name: &'a str,
    pub kind: &'a str,
    pub bytes: &'a [u8],
    pub title: Option<&'a str>,
}

/// A small text.
pub const NOTE: File<'_> =
    File { name: "note.txt", kind: "text/plain", bytes: b"painted columns", title: None };

/// The request with the file as its body.
pub fn with_file(request: RequestBuilder, file: File<'_>) -> RequestBuilder {
    let mut body = Vec::new();
    let mut part = |head: &str, content: &[u8]| {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    let kind = if file.kind.is_empty() { String::new() } else { format!("\r\nContent-Type: {}", file.kind) };
    part(&format!("name=\"file\"; filename=\"{}\"{kind}", file.name), file.bytes);
    if let Some(title) = file.title {
        part("name=\"title\"", title.as_bytes());
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    request.header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}")).body(body)
}

//! What is read of each kind.

use stoa::reading::{ReadError, Text, read};

use crate::support::pdf::{page_of, stream};

fn page(body: &str) -> String {
    format!("<!doctype html><html><head><title>Roman law</title></head><body>{body}</body></html>")
}

fn text(content_type: &str, body: impl AsRef<[u8]>) -> Text {
    read(content_type, body.as_ref()).unwrap()
}

/// A PDF of one page that says `words`.
fn pdf(words: &str) -> Vec<u8> {
    page_of(&stream(format!("BT /F1 12 Tf 72 720 Td ({words}) Tj ET").as_bytes(), ""), "", &[])
}

#[test]
fn of_a_page_its_article_is_read_and_what_stands_around_it_left_out() {
    let paragraph =
        "Quintus Mucius Scaevola heard Panaetius in Rome, and the jurists kept his teaching. ".repeat(4);
    let body = page(&format!(
        "<nav><a href=/>Home</a> <a href=/shop>Shop</a></nav><article><h1>Roman law</h1><p>{paragraph}</p>\
         <p>The second paragraph, {paragraph}</p></article><footer>Cookies &amp; terms</footer><script>var x;</script>"
    ));
    let read = text("text/html; charset=utf-8", &body);
    assert_eq!(read.title.as_deref(), Some("Roman law"));
    assert!(
        read.text.contains("heard Panaetius in Rome") && read.text.contains("\n\nThe second paragraph"),
        "{}",
        read.text
    );
    for left_out in ["Shop", "Cookies", "var x"] {
        assert!(!read.text.contains(left_out), "{left_out}");
    }
}

#[test]
fn a_page_without_an_article_is_read_whole() {
    let read = text("text/html", page("<p>Short.</p><script>no</script>"));
    assert_eq!(read.text, "Short.");
}

#[test]
fn text_markdown_and_data_are_read_as_they_are() {
    assert_eq!(text("text/plain", "a\r\nb \n\n\n\nc").text, "a\nb\n\nc");
    assert_eq!(text("text/markdown; charset=utf-8", "# 标题\n\n正文").text, "# 标题\n\n正文");
    assert_eq!(text("application/json", r#"{"a":[1]}"#).text, "{\n  \"a\": [\n    1\n  ]\n}");
    assert_eq!(text("application/ld+json", "1").text, "1");
}

#[test]
fn a_pdf_is_read_by_its_name_or_by_its_looks() {
    for content_type in ["application/pdf", "application/octet-stream", ""] {
        assert_eq!(text(content_type, pdf("The Digest of Justinian")).text, "The Digest of Justinian");
    }
}

#[test]
fn what_cannot_be_read_says_so() {
    let refused = |content_type: &str, body: &[u8]| read(content_type, body).unwrap_err();
    assert_eq!(refused("image/png", b"\x89PNG"), ReadError::Unsupported("image/png".into()));
    assert!(matches!(refused("", b"\x89PNG\r\n\x1a\n\0\0"), ReadError::Unsupported(_)));
    for disguised in [&b"\x1f\x8b\x08\0\0\0"[..], b"\x89PNG\r\n\x1a\n\0\0"] {
        assert!(matches!(refused("text/html", disguised), ReadError::Unsupported(_)));
    }
    assert!(matches!(refused("application/json", b"{"), ReadError::Broken(_)));
    assert!(matches!(refused("application/pdf", b"%PDF-1.4 and nothing else"), ReadError::Broken(_)));
    let whole = pdf("x");
    assert!(read("application/pdf", &whole[..whole.len() / 2]).is_err(), "half a file");
    for nothing in ["", " \n", "<html><body></body></html>"] {
        assert_eq!(refused("text/html", nothing.as_bytes()), ReadError::Empty, "{nothing}");
    }
}

#[test]
fn markdown_is_called_by_its_first_heading() {
    let title = |kind: &str, body: &str| text(kind, body).title;
    assert_eq!(title("text/markdown", "\n# Roman law ##\n\nText.").as_deref(), Some("Roman law"));
    assert_eq!(title("text/markdown; charset=utf-8", "Text.\n\n# Later\n"), None);
    assert_eq!(title("text/plain", "# a comment\n"), None);
}

#[test]
fn text_of_two_bytes_a_letter_is_read_where_it_says_so() {
    let wide: Vec<u8> = "law 罗马".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(text("text/plain; charset=utf-16le", &wide).text, "law 罗马");
    assert_eq!(text("text/plain", [&b"\xff\xfe"[..], &wide].concat()).text, "law 罗马");
}

#[test]
fn the_same_bytes_give_the_same_text() {
    let body = page("<p>One &amp; two.</p><p>三</p>");
    assert_eq!(text("text/html", &body), text("text/html", &body));
}

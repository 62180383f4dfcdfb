//! Files made to take all memory, all time or the whole process: each ends as an error, and only for whoever had it read.

use stoa::reading::{Limits, ReadError, Text};

use super::{hasty, reader};
use crate::support::pdf::{deflated, file, page_of, stream};

const PDF: &str = "application/pdf";
const HELLO: &[u8] = b"BT /F1 12 Tf 72 720 Td (hello) Tj ET";

async fn read(content_type: &str, body: &[u8]) -> Result<Text, ReadError> {
    reader(Limits::default()).read(content_type, body).await
}

/// One that is read or refused, but neither too long nor with too much.
async fn ends_well(what: &str, content_type: &str, body: &[u8]) {
    let read = read(content_type, body).await;
    assert!(
        !matches!(read, Err(ReadError::TimedOut | ReadError::TooLarge | ReadError::Unavailable(_))),
        "{what}: {read:?}"
    );
}

#[tokio::test]
async fn streams_that_unpack_without_end_take_no_more_than_is_given() {
    let gigabyte = deflated(&vec![b' '; 1 << 20], 1 << 10);
    let packed_twice = deflated(&gigabyte, 1);
    assert!(packed_twice.len() < 10_000, "{}", packed_twice.len());
    let states = deflated(b"q ", 16 << 20);
    for (what, content) in [
        ("a gigabyte", stream(&gigabyte, "/Filter /FlateDecode")),
        ("a gigabyte in a few kilobytes", stream(&packed_twice, "/Filter [/FlateDecode /FlateDecode]")),
        ("16 million states to keep", stream(&states, "/Filter /FlateDecode")),
    ] {
        assert_eq!(read(PDF, &page_of(&content, "", &[])).await, Err(ReadError::TooLarge), "{what}");
    }
}

#[tokio::test]
async fn forms_that_draw_themselves_harm_nobody_else() {
    let form = stream(b"/X Do", "/Type /XObject /Subtype /Form");
    let body = page_of(&stream(b"/X Do", ""), "/XObject << /X 6 0 R >>", &[form]);
    assert_eq!(read(PDF, &body).await, Err(ReadError::TooLarge));
}

#[tokio::test]
async fn forms_that_draw_others_ten_times_each_are_given_up() {
    let draws_next = |next: usize| {
        stream(
            &b"/X Do ".repeat(10),
            &format!("/Subtype /Form /Resources << /XObject << /X {next} 0 R >> >>"),
        )
    };
    let mut forms: Vec<_> = (0..12).map(|number| draws_next(7 + number)).collect();
    forms.push(stream(b"q Q", "/Subtype /Form"));
    let body = page_of(&stream(b"/X Do", ""), "/XObject << /X 6 0 R >>", &forms);
    assert_eq!(reader(hasty()).read(PDF, &body).await, Err(ReadError::TimedOut));
}

#[tokio::test]
async fn objects_nested_without_end_are_refused() {
    let nested =
        |open: &str, close: &str, deep: usize| [open.repeat(deep), close.repeat(deep)].concat().into_bytes();
    for (what, object) in
        [("arrays", nested("[", "]", 1_000_000)), ("dictionaries", nested("<</a ", ">>", 200_000))]
    {
        ends_well(what, PDF, &page_of(&stream(HELLO, ""), "", &[object])).await;
    }
    for (what, operand) in
        [("operands", nested("[", "]", 1_000_000)), ("strings", nested("(", ")", 1_000_000))]
    {
        ends_well(what, PDF, &page_of(&stream(&[&operand, &b" TJ "[..], HELLO].concat(), ""), "", &[])).await;
    }
}

#[tokio::test]
async fn trees_of_pages_that_hold_themselves_end() {
    for page in ["/MediaBox [0 0 612 792] /Parent 2 0 R", "/Parent 2 0 R"] {
        let body = file(&[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1 /Parent 2 0 R >>".to_vec(),
            format!("<< /Type /Page {page} /Contents 4 0 R >>").into_bytes(),
            stream(HELLO, ""),
        ]);
        let read = read(PDF, &body).await;
        assert!(
            matches!(read, Err(ReadError::Broken(_) | ReadError::TooLarge | ReadError::Empty)),
            "{read:?}"
        );
    }
}

#[tokio::test]
async fn a_table_of_characters_that_names_four_thousand_million_is_refused() {
    let table = b"/CIDInit /ProcSet findresource begin begincmap 1 beginbfrange <00000000> <ffffffff> <0041> endbfrange endcmap end";
    let font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>".to_vec();
    let body = page_of(
        &stream(b"BT /F2 12 Tf (hello) Tj ET", ""),
        "/Font << /F2 7 0 R >>",
        &[stream(table, ""), font],
    );
    ends_well("a table", PDF, &body).await;
}

#[tokio::test]
async fn pages_of_a_million_nested_tags_are_given_up() {
    for tag in ["<div>", "<b><i><a href=x>"] {
        let body = tag.repeat(5_000_000 / tag.len());
        assert_eq!(
            reader(hasty()).read("text/html", body.as_bytes()).await,
            Err(ReadError::TimedOut),
            "{tag}"
        );
    }
}

#[tokio::test]
async fn data_nested_without_end_is_refused() {
    for deep in [1_000, 100_000, 2_500_000] {
        let body = ["[".repeat(deep), "]".repeat(deep)].concat();
        let read = read("application/json", body.as_bytes()).await;
        assert!(
            matches!(&read, Err(ReadError::Broken(why)) if why.contains("recursion")),
            "{deep}: {read:?}"
        );
    }
}

#[tokio::test]
async fn five_megabytes_of_anything_plain_are_read() {
    let letters = "x".repeat(5_000_000);
    assert_eq!(read("text/plain", letters.as_bytes()).await.unwrap().text.len(), 2 * 1024 * 1024);
    ends_well("a page in a line", "text/html", format!("<p>{letters}").as_bytes()).await;
    ends_well("lines", "text/plain", "\n".repeat(5_000_000).as_bytes()).await;
    ends_well("numbers", "application/json", format!("[{}0]", "0,".repeat(2_500_000)).as_bytes()).await;
}

#[tokio::test]
async fn a_pdf_of_five_megabytes_is_read() {
    // As much as is kept of anything, on pages whose words can hardly be packed.
    let mut state: u32 = 1;
    let mut word = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        format!("{:x}", state >> 8)
    };
    let mut pages = Vec::new();
    while pages.len() < 5_000_000 {
        pages.extend(format!("({} {}) Tj T* ", word(), word()).as_bytes());
    }
    let content = [b"BT /F1 10 Tf 14 TL 50 780 Td ", pages.as_slice(), b" ET"].concat();
    let text = read(PDF, &page_of(&stream(&content, ""), "", &[])).await.unwrap().text;
    assert!(text.len() > 2_000_000, "{}", text.len());
}

//! Whether what an example printed is what its chapter says: a part of the JSON, or the lines, with `…` for what
//! differs from run to run.

use serde_json::Value;

use super::blocks::Block;

/// Stands for any text, and alone for any number of lines or elements.
const ANYTHING: &str = "…";

/// What is not as the chapter says; `None` when all is.
pub fn difference(expected: &Block, printed: &str) -> Option<String> {
    match expected.language.as_str() {
        "json" => {
            let expected: Value = serde_json::from_str(&expected.code).expect("the chapter's JSON");
            match serde_json::from_str(printed) {
                Ok(printed) => differs("", &expected, &printed),
                Err(error) => Some(format!("not JSON: {error}")),
            }
        }
        "text" => {
            let lines = |text: &str| text.trim().lines().map(|line| line.trim_end().to_owned()).collect();
            let (expected, printed): (Vec<String>, Vec<String>) = (lines(&expected.code), lines(printed));
            (!lines_match(&expected, &printed)).then(|| "the lines are others".to_owned())
        }
        other => panic!("nothing can be expected as {other}"),
    }
}

/// Every field that is expected is there and equal; others may be there, too.
fn differs(place: &str, expected: &Value, printed: &Value) -> Option<String> {
    match (expected, printed) {
        (Value::Object(expected), Value::Object(printed)) => expected.iter().find_map(|(name, value)| {
            let place = format!("{place}.{name}");
            match printed.get(name) {
                Some(printed) => differs(&place, value, printed),
                None => Some(format!("{place} is missing")),
            }
        }),
        (Value::Array(expected), Value::Array(printed)) => {
            let open = expected.last().is_some_and(|last| last == ANYTHING);
            let expected = if open { &expected[..expected.len() - 1] } else { expected };
            if printed.len() < expected.len() || (!open && printed.len() != expected.len()) {
                return Some(format!("{place} has {} elements", printed.len()));
            }
            let mut pairs = expected.iter().zip(printed).enumerate();
            pairs.find_map(|(at, (expected, printed))| differs(&format!("{place}[{at}]"), expected, printed))
        }
        (Value::String(expected), Value::String(printed)) if line_matches(expected, printed) => None,
        (expected, printed) if expected == printed => None,
        _ => Some(format!("{place} is {printed} and not {expected}")),
    }
}

fn lines_match(expected: &[String], printed: &[String]) -> bool {
    match (expected.split_first(), printed.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == ANYTHING => {
            (0..=printed.len()).any(|skipped| lines_match(rest, &printed[skipped..]))
        }
        (Some((expected, rest)), Some((printed, others))) => {
            line_matches(expected, printed) && lines_match(rest, others)
        }
        _ => false,
    }
}

/// Whether `line` is `pattern` with something in place of each `…`.
fn line_matches(pattern: &str, line: &str) -> bool {
    let mut pieces = pattern.split(ANYTHING);
    let Some(mut rest) = line.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    rest.is_empty()
}

#[test]
fn what_differs_from_run_to_run_does_not_count() {
    let block = |language: &str, code: &str| Block {
        language: language.to_owned(),
        mark: "expect".to_owned(),
        code: code.to_owned(),
        line: 1,
    };
    let json = block("json", r#"{"tasks":[{"id":"…","title":"buy"},"…"],"total":2}"#);
    let printed =
        |title: &str| format!(r#"{{"tasks":[{{"id":"1","title":"{title}"}},{{}}],"total":2,"x":1}}"#);
    assert_eq!(difference(&json, &printed("buy")), None);
    assert!(difference(&json, &printed("sell")).is_some_and(|why| why.contains(".tasks[0].title")));
    let text = block("text", "HTTP/1.1 …\n…\nlocation: /a/…/b\n…\n");
    assert_eq!(difference(&text, "HTTP/1.1 200 OK\nx: y\nlocation: /a/1/b\n\n{}\n"), None);
    assert!(difference(&text, "HTTP/1.1 200 OK\nlocation: /c\n").is_some());
}

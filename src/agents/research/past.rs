//! A past report as something to be read: without its footnotes, which quote others; knows no database.

/// The text of a report without references, definitions and the line that says how it was made; `None` when it has no
/// footnotes and so is no report of ours.
pub fn without_footnotes(text: &str) -> Option<String> {
    if !text.lines().any(is_definition) {
        return None;
    }
    let kept = text.lines().filter(|line| !is_definition(line) && !is_remark(line));
    Some(kept.map(without_references).collect::<Vec<_>>().join("\n"))
}

fn is_definition(line: &str) -> bool {
    let number = line.strip_prefix("[^").and_then(|rest| rest.split_once("]: "));
    number.is_some_and(|(number, _)| is_number(number))
}

fn is_remark(line: &str) -> bool {
    let inside = line.strip_prefix('*').and_then(|rest| rest.strip_suffix('*'));
    inside.is_some_and(|inside| !inside.is_empty() && !inside.contains('*'))
}

fn without_references(line: &str) -> String {
    let mut parts = line.split("[^");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']').filter(|(number, _)| is_number(number)) {
            Some((_, rest)) => kept.push_str(rest),
            None => kept.extend(["[^", part]),
        }
    }
    kept
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::without_footnotes;

    #[test]
    fn a_report_is_read_without_its_footnotes() {
        let report = "# Fish\n\n*Researched by a model.*\n\n## Joy\n\n- They are happy.[^1] How?[^12]\n\n[^1]: “x” — [T](/u)\n[^12]: “y”\n";
        assert_eq!(
            without_footnotes(report).as_deref(),
            Some("# Fish\n\n\n## Joy\n\n- They are happy. How?\n")
        );
        assert_eq!(without_footnotes("# Any text\n\nwith [^a-z] in it"), None);
    }
}

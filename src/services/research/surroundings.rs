//! A passage and what stands around it; knows no source and no citation.

/// About how many bytes are shown before and after a passage.
const AROUND: usize = 400;

/// What stands before, in and after a part of a text, which is given in bytes that anybody may have written.
pub fn around(text: &str, start: i64, end: i64) -> (&str, &str, &str) {
    let place = |at: i64| text.floor_char_boundary(usize::try_from(at).unwrap_or_default());
    let (start, end) = (place(start), place(end.max(start)));
    let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
    let (part, after) = rest.split_at_checked(end - start).unwrap_or((rest, ""));
    (before, part, after)
}

/// The end of what stands before a passage, from the beginning of a line or a word.
pub fn ending(text: &str) -> &str {
    let tail = text.get(text.ceil_char_boundary(text.len().saturating_sub(AROUND))..).unwrap_or_default();
    if tail.len() == text.len() {
        return tail;
    }
    tail.split_once(char::is_whitespace).map_or(tail, |(_, rest)| rest)
}

/// The beginning of what stands after a passage, up to the end of a word.
pub fn beginning(text: &str) -> &str {
    let head = text.get(..text.floor_char_boundary(AROUND)).unwrap_or_default();
    if head.len() == text.len() {
        return head;
    }
    head.rsplit_once(char::is_whitespace).map_or(head, |(rest, _)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_text_is_cut_out_wherever_its_bytes_are_said_to_be() {
        assert_eq!(around("我思故我在", 3, 6), ("我", "思", "故我在"));
        assert_eq!(around("我思", 1, 4), ("", "我", "思"));
        assert_eq!(around("ab", -5, 1), ("", "a", "b"));
        assert_eq!(around("ab", 9, 1), ("ab", "", ""));
        assert_eq!(around("ab", 1, i64::MAX), ("a", "b", ""));
    }

    #[test]
    fn what_surrounds_a_passage_begins_and_ends_with_whole_words() {
        let long = "word ".repeat(200);
        assert!(ending(&long).starts_with("word ") && ending(&long).len() <= AROUND);
        assert!(beginning(&long).ends_with("word") && beginning(&long).len() <= AROUND);
        assert_eq!((ending("short one"), beginning("short one")), ("short one", "short one"));
        assert!(!ending(&"字".repeat(900)).is_empty());
    }
}

//! Any text as a block of code in Markdown; knows nothing of how that is shown.

/// `content` to the letter between fences longer than any within. Of `language`, which may be empty, the first word is
/// named.
pub fn fenced(language: &str, content: &str) -> String {
    let longest = content.split(|c| c != '~').map(str::len).max().unwrap_or_default();
    let fence = "~".repeat(longest.max(2) + 1);
    let word = language.split(|c: char| c.is_whitespace() || c == '~').next().unwrap_or_default();
    let end = if content.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{word}\n{content}{end}{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::fenced;

    #[test]
    fn no_fence_within_ends_the_block() {
        assert_eq!(fenced("rust", "a\n~~~~\nb"), "~~~~~rust\na\n~~~~\nb\n~~~~~\n");
        assert_eq!(fenced("C ~x", "```\n"), "~~~C\n```\n~~~\n");
    }
}

//! Sub-questions out of a request's own words, without a model.

use super::blocks::{is_item, unmarked};
use super::clauses::clauses;
use super::lists::listed;
use super::sentences::sentences;
use super::subject::Subject;

/// So much of a request is read, in bytes.
const READ: usize = 8 * 1024;
/// The longest question, in bytes.
const LONGEST: usize = 600;

/// At most `most` questions that make up the request, each of which can be searched by itself: what it is about is put
/// before it where only an earlier one names it. One when the request is simple, none when it is empty.
pub fn questions(request: &str, most: usize) -> Vec<String> {
    let whole = beginning(request.trim(), READ);
    let mut found: Vec<String> = Vec::new();
    for part in parts(whole) {
        if !found.contains(&part) {
            found.push(part);
        }
    }
    if found.is_empty() && !whole.is_empty() {
        found.push(beginning(whole, LONGEST).to_owned());
    }
    gathered(found, most)
}

/// The lines of a list, else the clauses that ask, else what one sentence lists.
fn parts(request: &str) -> Vec<String> {
    items(request).unwrap_or_else(|| {
        let asked = asked(request);
        if asked.len() > 1 { asked } else { listed(request).unwrap_or(asked) }
    })
}

/// The items of a list, each about what stands before them.
fn items(request: &str) -> Option<Vec<String>> {
    let (items, others): (Vec<&str>, Vec<&str>) =
        request.lines().map(str::trim).partition(|line| is_item(line));
    if items.len() < 2 {
        return None;
    }
    let subject = Subject::of(&others);
    Some(items.iter().map(|item| subject.before(beginning(unnumbered(item), LONGEST))).collect())
}

/// The clauses that ask for something; all when none does.
fn asked(request: &str) -> Vec<String> {
    let sentences = sentences(request).into_iter().filter_map(|range| request.get(range));
    let (parts, asking): (Vec<&str>, Vec<bool>) = sentences.flat_map(clauses).unzip();
    let any = asking.contains(&true);
    let subject = Subject::of(&parts);
    let wanted = parts.iter().zip(&asking).filter(|(_, asks)| **asks || !any);
    wanted.map(|(part, _)| subject.before_if_needed(part)).collect()
}

fn unnumbered(item: &str) -> &str {
    let bare = unmarked(item);
    let rest = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == bare.len() { bare } else { rest.trim_start_matches(['.', ')', '、']).trim() }
}

fn beginning(text: &str, longest: usize) -> &str {
    text.get(..text.floor_char_boundary(longest)).unwrap_or(text)
}

/// What is more than `most` belongs to the last one.
fn gathered(mut questions: Vec<String>, most: usize) -> Vec<String> {
    let more = questions.split_off(most.min(questions.len()));
    if let Some(last) = questions.last_mut() {
        for question in more {
            if last.len() + question.len() < LONGEST {
                last.push(' ');
                last.push_str(&question);
            }
        }
    }
    questions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simple_request_is_one_question() {
        for request in [
            "Who was Michael Faraday?",
            "How do plants and animals breathe?",
            "庄子为什么说鱼是快乐的？",
            "The history of tea in China",
            "👍",
        ] {
            assert_eq!(questions(request, 5), [request]);
        }
        assert_eq!(questions(" \n", 5), Vec::<String>::new());
        assert_eq!(questions("Why?", 0), Vec::<String>::new());
    }

    #[test]
    fn each_question_of_a_request_is_asked_by_itself() {
        assert_eq!(
            questions(
                "I am writing about SQLite. What is its WAL mode and how does it recover after a crash?",
                6
            ),
            ["SQLite: What is its WAL mode", "SQLite: how does it recover after a crash?"]
        );
        assert_eq!(
            questions("庄子为什么说鱼是快乐的，惠子如何反驳，以及结局如何？", 6),
            ["庄子为什么说鱼是快乐的", "惠子如何反驳", "庄子：结局如何？"]
        );
        assert_eq!(
            questions("What is photosynthesis? Why does it need light; who discovered it?", 6),
            [
                "What is photosynthesis?",
                "photosynthesis: Why does it need light",
                "photosynthesis: who discovered it?"
            ]
        );
    }

    #[test]
    fn each_item_of_a_list_is_a_question_about_what_stands_before() {
        assert_eq!(
            questions("Compare SQLite and PostgreSQL:\n- concurrency\n- backups\n", 6),
            ["SQLite PostgreSQL: concurrency", "SQLite PostgreSQL: backups"]
        );
        assert_eq!(
            questions("请介绍《梦溪笔谈》：\n1. 活字印刷的方法\n2、指南针的记载\n3. 它的作者", 6),
            ["梦溪笔谈：活字印刷的方法", "梦溪笔谈：指南针的记载", "梦溪笔谈：它的作者"]
        );
    }

    #[test]
    fn there_are_never_more_than_are_wanted() {
        let request = "Who was he? Where did Marcus Aurelius live? When did he die?";
        assert_eq!(questions(request, 2).len(), 2);
        assert!(questions(request, 2)[1].ends_with("When did he die?"));
        assert_eq!(questions(&"为什么？".repeat(100_000), 6), ["为什么？"]);
    }
}

//! Things that one sentence asks for together; knows no questions.

use super::clauses::asks;
use super::subject::Subject;

/// The longest thing in a list, in characters, and the shortest that stands by itself after “以及”.
const LONGEST: usize = 30;
const SHORTEST: usize = 4;

/// What a request lists: after a colon, as several things of one (`…的应用、风险和监管`), or after “以及”. Each with what it
/// is about; `None` when it lists nothing.
pub(super) fn listed(request: &str) -> Option<Vec<String>> {
    let request = request
        .trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | '）' | '》' | '”' | '"'));
    after_colon(request).or_else(|| of_one(request)).or_else(|| two(request))
}

fn after_colon(request: &str) -> Option<Vec<String>> {
    let (head, tail) = request.split_once(['：', ':']).filter(|(_, tail)| !tail.starts_with("//"))?;
    let items = items(tail).filter(|items| !items.iter().any(|item| asks(item)))?;
    let subject = Subject::of(&[head]);
    Some(items.into_iter().map(|item| subject.before(item)).collect())
}

fn of_one(request: &str) -> Option<Vec<String>> {
    let comma = request.find('、')?;
    let start = request.get(..comma)?.rfind('的')? + '的'.len_utf8();
    let (owner, things) = request.split_at_checked(start)?;
    Some(items(things)?.into_iter().map(|item| format!("{owner}{item}")).collect())
}

fn two(request: &str) -> Option<Vec<String>> {
    let (one, other) = request.split_once("以及")?;
    let (one, other) = (one.trim_end_matches(['，', ' ']), other.trim());
    let subject = Subject::of(&[one]);
    let long = one.chars().count() >= SHORTEST && other.chars().count() >= SHORTEST;
    long.then(|| vec![one.to_owned(), subject.before_if_needed(other)])
}

/// Short things between commas and the like, if there are several.
fn items(text: &str) -> Option<Vec<&str>> {
    let apart = parted(vec![text], &["、", "，", "；", "以及", ";", ","]);
    if apart.len() < 2 {
        return None;
    }
    // These stand within words and names too, so they part only what is a list anyway.
    let items = parted(apart, &[" and ", "和", "与"]);
    items.iter().all(|item| item.chars().count() <= LONGEST).then_some(items)
}

fn parted<'a>(texts: Vec<&'a str>, between: &[&str]) -> Vec<&'a str> {
    let parts =
        between.iter().fold(texts, |texts, sign| texts.into_iter().flat_map(|t| t.split(sign)).collect());
    let bare = parts.into_iter().map(|part| part.trim().trim_start_matches("and "));
    bare.filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::listed;

    fn of(request: &str) -> Vec<String> {
        listed(request).unwrap_or_default()
    }

    #[test]
    fn what_stands_after_a_colon_is_about_what_stands_before() {
        assert_eq!(
            of("帮我比较 PostgreSQL 和 SQLite：并发、备份和成本。"),
            ["PostgreSQL SQLite：并发", "PostgreSQL SQLite：备份", "PostgreSQL SQLite：成本"]
        );
        assert_eq!(
            of("The Roman republic: law, army, and trade"),
            ["Roman: law", "Roman: army", "Roman: trade"]
        );
    }

    #[test]
    fn several_things_of_one_are_each_of_it() {
        assert_eq!(
            of("大模型在医疗中的应用、风险和监管"),
            ["大模型在医疗中的应用", "大模型在医疗中的风险", "大模型在医疗中的监管"]
        );
        assert_eq!(
            of("《孙子兵法》的间谍思想以及它对后世的影响"),
            ["《孙子兵法》的间谍思想", "孙子兵法：它对后世的影响"]
        );
    }

    #[test]
    fn what_is_no_list_is_none() {
        for request in [
            "",
            "：",
            "a: b",
            "https://example.com/a,b",
            "孔子和孟子",
            "应用以及风险",
            "鱼、鸟",
            "、的、",
            "Rome: why did it, in the end, fall",
        ] {
            assert_eq!(listed(request), None, "{request}");
        }
    }
}

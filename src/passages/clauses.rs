//! Clauses of a sentence that can be asked by themselves.

/// Words with which an English clause begins that asks for something.
const ASKING: &str = "what how why who whom whose when where which whether is are was were does do did can could \
                      should would will has have analyse analyze compare describe discuss examine explain find give \
                      investigate list outline research show study summarise summarize tell";
/// What stands in a Chinese clause that asks for something.
const CHINESE_ASKING: &str = "什么 什麼 怎么 怎麼 怎样 如何 为何 为什么 哪 谁 多少 几 何 是否 吗 请 说明 介绍 比较 解释 分析 总结 列出 讨论 描述 有没有";
/// These hold one and ask nothing.
const NOT_ASKING: &[&str] = &["任何", "几何", "几乎", "申请", "邀请"];
/// Between clauses. Longer ones come first.
const BETWEEN: &[&str] =
    &["，以及", "，并且", "，还有", "以及", "并且", "还有", "，", ", and ", " and ", ", ", "; "];

/// The clauses of a sentence in order, and whether each asks for something. A clause that asks nothing stays with the
/// one before it, or with the one after it at the beginning.
pub(super) fn clauses(sentence: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    let (mut start, mut end, mut asking) = (0, 0, false);
    for (from, to) in atoms(sentence) {
        let asks = asks(sentence.get(from..to).unwrap_or_default());
        if asks && asking {
            found.extend(sentence.get(start..end).map(|clause| (clause, true)));
            start = from;
        }
        asking |= asks;
        end = to;
    }
    let asked = asking || sentence.ends_with(['?', '？']);
    found.extend(sentence.get(start..end).map(|clause| (clause, asked)));
    found
}

/// What stands between the separators, in bytes.
fn atoms(sentence: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = sentence.get(at..).filter(|rest| !rest.is_empty()) {
        match BETWEEN.iter().find(|between| rest.starts_with(**between)) {
            Some(between) => {
                found.push((start, at));
                at += between.len();
                start = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    found.push((start, sentence.len()));
    found
}

/// A Chinese clause up to what it asks: what it asks about; any other clause whole.
pub(super) fn before_asking(clause: &str) -> &str {
    let first = CHINESE_ASKING.split(' ').filter_map(|word| clause.find(word)).min();
    first.and_then(|end| clause.get(..end)).filter(|before| !before.is_empty()).unwrap_or(clause)
}

/// Whether a clause asks for something, as its words tell.
pub(super) fn asks(clause: &str) -> bool {
    let first = clause.split_whitespace().next().unwrap_or_default();
    let first = first.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let plain = NOT_ASKING.iter().fold(clause.to_owned(), |text, word| text.replace(word, ""));
    ASKING.split(' ').any(|word| word == first) || CHINESE_ASKING.split(' ').any(|word| plain.contains(word))
}

//! Words that say nothing of what a text is about; knows no grammar.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The longest entry of the Chinese lists, in characters.
const LONGEST: usize = 4;

/// English: small words, old ones too, and those that only ask.
static ENGLISH: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "a about according after again all also although always am among an and any anyone anything are as ask at away be \
     because been before being between both but by can cannot compare could describe did discuss do does doing done doth \
     each either else etc even ever every everything exactly explain for from gave get give given gives go goes had happen \
     happens has hath have having he hence her here hers herself him himself his how however i if in indeed into is it \
     its itself just let list may me might more most much must my myself neither no nor not of off on only or other \
     others ought our ours ourselves out over own please rather really said same say saying says shall she should so \
     some someone something still such summarise summarize tell tells than that the thee their theirs them themselves \
     then there therefore these they thing things this those thou though through thus thy to too under unto up upon us \
     very was we well were what whatever when where whether which while who whom whose why will with within without \
     would ye yet you your yours yourself"
        .split_ascii_whitespace()
        .collect()
});

/// Chinese, modern and classical: small words, and those that only ask.
static CHINESE: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "的 了 着 吗 嗎 呢 吧 啊 呀 么 之 乎 矣 焉 哉 兮 曰 也 而 其 是 与 與 和 及 或 在 被 把 这 那 哪 谁 很 都 就 还 又 \
     于 於 所 且 则 何 吾 余 汝 尔 我 你 您 他 她 它 我们 你们 他们 她们 它们 自己 一下 一些 一个 一种 一样 什么 什麼 \
     甚么 怎么 怎麼 怎样 怎么样 如何 为何 为什么 為什麼 为啥 多么 多少 几个 几种 哪个 哪些 哪里 哪种 哪一 哪位 是否 是不是 \
     有没有 会不会 能不能 能否 请 请问 告诉 介绍 解释 说明 分析 比较 总结 讨论 列出 列举 描述 论述 简述 谈谈 关于 对于 \
     有关 根据 按照 因为 所以 因此 但是 然而 可是 如果 虽然 尽管 以及 并且 而且 或者 还是 还有 然后 于是 可以 能够 应该 应当 \
     认为 觉得 看待 看法 说法 这个 那个 这些 那些 这样 那样 这种 那种 这里 那里 时候 的话 的时候 之间 之后 之前 之中 \
     其中 其他 其它 究竟 到底 主要 具体 分别 怎 啥 没有 有什么 有哪些 是什么 为了 通过 随着 已经 曾经 正在 非常 以为 所谓 \
     对 中的 里的 想了解 想知道 我想了解 我想知道 帮我 请帮我 研究一下 请研究 了解一下"
        .split_ascii_whitespace()
        .collect()
});

/// Chinese words of which a part would be taken for one of [`CHINESE`].
static KEPT: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "目的 的确 了解 明了 着手 着名 和平 和谐 和尚 和解 和气 共和 温和 调和 中和 柔和 饱和 总和 参与 与会 普及 涉及 埃及 及时 \
     及格 或许 存在 现在 所在 自在 潜在 实在 在位 把握 成就 就业 就任 首都 都市 都城 还原 归还 偿还 是非 国是 场所 所有 \
     厕所 规则 原则 法则 准则 否则 自我 忘我 几何 余地 剩余 业余 其余 多余 余额 请求 申请 邀请 尔雅 对象 对比 对手 对话 对立 对抗 \
     对策 对称 反对 面对 绝对 相对 针对 应对 集中 而立 而已 也许 他人 他国 他乡 吉他 任何"
        .split_ascii_whitespace()
        .collect()
});

/// Whether an English word, folded, says nothing.
pub fn is_empty_word(word: &str) -> bool {
    word.is_empty() || ENGLISH.contains(word)
}

/// What is left of text without blanks once the words that say nothing are taken out; at each place the longest word counts.
pub fn segments(run: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = run.get(at..).filter(|rest| !rest.is_empty()) {
        let (length, kept) = word(rest);
        if !kept {
            found.extend(run.get(start..at));
            start = at + length;
        }
        at += length;
    }
    found.extend(run.get(start..));
    found.retain(|segment| !segment.is_empty());
    found
}

/// The bytes of the longest word of the lists that `text` begins with, and whether it is kept; else of one character.
fn word(text: &str) -> (usize, bool) {
    let ends: Vec<usize> = text.char_indices().take(LONGEST).map(|(at, c)| at + c.len_utf8()).collect();
    let known = ends.iter().rev().find_map(|&end| {
        let word = text.get(..end)?;
        let kept = KEPT.contains(word);
        (kept || CHINESE.contains(word)).then_some((end, kept))
    });
    known.unwrap_or((ends.first().copied().unwrap_or(text.len()), true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_words_go_and_words_that_hold_one_stay() {
        assert_eq!(segments("庄子为什么说鱼是快乐的"), ["庄子", "说鱼", "快乐"]);
        assert_eq!(segments("孔子和孟子的目的"), ["孔子", "孟子", "目的"]);
        assert_eq!(segments("世界和平与发展"), ["世界和平", "发展"]);
        assert_eq!(segments("的的"), Vec::<&str>::new());
    }

    #[test]
    fn the_longest_entry_is_looked_up() {
        for word in CHINESE.iter().chain(KEPT.iter()) {
            assert!(word.chars().count() <= LONGEST, "{word}");
        }
    }
}

//! Fitting a conversation into a model's context; knows nothing of where a model runs.

use super::{ChatMessage, ChatRequest, ChatRole};

/// Stands before the rest of a message whose beginning was left out.
pub const CUT_MARK: &str = "[…] ";

/// What a chat template spends on each message beside its text.
pub const MESSAGE_OVERHEAD: u32 = 4;

/// The bytes of the longest tokens that [`estimate_tokens`] reckons with.
pub const BYTES_PER_TOKEN: u32 = 4;

/// The tokens a prompt may have so that the answer still fits into `context_length`: all but `max_tokens`, or,
/// when the caller names none, all but a quarter. An answer never claims more than half.
pub fn prompt_budget(context_length: u32, max_tokens: Option<u32>) -> u32 {
    let answer = max_tokens.unwrap_or(context_length / 4).min(context_length / 2);
    context_length - answer
}

/// About how many tokens a model of that `context_length` reads for `request`, which its client trims to fit.
pub fn estimate_prompt(request: &ChatRequest, context_length: u32) -> u32 {
    let said = request.messages.iter().map(|message| estimate_cost(&message.content));
    let begun = request.begun.as_deref().map_or(0, estimate_tokens);
    said.fold(begun, u32::saturating_add).min(prompt_budget(context_length, request.max_tokens))
}

/// The newest part of a conversation that fits into `budget` tokens, as `count` counts them.
///
/// System messages at the start are always kept. The last message of the user is always kept too; when it alone
/// is too long, its beginning gives way to [`CUT_MARK`], down to a quarter of the budget should the system
/// message fill everything (the model will then refuse, which is better than to answer something else).
/// Messages are left out from the oldest on, without gaps, and what remains never starts with an answer whose
/// question was left out.
pub fn trim(messages: Vec<ChatMessage>, budget: u32, count: impl Fn(&str) -> u32) -> Vec<ChatMessage> {
    let cost = |message: &ChatMessage| count(&message.content).saturating_add(MESSAGE_OVERHEAD);
    let split = messages.iter().position(|m| m.role != ChatRole::System).unwrap_or(messages.len());
    let mut kept = messages;
    let mut talk = kept.split_off(split);
    let left = kept.iter().map(&cost).fold(budget, u32::saturating_sub);

    let Some(question) = talk.iter().rposition(|m| m.role == ChatRole::User) else {
        let start = first_fitting(&talk, left, cost);
        kept.extend(talk.drain(start..));
        return kept;
    };
    let room = left.max(budget / 4).saturating_sub(MESSAGE_OVERHEAD);
    if let Some(last) = talk.get_mut(question) {
        cut_start(&mut last.content, room, &count);
    }
    let start = first_fitting(&talk, left, cost).min(question);
    let orphans = match start {
        0 => 0,
        _ => talk.iter().skip(start).take_while(|m| m.role == ChatRole::Assistant).count(),
    };
    kept.extend(talk.drain(start + orphans..));
    kept
}

/// The end of an answer that was begun, as far as it fits into half of `budget`: the other half is the question's.
pub fn end_of_begun(mut begun: String, budget: u32, count: impl Fn(&str) -> u32) -> String {
    cut_start(&mut begun, budget / 2, count);
    begun
}

/// Tokens of `text` where no tokenizer is at hand: one for each Chinese, Japanese or Korean character, one for
/// every four bytes of anything else.
pub fn estimate_tokens(text: &str) -> u32 {
    let mut estimate = TokenEstimate::default();
    estimate.add(text);
    estimate.tokens()
}

/// The same of a text that grows piece by piece.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokenEstimate {
    wide: usize,
    bytes: usize,
}

impl TokenEstimate {
    /// Adds a piece.
    pub fn add(&mut self, piece: &str) {
        for character in piece.chars() {
            if is_cjk(character) { self.wide += 1 } else { self.bytes += character.len_utf8() }
        }
    }

    /// Tokens of all pieces together.
    pub fn tokens(self) -> u32 {
        u32::try_from(self.wide + self.bytes.div_ceil(4)).unwrap_or(u32::MAX)
    }
}

/// What a message of `text` costs, where no tokenizer is at hand.
pub fn estimate_cost(text: &str) -> u32 {
    estimate_tokens(text).saturating_add(MESSAGE_OVERHEAD)
}

fn is_cjk(character: char) -> bool {
    matches!(character,
        '\u{1100}'..='\u{11ff}'        // Hangul letters
        | '\u{2e80}'..='\u{9fff}'      // radicals, punctuation, kana, Han
        | '\u{ac00}'..='\u{d7ff}'      // Hangul syllables
        | '\u{f900}'..='\u{faff}'      // compatibility Han
        | '\u{ff00}'..='\u{ffef}'      // full-width forms
        | '\u{20000}'..='\u{323af}') // rare Han
}

/// Index of the oldest message from which on all fit into `room`.
fn first_fitting(messages: &[ChatMessage], room: u32, cost: impl Fn(&ChatMessage) -> u32) -> usize {
    let mut left = room;
    let fitting = messages.iter().rev().take_while(|message| match left.checked_sub(cost(message)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    });
    messages.len() - fitting.count()
}

/// Shortens `text` to its longest end that fits into `room` together with [`CUT_MARK`].
fn cut_start(text: &mut String, room: u32, count: impl Fn(&str) -> u32) {
    if count(text) <= room {
        return;
    }
    let starts: Vec<usize> = text.char_indices().map(|(index, _)| index).rev().collect();
    let ending = |characters: usize| {
        let start = characters.checked_sub(1).and_then(|index| starts.get(index));
        let rest = start.and_then(|start| text.get(*start..)).unwrap_or_default();
        format!("{CUT_MARK}{}", rest.trim_start())
    };
    let fits = |characters: usize| count(&ending(characters)) <= room;
    // Grow before halving, so that a huge text is never counted whole more than once.
    let mut high = usize::try_from(room).unwrap_or(1).clamp(1, starts.len());
    while high < starts.len() && fits(high) {
        high = high.saturating_mul(2).min(starts.len());
    }
    let mut low = 0;
    while low + 1 < high {
        let middle = low.midpoint(high);
        if fits(middle) { low = middle } else { high = middle }
    }
    *text = ending(low);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> u32 {
        u32::try_from(text.split_whitespace().count()).unwrap()
    }

    fn talk(text: &[(ChatRole, &str)]) -> Vec<ChatMessage> {
        text.iter()
            .map(|(role, content)| ChatMessage { role: *role, content: (*content).to_owned() })
            .collect()
    }

    fn texts(messages: &[ChatMessage]) -> Vec<&str> {
        messages.iter().map(|m| m.content.as_str()).collect()
    }

    use ChatRole::{Assistant, System, User};

    #[test]
    fn a_conversation_that_fits_is_kept_whole() {
        let messages = talk(&[(System, "be kind"), (Assistant, "hello"), (User, "hi"), (Assistant, "yes")]);
        assert_eq!(trim(messages.clone(), 21, words), messages);
    }

    #[test]
    fn the_oldest_messages_go_first_and_the_system_message_stays() {
        let messages = talk(&[
            (System, "s"),
            (User, "one"),
            (Assistant, "two"),
            (User, "three"),
            (Assistant, "four"),
            (User, "5"),
        ]);
        assert_eq!(texts(&trim(messages.clone(), 20, words)), ["s", "three", "four", "5"]);
        assert_eq!(texts(&trim(messages, 19, words)), ["s", "5"], "no answer without its question");
    }

    #[test]
    fn nothing_is_left_out_in_the_middle() {
        let messages = talk(&[(User, "a"), (Assistant, "b b b b b b b b b b"), (User, "c")]);
        assert_eq!(texts(&trim(messages, 12, words)), ["c"]);
    }

    #[test]
    fn the_last_question_is_kept_even_when_it_must_be_cut() {
        let messages = talk(&[(System, "s"), (User, "old"), (Assistant, "old"), (User, "1 2 3 4 5 6 7 8 9")]);
        let kept = trim(messages, 14, words);
        assert_eq!(texts(&kept), ["s", "[…] 6 7 8 9"]);
        assert!(kept.iter().map(|m| words(&m.content) + MESSAGE_OVERHEAD).sum::<u32>() <= 14);
    }

    #[test]
    fn a_system_message_that_fills_everything_does_not_silence_the_question() {
        let long = "s ".repeat(100);
        let messages = talk(&[(System, long.as_str()), (User, "what is it"), (Assistant, "a start")]);
        assert_eq!(texts(&trim(messages, 40, words)), [long.as_str(), "what is it", "a start"]);
    }

    #[test]
    fn a_long_question_without_spaces_is_cut_between_characters() {
        let messages = talk(&[(User, &"深度学习".repeat(1000))]);
        let kept = trim(messages, 104, estimate_tokens);
        let text = &kept.first().unwrap().content;
        assert!(text.starts_with(CUT_MARK) && text.ends_with("学习"), "{text}");
        assert!((98..=100).contains(&estimate_tokens(text)), "{}", estimate_tokens(text));
    }

    #[test]
    fn no_budget_at_all_still_leaves_the_mark() {
        assert_eq!(texts(&trim(talk(&[(User, "a b c")]), 0, words)), [CUT_MARK]);
        assert!(trim(Vec::new(), 0, words).is_empty());
    }

    #[test]
    fn the_estimate_counts_wide_characters_one_by_one_and_the_rest_by_bytes() {
        assert_eq!(estimate_tokens(""), 0);
        assert_eq!(estimate_tokens("word"), 1);
        assert_eq!(estimate_tokens("words"), 2);
        assert_eq!(estimate_tokens("深度学习。"), 5);
        assert_eq!(estimate_tokens("かな 한글"), 5);
        assert_eq!(estimate_tokens("𠀀🙂"), 2);
    }

    #[test]
    fn of_what_was_begun_the_end_stays_and_leaves_room_for_the_question() {
        assert_eq!(end_of_begun("1 2 3".to_owned(), 8, words), "1 2 3");
        assert_eq!(end_of_begun("1 2 3 4 5 6".to_owned(), 8, words), "[…] 4 5 6");
    }

    #[test]
    fn the_answer_gets_its_share_of_the_context() {
        assert_eq!(prompt_budget(8192, None), 6144);
        assert_eq!(prompt_budget(8192, Some(100)), 8092);
        assert_eq!(prompt_budget(8192, Some(100_000)), 4096);
        assert_eq!(prompt_budget(0, None), 0);
    }
}

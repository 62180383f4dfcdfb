//! Which passages speak of what is asked: BM25.

use std::collections::{BTreeSet, HashMap};

use super::scripts::is_han;
use super::terms::terms;

/// How soon a term that comes again and again counts no more.
const K1: f64 = 1.2;
/// How much a long passage must say more than a short one.
const B: f64 = 0.75;
/// What one Chinese character counts beside a pair. Classical Chinese says in one what is said in two today.
const CHARACTER: f64 = 0.3;

/// How well each passage answers, in their order; 0 where no term of the question stands.
pub fn rank<'a>(question: &str, passages: impl IntoIterator<Item = &'a str>) -> Vec<f64> {
    let asked = Asked::new(question);
    let counted: Vec<Counted> = passages.into_iter().map(|passage| asked.count(passage)).collect();
    asked.scores(&counted)
}

/// The terms of a question, to be counted in any number of passages. Nothing else of those is kept.
pub(super) struct Asked {
    places: HashMap<String, usize>,
    weights: Vec<f64>,
}

/// What of a question stands in a passage.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// The passage's number of terms, whatever they are.
    length: f64,
    /// The places of the question's terms that stand there, and how often they do.
    pub times: Vec<(usize, f64)>,
}

impl Asked {
    pub fn new(question: &str) -> Self {
        let all: BTreeSet<String> = terms(question).into_iter().chain(characters(question)).collect();
        let weights = all.iter().map(|term| if is_character(term) { CHARACTER } else { 1.0 }).collect();
        Self { places: all.into_iter().enumerate().map(|(place, term)| (term, place)).collect(), weights }
    }

    /// Its terms with their places.
    pub fn terms(&self) -> impl Iterator<Item = (&str, usize)> {
        self.places.iter().map(|(term, place)| (term.as_str(), *place))
    }

    pub fn count(&self, passage: &str) -> Counted {
        let terms = terms(passage);
        let mut counted = Counted { length: real(terms.len()), times: Vec::new() };
        for place in terms.into_iter().chain(characters(passage)).filter_map(|term| self.places.get(&term)) {
            match counted.times.iter_mut().find(|(known, _)| known == place) {
                Some((_, times)) => *times += 1.0,
                None => counted.times.push((*place, 1.0)),
            }
        }
        counted
    }

    /// How well each of these passages answers, in their order.
    pub fn scores(&self, passages: &[Counted]) -> Vec<f64> {
        let all = real(passages.len());
        let average = (passages.iter().map(|passage| passage.length).sum::<f64>() / all.max(1.0)).max(1.0);
        let mut with = vec![0.0; self.weights.len()];
        for (place, _) in passages.iter().flat_map(|passage| &passage.times) {
            with.get_mut(*place).into_iter().for_each(|with| *with += 1.0);
        }
        let rarity = |with: f64| (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
        let worth: Vec<f64> =
            self.weights.iter().zip(with).map(|(weight, with)| weight * rarity(with)).collect();
        let score = |passage: &Counted| {
            let long = K1 * (1.0 - B + B * passage.length / average);
            let damped = |(place, times): &(usize, f64)| {
                worth.get(*place).copied().unwrap_or_default() * times * (K1 + 1.0) / (times + long)
            };
            passage.times.iter().map(damped).sum()
        };
        passages.iter().map(score).collect()
    }
}

/// The Chinese characters of a text, one by one.
pub(super) fn characters(text: &str) -> impl Iterator<Item = String> {
    text.chars().filter(|c| is_han(*c)).map(String::from)
}

/// Whether a term is one Chinese character.
pub(super) fn is_character(term: &str) -> bool {
    let mut chars = term.chars();
    chars.next().is_some_and(is_han) && chars.next().is_none()
}

/// A count to reckon with.
pub(super) fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(passages: &[&str], query: &str) -> usize {
        let scores = rank(query, passages.iter().copied());
        (0..passages.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap()
    }

    #[test]
    fn what_speaks_of_the_question_comes_first() {
        let english =
            ["A candle burns in air.", "Pigeons were bred by fanciers.", "Air is everywhere, and air again."];
        assert_eq!(best(&english, "Who breeds the pigeon?"), 1);
        assert_eq!(best(&english, "burning candles in the air"), 0);
        let chinese = ["北冥有鱼，其名为鲲。", "子非鱼，安知鱼之乐？", "庄周梦为胡蝶。"];
        assert_eq!(best(&chinese, "庄子怎么知道鱼的快乐？"), 1);
        assert_eq!(best(&chinese, "庄周做了什么梦？"), 2);
    }

    #[test]
    fn what_has_none_of_the_words_has_no_score() {
        let passages = ["one passage", "another 段落"];
        assert_eq!(rank("nothing here", passages), [0.0, 0.0]);
        assert_eq!(rank("", passages), [0.0, 0.0]);
        assert_eq!(rank("one", []), Vec::<f64>::new());
        assert_eq!(rank("one", ["", "。"]), [0.0, 0.0]);
    }
}

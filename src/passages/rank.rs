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

/// Passages, ready to be ranked for any number of questions.
#[derive(Debug)]
pub struct Ranker {
    /// The passages of each term, with how often it stands there.
    places: HashMap<String, Vec<(usize, f64)>>,
    /// Each passage's number of terms.
    lengths: Vec<f64>,
    average: f64,
}

impl Ranker {
    /// Counts the terms of the passages.
    pub fn new<'a>(passages: impl IntoIterator<Item = &'a str>) -> Self {
        let mut places: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        let mut lengths = Vec::new();
        for (index, passage) in passages.into_iter().enumerate() {
            let terms = terms(passage);
            lengths.push(real(terms.len()));
            for term in terms.into_iter().chain(characters(passage)) {
                let places = places.entry(term).or_default();
                match places.last_mut().filter(|(last, _)| *last == index) {
                    Some((_, times)) => *times += 1.0,
                    None => places.push((index, 1.0)),
                }
            }
        }
        let average = lengths.iter().sum::<f64>() / real(lengths.len()).max(1.0);
        Self { places, lengths, average: average.max(1.0) }
    }

    /// How well each passage answers, in their order; 0 where no term of the question stands.
    pub fn rank(&self, query: &str) -> Vec<f64> {
        let mut scores = vec![0.0; self.lengths.len()];
        let asked: BTreeSet<String> = terms(query).into_iter().chain(characters(query)).collect();
        for term in &asked {
            let weight = if term.chars().all(is_han) && term.chars().count() == 1 { CHARACTER } else { 1.0 };
            self.add(term, weight, &mut scores);
        }
        scores
    }

    fn add(&self, term: &str, weight: f64, scores: &mut [f64]) {
        let places = self.places.get(term).map(Vec::as_slice).unwrap_or_default();
        let (all, with) = (real(self.lengths.len()), real(places.len()));
        let rarity = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
        for (index, times) in places {
            let length = self.lengths.get(*index).copied().unwrap_or_default();
            let damped = times * (K1 + 1.0) / (times + K1 * (1.0 - B + B * length / self.average));
            if let Some(score) = scores.get_mut(*index) {
                *score += weight * rarity * damped;
            }
        }
    }
}

/// The Chinese characters of a text, one by one.
fn characters(text: &str) -> impl Iterator<Item = String> {
    text.chars().filter(|c| is_han(*c)).map(String::from)
}

/// A count to reckon with.
pub(super) fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(passages: &[&str], query: &str) -> usize {
        let scores = Ranker::new(passages.iter().copied()).rank(query);
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
        let ranker = Ranker::new(["one passage", "another 段落"]);
        assert_eq!(ranker.rank("nothing here"), [0.0, 0.0]);
        assert_eq!(ranker.rank(""), [0.0, 0.0]);
        assert_eq!(Ranker::new([]).rank("one"), Vec::<f64>::new());
        assert_eq!(Ranker::new(["", "。"]).rank("one"), [0.0, 0.0]);
    }
}

//! Of the best passages those that do not repeat each other: maximal marginal relevance.

use std::collections::BTreeSet;

use super::rank::real;
use super::terms::terms;

/// What relevance counts beside newness.
const RELEVANCE: f64 = 0.7;
/// So many times as many as are wanted are looked at, the best ones.
const LOOKED_AT: usize = 8;

/// The places of at most `most` texts, best first: each speaks of the question (its score is above 0) and says something
/// that those before it do not.
pub fn diverse(scores: &[f64], texts: &[&str], most: usize) -> Vec<usize> {
    let mut places: Vec<(usize, f64)> =
        scores.iter().copied().enumerate().filter(|(_, score)| *score > 0.0).collect();
    places.sort_by(|a, b| b.1.total_cmp(&a.1));
    places.truncate(most.saturating_mul(LOOKED_AT));
    let best = places.first().map_or(1.0, |(_, score)| *score);
    let candidate = |(place, score)| Candidate {
        place,
        relevance: score / best,
        terms: texts.get(place).map(|text| terms(text).into_iter().collect()).unwrap_or_default(),
        likeness: 0.0,
    };
    choose(places.into_iter().map(candidate).collect(), most)
}

struct Candidate {
    place: usize,
    relevance: f64,
    terms: BTreeSet<String>,
    /// With the most similar one that was chosen.
    likeness: f64,
}

impl Candidate {
    fn worth(&self) -> f64 {
        RELEVANCE * self.relevance - (1.0 - RELEVANCE) * self.likeness
    }
}

fn choose(mut left: Vec<Candidate>, most: usize) -> Vec<usize> {
    let mut chosen = Vec::new();
    while chosen.len() < most {
        // Of equals the first, which is the better or the earlier one.
        let by_worth = |a: &(usize, f64), b: &(usize, f64)| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0));
        let Some((index, _)) = left.iter().map(Candidate::worth).enumerate().max_by(by_worth) else { break };
        let next = left.remove(index);
        for other in &mut left {
            other.likeness = other.likeness.max(likeness(&next.terms, &other.terms));
        }
        chosen.push(next.place);
    }
    chosen
}

/// The share of terms that two texts have in common.
fn likeness(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let both = one.intersection(other).count();
    let all = one.len() + other.len() - both;
    if all == 0 { 1.0 } else { real(both) / real(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repetition_comes_after_what_is_new() {
        let texts =
            ["the candle burns bright", "the candle burns bright!", "wax feeds a candle's flame", "nothing"];
        assert_eq!(diverse(&[2.0, 2.0, 1.5, 0.0], &texts, 3), [0, 2, 1]);
        assert_eq!(diverse(&[2.0, 2.0, 1.5, 0.0], &texts, 2), [0, 2]);
    }

    #[test]
    fn only_what_speaks_of_the_question_is_chosen() {
        assert_eq!(diverse(&[0.0, 0.0], &["a b", "c d"], 5), Vec::<usize>::new());
        assert_eq!(diverse(&[1.0, 3.0], &["鱼之乐", "庄周梦蝶"], 5), [1, 0]);
        assert_eq!(diverse(&[1.0], &["鱼"], 0), Vec::<usize>::new());
        assert_eq!(diverse(&[], &[], 3), Vec::<usize>::new());
    }
}

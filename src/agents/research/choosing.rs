//! What to read of what was found: a model says, else fixed rules.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::asking::{Question, ask};
use super::desk::Desk;
use super::halt::Halt;
use super::journal::{Label, Told};
use super::places::Candidate;
use crate::models::plan::PlanContent;
use crate::passages::rank;

/// Pages read for one question in one round.
const MOST_PAGES: usize = 4;

const CHOOSE: &str = "Choose at most 4 of these search results that most likely answer the question; none when none does. \
     Shape: {\"choose\": [number]}";

/// What was chosen to be read.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Chosen(Vec<Candidate>);

impl Told for Chosen {
    fn count(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// Chooses what to read of what was found.
///
/// # Errors
/// When the database fails.
pub async fn choose(
    desk: &Desk<'_>,
    plan: &PlanContent,
    (question, text): (i64, &str),
    round: u32,
    found: Vec<Candidate>,
) -> Result<Vec<Candidate>, Halt> {
    let key = format!("q{question}.choose.{round}");
    let label = Label { key: &key, name: "choose", question: Some(question), detail: "" };
    let work = async {
        let material = listed(text, &found);
        let accept = |choice: Choice| choice.of(&found);
        let asked = Question { task: CHOOSE.to_owned(), material };
        let chosen = if found.is_empty() { None } else { ask(desk, Some(plan), asked, accept).await? };
        Ok(Chosen(chosen.unwrap_or_else(|| best(text, &found))))
    };
    Ok(desk.journal.step(label, work).await?.0)
}

/// Numbers of what is chosen, as a model gives them.
#[derive(Deserialize)]
struct Choice {
    choose: Vec<usize>,
}

impl Choice {
    /// What was chosen; `None` when it names what was not offered.
    fn of(self, found: &[Candidate]) -> Option<Vec<Candidate>> {
        let mut seen = HashSet::new();
        let new = self.choose.into_iter().filter(|number| seen.insert(*number));
        new.take(MOST_PAGES).map(|number| found.get(number.checked_sub(1)?).cloned()).collect()
    }
}

fn listed(question: &str, found: &[Candidate]) -> String {
    let one = |(number, found): (usize, &Candidate)| {
        format!("{number}. {} — {} ({})\n", found.title, found.snippet, found.url)
    };
    format!("Question: {question}\n\n{}", (1..).zip(found).map(one).collect::<String>())
}

/// Those whose words have most to do with the question, and those that their place puts first: it knows the whole of a text
/// of which a line is shown here. Who is high in both lists comes first.
fn best(question: &str, found: &[Candidate]) -> Vec<Candidate> {
    let texts: Vec<String> = found.iter().map(|found| format!("{} {}", found.title, found.snippet)).collect();
    let scores = rank(question, texts.iter().map(String::as_str));
    let mut by_words: Vec<(usize, f64)> = scores.into_iter().enumerate().collect();
    by_words.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut taken: HashMap<&str, u32> = HashMap::new();
    let mut worth: Vec<f64> = Vec::new();
    for one in found {
        let place = taken.entry(&one.origin).or_default();
        worth.push(share(*place));
        *place += 1;
    }
    for ((at, _), place) in by_words.into_iter().zip(0..) {
        worth.get_mut(at).into_iter().for_each(|worth| *worth += share(place));
    }
    let mut ranked: Vec<(&Candidate, f64)> = found.iter().zip(worth).collect();
    ranked.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    ranked.into_iter().take(MOST_PAGES).map(|(found, _)| found.clone()).collect()
}

/// What a place in a list counts, from 0.
fn share(place: u32) -> f64 {
    1.0 / (2.0 + f64::from(place))
}

#[cfg(test)]
mod tests {
    use super::{Candidate, best};

    fn found(origin: &str, title: &str) -> Candidate {
        let (origin, title) = (origin.to_owned(), title.to_owned());
        Candidate { origin, url: format!("/{title}"), title, snippet: String::new() }
    }

    #[test]
    fn words_and_the_order_of_each_place_choose_together() {
        let all = [
            found("library", "Notes"),
            found("library", "Letters"),
            found("library", "Lists"),
            found("library", "Pigeons"),
            found("library", "Maps"),
            found("arxiv", "Birds"),
        ];
        let chosen: Vec<String> = best("Who kept pigeons?", &all).into_iter().map(|one| one.title).collect();
        assert_eq!(chosen.len(), 4);
        for title in ["Notes", "Pigeons", "Birds"] {
            assert!(chosen.iter().any(|one| one == title), "{title}: {chosen:?}");
        }
    }
}

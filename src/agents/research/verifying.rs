//! Does each sentence say what its passages say? What no passage says is written anew once, then marked.

use serde::{Deserialize, Serialize};

use super::asking::{Question, ask};
use super::desk::Desk;
use super::evidence::Evidence;
use super::halt::Halt;
use super::writing::{Draft, Sentence, numbered, parse, quoted};
use crate::models::plan::PlanContent;
use crate::models::report::Verdict;
use crate::passages::{SUPPORTED, WEAK, find_quote, overlap};

/// Longest sentence that is written anew, in bytes.
const LONGEST: usize = 2_000;

const JUDGE: &str = "For each numbered claim, judge whether the passages under it say so: \"supported\" when they do, \"weak\" when \
     they say a part of it or something near, \"unsupported\" when they do not. \
     Shape: {\"verdicts\": [{\"claim\": number, \"verdict\": string}]}";

const REWRITE: &str = "No note says these sentences as they stand. Write each anew so that it says only what notes say, with their \
     numbers like [1] in it; or give an empty text when no note has to do with it. \
     Shape: {\"sentences\": [{\"sentence\": number, \"text\": string}]}";

/// A sentence and how each of its notes stands to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Without numbers.
    pub text: String,
    /// Places of notes, and what they say of it; none when no passage says it.
    pub notes: Vec<(usize, Verdict)>,
    /// Whether a paragraph begins with it.
    pub begins: bool,
}

impl Checked {
    /// Whether a passage says it, or something near.
    fn is_founded(&self) -> bool {
        self.notes.iter().any(|(_, verdict)| *verdict != Verdict::Unsupported)
    }
}

/// Checks a draft against its `notes`.
///
/// # Errors
/// When the database fails.
pub async fn verify(
    desk: &Desk<'_>,
    plan: &PlanContent,
    draft: Draft,
    notes: &[Evidence],
) -> Result<Vec<Checked>, Halt> {
    if !draft.by_model {
        return Ok(draft.sentences.into_iter().map(|sentence| as_quoted(sentence, notes)).collect());
    }
    let mut checked = judge(desk, plan, draft.sentences, notes).await?;
    let wrong: Vec<usize> =
        checked.iter().enumerate().filter(|(_, one)| !one.is_founded()).map(|(at, _)| at).collect();
    if !wrong.is_empty() {
        let anew = rewrite(desk, plan, &checked, &wrong, notes).await?;
        replace(&mut checked, anew, desk, plan, notes).await?;
    }
    for one in &mut checked {
        // A passage that does not say it is no evidence for it.
        one.notes.retain(|(_, verdict)| *verdict != Verdict::Unsupported);
    }
    Ok(checked)
}

/// The passages themselves: what is left to say when none of what was written of them is.
pub fn verbatim(notes: &[Evidence]) -> Vec<Checked> {
    quoted(notes).into_iter().map(|sentence| as_quoted(sentence, notes)).collect()
}

/// A passage that is quoted supports itself, if it stands there.
fn as_quoted(sentence: Sentence, notes: &[Evidence]) -> Checked {
    let stands = |at: usize| notes.get(at).is_some_and(|note| says(&note.quote, &sentence.text));
    let verdict = |at: usize| if stands(at) { Verdict::Supported } else { Verdict::Unsupported };
    let notes = sentence.notes.iter().map(|at| (*at, verdict(*at)));
    Checked { notes: notes.collect(), text: sentence.text, begins: sentence.begins }
}

fn says(quote: &str, text: &str) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    words(quote) == words(text) || find_quote(quote, text).is_some()
}

/// Verdicts as a model gives them.
#[derive(Deserialize)]
struct Verdicts {
    verdicts: Vec<OneVerdict>,
}

#[derive(Deserialize)]
struct OneVerdict {
    claim: usize,
    verdict: Verdict,
}

/// Each sentence with each of its notes is one claim.
async fn judge(
    desk: &Desk<'_>,
    plan: &PlanContent,
    sentences: Vec<Sentence>,
    notes: &[Evidence],
) -> Result<Vec<Checked>, Halt> {
    let claims: Vec<(&str, &Evidence)> = sentences
        .iter()
        .flat_map(|sentence| sentence.notes.iter().map(move |at| (sentence.text.as_str(), *at)))
        .filter_map(|(text, at)| Some((text, notes.get(at)?)))
        .collect();
    let by_model = match claims.is_empty() {
        true => None,
        false => {
            let asked = Question { task: JUDGE.to_owned(), material: listed(&claims) };
            let accept = |said: Verdicts| complete(&said, claims.len());
            ask(desk, Some(plan), asked, accept).await?
        }
    };
    let verdicts =
        by_model.unwrap_or_else(|| claims.iter().map(|(text, note)| lexical(text, &note.quote)).collect());
    let mut verdicts = verdicts.into_iter();
    let checked = |sentence: Sentence| {
        let invents = invents(&sentence, notes);
        let mut verdict = || verdicts.next().filter(|_| !invents).unwrap_or(Verdict::Unsupported);
        let there = sentence.notes.iter().filter(|at| **at < notes.len());
        let judged = there.map(|at| (*at, verdict())).collect();
        Checked { notes: judged, text: sentence.text, begins: sentence.begins }
    };
    Ok(sentences.into_iter().map(checked).collect())
}

/// Whether a sentence names an address that stands in none of its passages, whatever a model says of it.
fn invents(sentence: &Sentence, notes: &[Evidence]) -> bool {
    let passages: Vec<&str> =
        sentence.notes.iter().filter_map(|at| notes.get(*at)).map(|note| note.quote.as_str()).collect();
    let words = sentence.text.split(|c: char| !c.is_ascii_graphic());
    words.filter(|word| word.contains("://") || word.contains("www.")).any(|word| {
        let address = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        !passages.iter().any(|passage| passage.contains(address))
    })
}

fn listed(claims: &[(&str, &Evidence)]) -> String {
    let one = |(number, (text, note)): (usize, &(&str, &Evidence))| {
        format!("Claim {number}: {text}\nPassage: \"{}\"\n\n", note.quote)
    };
    (1..).zip(claims).map(one).collect()
}

/// A verdict for every claim; `None` when one is missing or there is one for nothing.
fn complete(said: &Verdicts, claims: usize) -> Option<Vec<Verdict>> {
    let of = |claim: usize| said.verdicts.iter().find(|one| one.claim == claim).map(|one| one.verdict);
    let none_besides = said.verdicts.iter().all(|one| (1..=claims).contains(&one.claim));
    (1..=claims).map(of).collect::<Option<Vec<_>>>().filter(|_| none_besides)
}

/// How much of a claim's words stand in the passage.
fn lexical(claim: &str, passage: &str) -> Verdict {
    match overlap(claim, passage) {
        share if share >= SUPPORTED => Verdict::Supported,
        share if share >= WEAK => Verdict::Weak,
        _ => Verdict::Unsupported,
    }
}

/// Sentences as a model writes them anew.
#[derive(Deserialize)]
struct Rewritten {
    sentences: Vec<OneRewritten>,
}

#[derive(Deserialize)]
struct OneRewritten {
    sentence: usize,
    text: String,
}

/// What stands in the place of wrong sentences: their place, and what was written; nothing where the sentence goes.
type Anew = Vec<(usize, Vec<Sentence>)>;

async fn rewrite(
    desk: &Desk<'_>,
    plan: &PlanContent,
    checked: &[Checked],
    wrong: &[usize],
    notes: &[Evidence],
) -> Result<Anew, Halt> {
    let text = |at: &usize| checked.get(*at).map_or("", |one| one.text.as_str());
    let list: String =
        (1..).zip(wrong).map(|(number, at): (usize, _)| format!("{number}. {}\n", text(at))).collect();
    let material = format!("Sentences:\n{list}\nNotes:\n{}", numbered(notes));
    let accept = |said: Rewritten| {
        let one = |one: OneRewritten| {
            let at = *wrong.get(one.sentence.checked_sub(1)?)?;
            let text = one.text.get(..one.text.floor_char_boundary(LONGEST)).unwrap_or_default();
            Some((at, parse(text, notes.len()).unwrap_or_default()))
        };
        said.sentences.into_iter().map(one).collect::<Option<Anew>>()
    };
    let asked = Question { task: REWRITE.to_owned(), material };
    Ok(ask(desk, Some(plan), asked, accept).await?.unwrap_or_default())
}

/// Puts what was written anew in its place, checked as what it replaces was.
async fn replace(
    checked: &mut Vec<Checked>,
    anew: Anew,
    desk: &Desk<'_>,
    plan: &PlanContent,
    notes: &[Evidence],
) -> Result<(), Halt> {
    let sentences: Vec<Sentence> = anew.iter().flat_map(|(_, sentences)| sentences.clone()).collect();
    let mut judged = judge(desk, plan, sentences, notes).await?.into_iter();
    let mut better: Vec<(usize, Vec<Checked>)> =
        anew.into_iter().map(|(at, new)| (at, judged.by_ref().take(new.len()).collect())).collect();
    let old = std::mem::take(checked);
    for (at, one) in old.into_iter().enumerate() {
        match better.iter_mut().find(|(place, _)| *place == at) {
            Some((_, new)) => {
                if let Some(first) = new.first_mut() {
                    first.begins = one.begins;
                }
                checked.append(new);
            }
            None => checked.push(one),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_must_be_of_all_claims_and_of_no_others() {
        let said = |text: &str| serde_json::from_str::<Verdicts>(text).unwrap();
        let one = r#"{"verdicts":[{"claim":1,"verdict":"weak"}]}"#;
        assert_eq!(complete(&said(one), 1), Some(vec![Verdict::Weak]));
        assert_eq!(complete(&said(one), 2), None);
        assert_eq!(complete(&said(r#"{"verdicts":[{"claim":2,"verdict":"weak"}]}"#), 1), None);
    }
}

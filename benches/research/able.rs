//! A model that follows instructions, as a good one does: it works only from the material it is shown. How often it errs
//! is [`Errors`]'s. It is asked as any model is and tells the steps apart by the shape they want.

use std::sync::Arc;

use actix_web::HttpResponse;
use serde_json::{Value, json};
use stoa::passages::{diverse, keywords, rank, sentences};

use super::inventing::{Errors, invented_quote, invented_sentence, is_invented};
use super::serving;

/// Quotes from a page, and sentences of a section.
const QUOTES: usize = 4;
const SENTENCES: usize = 4;
/// Search results that are chosen.
const CHOSEN: usize = 3;

/// Starts its server; returns the part of `stoa.toml` that names it.
pub fn start(errors: Errors) -> anyhow::Result<String> {
    let answers = move |_: &str, body: &[u8]| {
        let said = serde_json::from_slice(body).map(|asked: Value| say(&asked, errors)).unwrap_or_default();
        let usage = json!({ "prompt_tokens": body.len() / 4, "completion_tokens": said.len() / 4 });
        let message = json!({ "message": { "role": "assistant", "content": said }, "finish_reason": "stop" });
        HttpResponse::Ok().json(json!({ "choices": [message], "usage": usage }))
    };
    let address = serving::start(Arc::new(answers))?;
    Ok(format!(
        "[[providers]]\nname = 'able'\nbase_url = '{address}/v1'\nmodels = [{{ name = 'scripted' }}]\n"
    ))
}

/// What it says to a step of a research; a repaired answer is asked for with the step's own words before it.
fn say(asked: &Value, errors: Errors) -> String {
    let text = asked.pointer("/messages/1/content").and_then(Value::as_str).unwrap_or_default();
    let Some((task, material)) = text.split_once("\n\n<material>\n") else { return String::new() };
    let material = material.trim_end_matches("\n</material>");
    let shape = task.rsplit_once("Shape: ").map_or("", |(_, shape)| shape);
    let answer = match shape {
        _ if shape.contains("\"brief\"") => plan(material),
        _ if shape.contains("\"question\"") => json!({ "question": null }),
        _ if shape.contains("\"enough\"") => json!({ "enough": true, "query": null }),
        _ if shape.contains("\"query\"") => json!({ "query": keywords(question_of(material)) }),
        _ if shape.contains("\"choose\"") => choose(material),
        _ if shape.contains("\"notes\"") => note(material, errors),
        _ if shape.contains("\"verdicts\"") => judge(material, errors),
        _ if shape.contains("\"sentences\"") => rewrite(material),
        _ if shape.contains("\"text\"") => write(material, errors),
        _ => json!({ "questions": [] }),
    };
    answer.to_string()
}

fn plan(request: &str) -> Value {
    let title: String = request.chars().take(40).collect();
    json!({ "title": title, "brief": request, "questions": [request] })
}

fn question_of(material: &str) -> &str {
    material.lines().find_map(|line| line.strip_prefix("Question: ")).unwrap_or(material)
}

/// The lines of a list, without their numbers.
fn items(material: &str) -> Vec<&str> {
    let numbered =
        |line: &'_ str| line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
    material.lines().filter(|line| numbered(line)).filter_map(|line| Some(line.split_once(". ")?.1)).collect()
}

fn choose(material: &str) -> Value {
    let hits = items(material);
    let scores = rank(question_of(material), hits.iter().copied());
    let mut ranked: Vec<(usize, f64)> = (1..).zip(scores).collect();
    ranked.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let chosen: Vec<usize> = ranked.into_iter().take(CHOSEN).map(|(number, _)| number).collect();
    json!({ "choose": chosen })
}

fn note(material: &str, errors: Errors) -> Value {
    let question = question_of(material);
    let page = material.split_once("\nPage: ").and_then(|(_, page)| page.split_once("\n\n"));
    let page = page.map_or("", |(_, page)| page);
    let mut quotes: Vec<String> = best(page, question).into_iter().map(str::to_owned).collect();
    if errors.invents(question, "quote") {
        quotes.insert(0, invented_quote(question));
    }
    let notes: Vec<_> = quotes.iter().map(|quote| json!({ "quote": quote, "claim": quote })).collect();
    json!({ "notes": notes })
}

fn best<'a>(page: &'a str, question: &str) -> Vec<&'a str> {
    let all: Vec<&str> = sentences(page).into_iter().filter_map(|range| page.get(range)).collect();
    let scores = rank(question, all.iter().copied());
    let chosen = diverse(&scores, &all, QUOTES);
    chosen.into_iter().filter_map(|at| all.get(at).copied()).collect()
}

/// The quotes of a list of notes, in order.
fn quotes(material: &str) -> Vec<&str> {
    let one =
        |part: &'_ str| part.split_once("] \"").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
    let parts = material.split("\n[").filter(|part| one(part));
    parts.filter_map(|part| part.split_once("] \"")?.1.split("\" (").next()).collect()
}

fn write(material: &str, errors: Errors) -> Value {
    let question = question_of(material);
    let notes = quotes(material);
    let scores = rank(question, notes.iter().copied());
    let chosen = diverse(&scores, &notes, SENTENCES);
    let said = |at: usize| Some(format!("{} [{}]", one_line(notes.get(at)?), at + 1));
    let mut text: Vec<String> = chosen.into_iter().filter_map(said).collect();
    if errors.invents(question, "sentence") {
        text.insert(0, format!("{} [1]", invented_sentence(question)));
    }
    if errors.invents(question, "number") {
        text.push(format!("{} [{}]", invented_sentence(question), notes.len() + 40));
    }
    json!({ "text": text.join("\n\n") })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// It sees what it invented, mostly.
fn judge(material: &str, errors: Errors) -> Value {
    let claims = material.split("Claim ").filter_map(|part| part.split_once(": "));
    let verdict = |(number, rest): (&str, &str)| {
        let (claim, _) = rest.split_once("\nPassage: ")?;
        let is_wrong = is_invented(claim) && !errors.invents(claim, "verdict");
        let verdict = if is_wrong { "unsupported" } else { "supported" };
        Some(json!({ "claim": number.parse::<usize>().ok()?, "verdict": verdict }))
    };
    json!({ "verdicts": claims.filter_map(verdict).collect::<Vec<_>>() })
}

/// It insists on every other one.
fn rewrite(material: &str) -> Value {
    let (list, notes) = material.split_once("\nNotes:").unwrap_or((material, ""));
    let quote = quotes(notes).first().map(|quote| one_line(quote)).unwrap_or_default();
    let one = |(number, sentence): (usize, &str)| {
        let text = if number % 2 == 0 { format!("{sentence} [1]") } else { format!("{quote} [1]") };
        json!({ "sentence": number, "text": text })
    };
    json!({ "sentences": (1..).zip(items(list)).map(one).collect::<Vec<_>>() })
}

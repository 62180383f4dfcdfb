//! The files of the guide: what may stand in one, and nothing else passes.
//!
//! `+++`, TOML ([`Front`]), `+++`; then Markdown in which every `##` and `###` ends with its anchor, `{#like-this}`, a
//! block fenced as `exercise` holds one in TOML ([`Question`]), and a line `<!-- members -->` ends the beginning that
//! everybody may read of a members' chapter (without it, the first section does).

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use super::chapter::{Chapter, Heading, Part, Prose};
use super::exercise::{Exercise, Kind, normalise};

const FENCE: &str = "```";
const EXERCISE: &str = "```exercise";
const MEMBERS: &str = "<!-- members -->";

/// What stands before the text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    title: String,
    summary: String,
    goals: Vec<String>,
    #[serde(default)]
    members: bool,
}

/// An exercise as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    id: String,
    kind: Kind,
    question: String,
    #[serde(default)]
    options: Vec<String>,
    answers: Vec<String>,
    hint: String,
    explanation: String,
}

/// Reads a chapter from a file called `NN-slug.md`.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn chapter(name: &str, text: &str) -> anyhow::Result<Chapter> {
    let slug = name.strip_suffix(".md").and_then(|stem| stem.split_once('-')).map(|(_, slug)| slug);
    let slug = slug.filter(|slug| is_name(slug)).context("its file is not called NN-slug.md")?;
    let (front, body) = text
        .strip_prefix("+++\n")
        .and_then(|rest| rest.split_once("\n+++\n"))
        .context("it does not begin with +++, TOML, +++")?;
    let front: Front = toml::from_str(front)?;
    let mut reading = Reading::default();
    for line in body.lines() {
        reading.line(line)?;
    }
    let (parts, beginning) = reading.finish()?;
    let Front { title, summary, goals, members } = front;
    Ok(Chapter { slug: slug.to_owned(), title, summary, goals, members, beginning, parts })
}

/// A chapter being read, line by line.
#[derive(Default)]
struct Reading {
    parts: Vec<Part>,
    prose: String,
    /// The exercise whose block is open.
    exercise: Option<String>,
    in_code: bool,
    /// How many parts come before the mark.
    marked: Option<usize>,
}

impl Reading {
    fn line(&mut self, line: &str) -> anyhow::Result<()> {
        if let Some(mut toml) = self.exercise.take() {
            if line.trim_end() == FENCE {
                self.parts.push(Part::Exercise(exercise(&toml)?));
            } else {
                toml.push_str(line);
                toml.push('\n');
                self.exercise = Some(toml);
            }
            return Ok(());
        }
        match line.trim_end() {
            EXERCISE if !self.in_code => {
                self.end_prose();
                self.exercise = Some(String::new());
            }
            MEMBERS if !self.in_code => {
                self.end_prose();
                self.marked = Some(self.parts.len());
            }
            heading if !self.in_code && (heading.starts_with("## ") || heading.starts_with("### ")) => {
                self.end_prose();
                self.parts.push(Part::Heading(read_heading(heading)?));
            }
            _ => self.text(line),
        }
        Ok(())
    }

    fn text(&mut self, line: &str) {
        if line.starts_with(FENCE) {
            self.in_code = !self.in_code;
        }
        self.prose.push_str(line);
        self.prose.push('\n');
    }

    fn end_prose(&mut self) {
        let prose = std::mem::take(&mut self.prose);
        if !prose.trim().is_empty() {
            self.parts.push(Part::Prose(Prose::new(prose.trim())));
        }
    }

    fn finish(mut self) -> anyhow::Result<(Vec<Part>, usize)> {
        self.end_prose();
        ensure!(!self.in_code && self.exercise.is_none(), "a fenced block is not closed");
        let is_section = |part: &Part| matches!(part, Part::Heading(heading) if heading.level == 2);
        let second_section =
            self.parts.iter().enumerate().filter(|(_, part)| is_section(part)).nth(1).map(|(at, _)| at);
        let beginning = self.marked.or(second_section).unwrap_or(self.parts.len());
        Ok((self.parts, beginning))
    }
}

fn read_heading(line: &str) -> anyhow::Result<Heading> {
    let level = if line.starts_with("###") { 3 } else { 2 };
    let (title, anchor) = line
        .trim_start_matches('#')
        .rsplit_once("{#")
        .and_then(|(title, rest)| Some((title.trim(), rest.strip_suffix('}')?)))
        .with_context(|| format!("the heading {line:?} does not end with its anchor, {{#like-this}}"))?;
    ensure!(is_name(anchor), "the anchor {anchor:?} holds more than small letters, digits and '-'");
    Ok(Heading { level, anchor: anchor.to_owned(), title: title.to_owned() })
}

fn exercise(text: &str) -> anyhow::Result<Exercise> {
    let Question { id, kind, question, options, answers, hint, explanation } = toml::from_str(text)?;
    ensure!(is_name(&id), "the exercise {id:?} has a name that cannot stand in an address");
    let answers: Vec<String> = answers.iter().map(|answer| normalise(answer)).collect();
    let letters: Vec<String> = ('a'..='z').take(options.len()).map(String::from).collect();
    match kind {
        Kind::Choice if answers.iter().any(|answer| !letters.contains(answer)) => {
            bail!("the exercise {id} accepts an answer that is none of its options")
        }
        Kind::Text if !options.is_empty() => bail!("the exercise {id} has options and is no choice"),
        _ => ensure!(answers.iter().any(|answer| !answer.is_empty()), "the exercise {id} has no answer"),
    }
    let (hint, explanation) = (Prose::new(hint), Prose::new(explanation));
    Ok(Exercise { id, question, kind, options, answers, hint, explanation })
}

fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRONT: &str = "+++\ntitle = \"T\"\nsummary = \"S\"\ngoals = []\n+++\n";
    const ASKED: &str = "```exercise\nid = \"q\"\nkind = \"choice\"\nquestion = \"?\"\noptions = [\"x\", \"y\"]\n\
                         answers = [\"B\"]\nhint = \"h\"\nexplanation = \"e\"\n```\n";

    fn read(body: &str) -> anyhow::Result<Chapter> {
        chapter("01-a.md", &format!("{FRONT}{body}"))
    }

    #[test]
    fn a_chapter_is_taken_apart_and_code_is_left_alone() {
        let body = format!(
            "intro\n\n## One {{#one}}\n\n```sh\n## no heading\n```\n\n{ASKED}\n### Two {{#two}}\nend\n"
        );
        let chapter = read(&body).unwrap();
        let anchors: Vec<&str> = chapter.headings().map(|heading| heading.anchor.as_str()).collect();
        assert_eq!((anchors, chapter.parts().len()), (vec!["one", "two"], 6));
        assert_eq!(
            chapter.markdown(),
            "# T\n\nS\n\nintro\n\n## One\n\n```sh\n## no heading\n```\n\n### Two\n\nend\n"
        );
    }

    #[test]
    fn the_beginning_ends_at_the_mark_or_with_the_first_section() {
        let count = |parts: &[Part]| parts.len();
        let mut marked = read("a\n\n## B {#b}\n\n<!-- members -->\n\nc\n\n## D {#d}\ne\n").unwrap();
        let mut unmarked = read("a\n\n## B {#b}\n\nc\n\n## D {#d}\ne\n").unwrap();
        assert_eq!(count(marked.readable(false)), 5);
        (marked.members, unmarked.members) = (true, true);
        assert_eq!((count(marked.readable(false)), count(unmarked.readable(false))), (2, 3));
        assert_eq!(count(marked.readable(true)), 5);
    }

    #[test]
    fn what_is_no_chapter_is_refused() {
        for (name, text) in [
            ("slug.md", format!("{FRONT}a\n")),
            ("01-a.md", "no front matter\n".to_owned()),
            ("01-a.md", "+++\ntitle = \"T\"\nsummary = \"S\"\ngoals = []\ncolour = 1\n+++\na\n".to_owned()),
            ("01-a.md", format!("{FRONT}## No anchor\n")),
            ("01-a.md", format!("{FRONT}## Bad {{#Bad One}}\n")),
            ("01-a.md", format!("{FRONT}```sh\nopen\n")),
            ("01-a.md", format!("{FRONT}{}", ASKED.replace("\"B\"", "\"c\""))),
            ("01-a.md", format!("{FRONT}{}", ASKED.replace("\"choice\"", "\"text\""))),
            ("01-a.md", format!("{FRONT}{}", ASKED.replace("id = \"q\"", "id = \"q/..\""))),
        ] {
            assert!(chapter(name, &text).is_err(), "{text}");
        }
    }
}

//! From checked sections to a report in Markdown whose footnotes are its citations. Titles, addresses and quotes are filled in
//! here, from what is kept.

use super::evidence::Evidence;
use super::verifying::Checked;
use crate::i18n::Locale;
use crate::models::report::{Citation, Figures, ReportContent, ReportMode, Section, Verdict};

/// A part of a report before its footnotes have their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The question of the plan that it answers, from 1.
    pub question: Option<i64>,
    /// Its heading.
    pub heading: String,
    /// Markdown with references `[^n]`, where `n` is the number of one of its citations.
    pub text: String,
    /// What its references stand for.
    pub citations: Vec<Citation>,
    /// Why nothing was found for it: a stable code.
    pub failure: Option<String>,
}

/// A whole report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Markdown.
    pub text: String,
    /// What is known of it.
    pub content: ReportContent,
}

/// What a report begins with.
#[derive(Clone, Debug)]
pub struct Opening<'a> {
    /// Its title.
    pub title: &'a str,
    /// Who did the work.
    pub mode: ReportMode,
    /// What the work was.
    pub figures: Figures,
    /// The language of its fixed sentences.
    pub locale: Locale,
}

/// The part about a question whose `checked` sentences rest on `notes`.
pub fn part(
    (number, question): (i64, &str),
    checked: &[Checked],
    notes: &[Evidence],
    by_model: bool,
) -> Part {
    let mut part = Part { question: Some(number), heading: question.to_owned(), ..Part::default() };
    for one in checked {
        part.open_sentence(one.begins, by_model);
        part.text.push_str(&escape(&one.text));
        for (at, verdict) in &one.notes {
            if let Some(note) = notes.get(*at) {
                part.cite(&one.text, Some(note), *verdict);
            }
        }
        if one.notes.is_empty() {
            part.cite(&one.text, None, Verdict::Unsupported);
        }
    }
    part
}

/// The part about a question for which nothing was found; `failure` says why.
pub fn empty_part((number, question): (i64, &str), failure: &str, locale: Locale) -> Part {
    Part {
        question: Some(number),
        heading: question.to_owned(),
        text: locale.t(&format!("error.{failure}")).into_owned(),
        citations: Vec::new(),
        failure: Some(failure.to_owned()),
    }
}

impl Part {
    fn open_sentence(&mut self, begins: bool, by_model: bool) {
        let opening = match (begins, by_model) {
            (true, true) if self.text.is_empty() => "",
            (true, true) => "\n\n",
            (true, false) if self.text.is_empty() => "- ",
            (true, false) => "\n- ",
            (false, _) if self.text.ends_with(']') && !last_is_wide(&self.text) => " ",
            (false, _) => "",
        };
        self.text.push_str(opening);
    }

    fn cite(&mut self, sentence: &str, note: Option<&Evidence>, verdict: Verdict) {
        let number = i64::try_from(self.citations.len()).unwrap_or_default() + 1;
        self.text.push_str(&format!("[^{number}]"));
        self.citations.push(Citation {
            number,
            source: note.map(|note| note.source),
            start: note.map_or(0, |note| note.start),
            end: note.map_or(0, |note| note.end),
            quote: note.map(|note| note.quote.clone()).unwrap_or_default(),
            sentence: sentence.to_owned(),
            verdict,
            title: note.map(|note| note.title.clone()).unwrap_or_default(),
            url: note.map(|note| note.url.clone()).unwrap_or_default(),
        });
    }
}

/// Whether the sentence before the last reference ends with a full-width stop, after which no blank stands.
fn last_is_wide(text: &str) -> bool {
    let mut rest = text;
    while let Some(open) = rest.strip_suffix(']').and_then(|inside| inside.rfind("[^")) {
        rest = rest.get(..open).unwrap_or_default();
    }
    rest.chars().next_back().is_some_and(|c| !c.is_ascii())
}

/// Puts parts together: footnotes are numbered through, and defined at the end.
pub fn assemble(opening: &Opening<'_>, parts: Vec<Part>, open_questions: Vec<String>) -> Whole {
    let locale = opening.locale;
    let mut text = format!("# {}\n\n{}\n", escape(opening.title), opening_words(opening, &parts));
    let (mut sections, mut citations) = (Vec::new(), Vec::new());
    for part in parts {
        text.push('\n');
        let start = bytes(&text);
        text.push_str(&format!("## {}\n\n", escape(&part.heading)));
        text.push_str(&renumber(&part, &mut citations));
        text.push('\n');
        let end = bytes(&text);
        let Part { question, heading, failure, .. } = part;
        sections.push(Section { question, heading, start, end, failure });
    }
    if !open_questions.is_empty() {
        text.push_str(&format!("\n## {}\n\n", locale.t("report.open_questions")));
        open_questions.iter().for_each(|question| text.push_str(&format!("- {}\n", escape(question))));
    }
    text.push_str(&definitions(&citations, locale));
    let content = ReportContent {
        title: opening.title.to_owned(),
        sections,
        citations,
        open_questions,
        figures: opening.figures,
    };
    Whole { text, content }
}

/// The parts of a report that was kept, to be put together anew.
pub fn take_apart(text: &str, content: &ReportContent) -> Vec<Part> {
    let slice = |section: &Section| {
        let at = |byte: i64| usize::try_from(byte).unwrap_or(usize::MAX);
        text.get(at(section.start)..at(section.end)).unwrap_or_default()
    };
    let part = |section: &Section| {
        let body = slice(section).split_once("\n\n").map_or("", |(_, body)| body).trim_end();
        let cited = content.citations.iter().filter(|one| body.contains(&format!("[^{}]", one.number)));
        Part {
            question: section.question,
            heading: section.heading.clone(),
            text: body.to_owned(),
            citations: cited.cloned().collect(),
            failure: section.failure.clone(),
        }
    };
    content.sections.iter().map(part).collect()
}

/// The footnotes of a text, defined.
pub fn definitions(citations: &[Citation], locale: Locale) -> String {
    let one = |citation: &Citation| {
        let quote = citation.quote.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = match citation.source {
            Some(_) => format!("“{}” — {}", escape(&quote), link(citation)),
            None => locale.t("report.no_passage").into_owned(),
        };
        format!("[^{}]: {said}\n", citation.number)
    };
    match citations {
        [] => String::new(),
        _ => format!("\n{}", citations.iter().map(one).collect::<String>()),
    }
}

fn link(citation: &Citation) -> String {
    let title = if citation.title.is_empty() { &citation.url } else { &citation.title };
    // An address cannot end its own link: parentheses and blanks in it are encoded.
    let url = citation.url.replace('(', "%28").replace(')', "%29").replace(['<', '>', ' '], "");
    format!("[{}]({url})", escape(title))
}

/// How it was made, and how much of it is founded.
fn opening_words(opening: &Opening<'_>, parts: &[Part]) -> String {
    let (locale, figures) = (opening.locale, opening.figures);
    let how = locale.t(&format!("report_mode.{}", opening.mode.as_str()));
    let work = locale.t_with(
        "report.figures",
        &[
            ("searches", &figures.searches.to_string()),
            ("pages", &figures.pages.to_string()),
            ("notes", &figures.notes.to_string()),
        ],
    );
    let found = parts.iter().any(|part| part.failure.is_none());
    let nothing = if found { String::new() } else { format!("\n\n{}", locale.t("report.nothing")) };
    format!("*{how}{work}*{nothing}")
}

/// A part's text with numbers that go on where `all` ends, to which its citations are added.
fn renumber(part: &Part, all: &mut Vec<Citation>) -> String {
    let mut text = String::with_capacity(part.text.len());
    let mut rest = part.text.as_str();
    while let Some(open) = rest.find("[^") {
        let (before, inside) = rest.split_at(open);
        text.push_str(before);
        let number = inside.find(']').and_then(|end| Some((inside.get(2..end)?.parse::<i64>().ok()?, end)));
        let cited = number.and_then(|(number, end)| {
            let citation = part.citations.iter().find(|one| one.number == number)?;
            Some((citation, inside.get(end + 1..)?))
        });
        match cited {
            Some((citation, after)) => {
                let number = i64::try_from(all.len()).unwrap_or_default() + 1;
                text.push_str(&format!("[^{number}]"));
                all.push(Citation { number, ..citation.clone() });
                rest = after;
            }
            None => {
                text.push_str("[^");
                rest = inside.get(2..).unwrap_or_default();
            }
        }
    }
    text.push_str(rest);
    text
}

fn bytes(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

/// Text in which no sign is markup.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let begins = at == 0;
        // An address is text, too: only what was read is linked.
        let links = c == ':' && text.get(at..).is_some_and(|rest| rest.starts_with("://"))
            || c == '.' && out.ends_with("www");
        let is_markup = links
            || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '$' | '&')
            || begins && matches!(c, '-' | '+' | '=' | ':');
        if is_markup {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    // `1.` and `1)` begin a list.
    let digits = out.chars().take_while(char::is_ascii_digit).count();
    if digits > 0 && out.get(digits..).is_some_and(|rest| rest.starts_with(['.', ')'])) {
        out.insert(digits, '\\');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(source: i64, quote: &str) -> Evidence {
        Evidence {
            source,
            title: format!("Page {source} [a]"),
            url: "https://example.org/a_(b)".to_owned(),
            start: 0,
            end: i64::try_from(quote.len()).unwrap(),
            quote: quote.to_owned(),
            claim: String::new(),
        }
    }

    fn checked(text: &str, notes: &[(usize, Verdict)], begins: bool) -> Checked {
        Checked { text: text.to_owned(), notes: notes.to_vec(), begins }
    }

    fn opening(title: &str) -> Opening<'_> {
        Opening {
            title,
            mode: ReportMode::Model,
            figures: Figures { searches: 1, pages: 2, notes: 3 },
            locale: Locale::En,
        }
    }

    fn report() -> Whole {
        let notes = [evidence(1, "The *sea* is blue."), evidence(2, "It is deep.")];
        let sentences = [
            checked("The sea is blue.", &[(0, Verdict::Supported), (1, Verdict::Weak)], true),
            checked("It sings.", &[], false),
        ];
        let one = part((1, "Why?"), &sentences, &notes, true);
        let two = empty_part((2, "Who?"), "nothing_found", Locale::En);
        let three =
            part((3, "How deep?"), &[checked("Deep.", &[(1, Verdict::Supported)], true)], &notes, true);
        assemble(&opening("The sea"), vec![one, two, three], vec!["Who?".to_owned()])
    }

    #[test]
    fn footnotes_are_numbered_through_and_every_one_is_defined_once() {
        let Whole { text, content } = report();
        assert!(text.contains("The sea is blue.[^1][^2] It sings.[^3]"), "{text}");
        assert!(text.contains("Deep.[^4]"), "{text}");
        let numbers: Vec<i64> = content.citations.iter().map(|one| one.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert!(numbers.iter().all(|number| text.matches(&format!("[^{number}]: ")).count() == 1));
        assert!(
            text.contains(r"[^1]: “The \*sea\* is blue.” — [Page 1 \[a\]](https://example.org/a_%28b%29)")
        );
        assert_eq!(content.citations[2].source, None);
        for section in &content.sections {
            let start = usize::try_from(section.start).unwrap();
            assert!(text[start..].starts_with("## "), "{section:?}");
        }
    }

    #[test]
    fn a_report_taken_apart_and_put_together_is_the_same() {
        let whole = report();
        let parts = take_apart(&whole.text, &whole.content);
        assert_eq!(assemble(&opening("The sea"), parts, whole.content.open_questions.clone()), whole);
    }

    #[test]
    fn no_sign_of_a_quote_is_markup() {
        let quote = "- # *a* [b](c) <img> `x` | 1. $m$ ~~s~~ https://a.example www.b.example";
        let html = crate::markdown::render(&escape(quote));
        assert!(
            !["<li", "<em", "<a", "<img", "<code", "<h1", "<del"].iter().any(|tag| html.contains(tag)),
            "{html}"
        );
        assert!(!crate::markdown::render(&escape("12. year")).contains("<ol"));
    }
}

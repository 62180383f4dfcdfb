//! Where everything in a report comes from: its sources with the passages that it cites, each at an address of its own.

use super::place_name;
use crate::i18n::Locale;
use crate::models::report::Verdict;
use crate::models::source::SourceSummary;
use crate::services::research::view::{Cited, Passage, Standing};
use crate::web::pages::moment::{Clock, Moment};
use crate::web::paths;

/// Signs of a message's id that tell it from others on a page.
const ANCHOR: usize = 8;
/// Signs of a hash that are shown.
const SIGNS: usize = 12;

/// The sources of a report, ready for display.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    /// Those that are cited, by number.
    pub cited: Vec<PanelSource>,
    /// Sentences that no passage stands behind, and those whose source is gone.
    pub unfounded: Vec<Quote>,
    /// Those that were read and are not cited.
    pub others: Vec<PanelSource>,
}

/// A source.
#[derive(Clone, Debug)]
pub struct PanelSource {
    /// Its number in the session.
    pub number: i64,
    /// Its title, or its address when it has none.
    pub title: String,
    /// What people call the place that led to it.
    pub place: String,
    /// Where it was; none when that is no address to go to.
    pub url: Option<String>,
    /// Whether that is on another server.
    pub outside: bool,
    /// Where the kept text is.
    pub text: String,
    /// When it was kept.
    pub kept: Moment,
    /// The beginning of its hash.
    pub sha256: String,
    /// What is cited from it.
    pub quotes: Vec<Quote>,
}

/// A citation.
#[derive(Clone, Debug)]
pub struct Quote {
    /// The id of this entry, to which references lead.
    pub id: String,
    /// The id of the first reference.
    pub reference: String,
    /// The number of its footnote.
    pub number: i64,
    /// How it stands, as a class.
    pub standing: &'static str,
    /// The key of the word for that.
    pub label: &'static str,
    /// What stands before the passage.
    pub before: String,
    /// The passage.
    pub passage: String,
    /// What stands after it.
    pub after: String,
    /// The sentence that it is cited for.
    pub sentence: String,
    /// The source's title.
    pub title: String,
    /// Where the passage stands in the kept text.
    pub text: Option<String>,
}

impl Panel {
    /// The `sources` of a session with what a text cites from them.
    pub fn new(
        text: Option<&Cited>,
        sources: &[SourceSummary],
        session: &str,
        clock: Clock,
        locale: Locale,
    ) -> Self {
        let mut panel = Self::default();
        let anchor = text.map(anchor).unwrap_or_default();
        let passages = text.map(|text| text.passages.as_slice()).unwrap_or_default();
        let quote = |passage: &Passage| Quote::new(passage, &anchor, session);
        for source in sources {
            let own = passages.iter().filter(|passage| passage.citation.source == Some(source.number));
            let line = PanelSource::new(source, own.map(quote).collect(), session, clock, locale);
            if line.quotes.is_empty() { panel.others.push(line) } else { panel.cited.push(line) }
        }
        let known =
            |passage: &Passage| sources.iter().any(|source| passage.citation.source == Some(source.number));
        panel.unfounded = passages.iter().filter(|passage| !known(passage)).map(quote).collect();
        panel
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.cited.is_empty() && self.unfounded.is_empty() && self.others.is_empty()
    }

    /// How many sources there are.
    pub fn len(&self) -> usize {
        self.cited.len() + self.others.len()
    }
}

impl PanelSource {
    fn new(source: &SourceSummary, quotes: Vec<Quote>, session: &str, clock: Clock, locale: Locale) -> Self {
        let (url, outside) = address(&source.url);
        Self {
            number: source.number,
            title: if source.title.is_empty() { source.url.clone() } else { source.title.clone() },
            place: place_name(&source.origin, locale),
            url,
            outside,
            text: paths::source(session, source.number),
            kept: clock.at(source.fetched_at.millis()),
            sha256: source.sha256.chars().take(SIGNS).collect(),
            quotes,
        }
    }
}

impl Quote {
    fn new(passage: &Passage, anchor: &str, session: &str) -> Self {
        let Passage { citation, standing, before, after } = passage;
        let kept = *standing != Standing::Gone;
        Self {
            id: entry(anchor, citation.number),
            reference: reference(anchor, citation.number, 1),
            number: citation.number,
            standing: standing_class(*standing),
            label: standing_label(*standing),
            before: before.clone(),
            passage: citation.quote.clone(),
            after: after.clone(),
            sentence: citation.sentence.clone(),
            title: citation.title.clone(),
            text: citation
                .source
                .filter(|_| kept)
                .map(|number| paths::passage(session, number, citation.start, citation.end)),
        }
    }
}

/// Where a source was, when that is an address to go to, and whether it is on another server.
pub fn address(url: &str) -> (Option<String>, bool) {
    let outside = ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme));
    let own = url.starts_with('/') && !url.starts_with("//") && !url.contains('\\');
    ((outside || own).then(|| url.to_owned()), outside)
}

/// What tells the places of one text on a page from those of others.
pub fn anchor(text: &Cited) -> String {
    let tail = text.message.len().saturating_sub(ANCHOR);
    text.message.get(tail..).unwrap_or_default().to_owned()
}

/// The id of a citation's entry among the sources.
pub fn entry(anchor: &str, number: i64) -> String {
    format!("cite-{anchor}-{number}")
}

/// The id of the `nth` reference to a footnote.
pub fn reference(anchor: &str, number: i64, nth: usize) -> String {
    format!("ref-{anchor}-{number}-{nth}")
}

/// How a citation stands, as a class.
pub fn standing_class(standing: Standing) -> &'static str {
    match standing {
        Standing::Judged(verdict) => verdict.as_str(),
        Standing::Gone => "gone",
    }
}

/// The key of the word for how a citation stands.
pub fn standing_label(standing: Standing) -> &'static str {
    match standing {
        Standing::Judged(Verdict::Supported) => "research.supported",
        Standing::Judged(Verdict::Weak) => "research.weak",
        Standing::Judged(Verdict::Unsupported) => "research.unsupported",
        Standing::Gone => "research.gone",
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn only_addresses_of_the_web_and_of_this_server_are_led_to() {
        assert_eq!(address("https://example.org/a"), (Some("https://example.org/a".to_owned()), true));
        assert_eq!(address("/artifacts/1"), (Some("/artifacts/1".to_owned()), false));
        for url in ["javascript:alert(1)", "//evil.example", "/\\evil.example", "data:text/html,x", ""] {
            assert_eq!(address(url), (None, false), "{url}");
        }
    }
}

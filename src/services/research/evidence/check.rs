//! Checks a bundle against itself: every hash, that nothing is missing and nothing besides, that every quote stands where
//! it is said to stand, and that footnotes and citations are the same.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use super::bundle::{
    FIXED, Manifest, NOTES, NoteEntry, PLAN, QUERIES, Query, REPORT, SOURCES, SourceEntry, passage, text_of,
};
use super::open::{Contents, NoBundle, open};
use crate::markdown;
use crate::models::report::{Citation, Verdict};
use crate::services::secrets::sha256;

pub use super::open::LARGEST;

/// Longest report whose footnotes are looked at, in bytes: no answer grows longer.
const REPORT_BYTES: usize = 4 * 1024 * 1024;

/// Something that is not as it should be. What a bundle says itself is shown escaped: it may be written to deceive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Problem {
    /// Two files have one name.
    #[error("two files of the bundle have the same name")]
    DuplicateNames,
    /// A name that would lead out of the bundle if it were unpacked, or looks like another.
    #[error("{0:?} is no name that a file of a bundle has")]
    UnsafeName(String),
    /// A file that cannot be read.
    #[error("{0:?} cannot be unpacked")]
    Damaged(String),
    /// A file that the manifest lists, or must list.
    #[error("{0:?} is missing")]
    Missing(String),
    /// A file that the manifest must list and does not.
    #[error("{0:?} is not in the manifest")]
    NotListed(String),
    /// A file that a bundle does not have.
    #[error("{0:?} belongs to nothing in the bundle")]
    Additional(String),
    /// A file that the manifest lists twice.
    #[error("{0:?} stands in the manifest twice")]
    ListedTwice(String),
    /// A file of another size.
    #[error("{0:?} has not the size that the manifest tells")]
    WrongSize(String),
    /// A file of another hash.
    #[error("{0:?} was changed: its SHA-256 is not that of the manifest")]
    WrongHash(String),
    /// A file that does not hold what it should.
    #[error("{0:?} does not hold what it should")]
    Broken(String),
    /// Two sources of one number.
    #[error("there are two sources with the number {0}")]
    SourceTwice(i64),
    /// A source whose text is another than was read.
    #[error("the text of source {0} was changed: its SHA-256 is not that of when it was read")]
    SourceChanged(i64),
    /// Two citations of one number.
    #[error("there are two citations with the number {0}")]
    CitationTwice(i64),
    /// A citation of a source that is not there.
    #[error("citation {0} names a source that is not in the bundle")]
    NoSource(i64),
    /// A citation of nothing that is not called unsupported.
    #[error("citation {0} names no source and is not marked as unsupported")]
    Baseless(i64),
    /// A citation whose passage cannot be in its source.
    #[error("the passage of citation {0} lies outside of its source, or begins or ends within a character")]
    Outside(i64),
    /// A citation whose quote is not its passage.
    #[error("the quote of citation {0} does not stand at its place in the source")]
    OtherQuote(i64),
    /// A citation that is no footnote.
    #[error("citation {0} has no footnote in the report")]
    NoFootnote(i64),
    /// A footnote that is no citation.
    #[error("footnote {0:?} of the report has no citation")]
    NoCitation(String),
    /// A note whose quote is not where it should be, by its place in the list.
    #[error("the quote of note {0} does not stand at its place in the source")]
    NoteElsewhere(usize),
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Findings {
    /// What is not as it should be, sorted; nothing in a good bundle.
    pub problems: Vec<Problem>,
    /// How many files the manifest lists.
    pub files: usize,
    /// How many texts were kept.
    pub sources: usize,
    /// How many citations the report has.
    pub citations: usize,
}

/// Checks a bundle, without a network and without the server it came from.
///
/// # Errors
/// When it is none.
pub fn check(bytes: &[u8]) -> Result<Findings, NoBundle> {
    let Contents { manifest, files, problems } = open(bytes)?;
    let mut check = Check { files, problems };
    check.listed(&manifest);
    check.shapes();
    let sources = check.sources();
    let texts = check.texts(&sources);
    let citations = &manifest.report.citations;
    let problems = [
        citations.iter().filter_map(|one| wrong_citation(one, &texts)).collect(),
        twice(citations.iter().map(|one| one.number)).map(Problem::CitationTwice).collect(),
        check.notes(&texts),
        check.footnotes(citations),
    ]
    .concat();
    check.problems.extend(problems);
    check.problems.sort();
    check.problems.dedup();
    Ok(Findings {
        problems: check.problems,
        files: manifest.files.len(),
        sources: sources.len(),
        citations: citations.len(),
    })
}

struct Check {
    files: BTreeMap<String, Vec<u8>>,
    problems: Vec<Problem>,
}

impl Check {
    /// The files are those of the manifest, to the byte.
    fn listed(&mut self, manifest: &Manifest) {
        let mut told = BTreeSet::new();
        for entry in &manifest.files {
            let path = entry.path.clone();
            if !told.insert(entry.path.as_str()) {
                self.problems.push(Problem::ListedTwice(path));
                continue;
            }
            match self.files.get(&path) {
                None => self.problems.push(Problem::Missing(path)),
                Some(bytes) if u64::try_from(bytes.len()) != Ok(entry.size) => {
                    self.problems.push(Problem::WrongSize(path));
                }
                Some(bytes) if sha256(bytes) != entry.sha256 => self.problems.push(Problem::WrongHash(path)),
                Some(_) => {}
            }
        }
        let besides = self.files.keys().filter(|path| !told.contains(path.as_str()));
        let needed = FIXED.iter().filter(|path| !told.contains(**path)).map(|path| (*path).to_owned());
        let unlisted: BTreeSet<String> = besides.cloned().chain(needed).collect();
        self.problems.extend(unlisted.into_iter().map(Problem::NotListed));
    }

    /// What nothing else is compared with can be read.
    fn shapes(&mut self) {
        self.json::<Vec<Query>>(QUERIES);
        self.json::<Option<serde_json::Map<String, serde_json::Value>>>(PLAN);
    }

    /// A file as JSON; nothing when it is not there, which is told elsewhere.
    fn json<T: DeserializeOwned>(&mut self, path: &str) -> Option<T> {
        let read = serde_json::from_slice(self.files.get(path)?);
        if read.is_err() {
            self.problems.push(Problem::Broken(path.to_owned()));
        }
        read.ok()
    }

    fn sources(&mut self) -> Vec<SourceEntry> {
        let sources: Vec<SourceEntry> = self.json(SOURCES).unwrap_or_default();
        self.problems.extend(twice(sources.iter().map(|one| one.number)).map(Problem::SourceTwice));
        let named: BTreeSet<&str> = sources.iter().map(|one| one.file.as_str()).collect();
        let known = |path: &&String| FIXED.contains(&path.as_str()) || named.contains(path.as_str());
        let strange: Vec<String> = self.files.keys().filter(|path| !known(path)).cloned().collect();
        self.problems.extend(strange.into_iter().map(Problem::Additional));
        sources
    }

    /// The texts that were kept, by the numbers of their sources.
    fn texts(&mut self, sources: &[SourceEntry]) -> BTreeMap<i64, String> {
        let mut texts = BTreeMap::new();
        for source in sources {
            // No other file is taken for a text, and no text for that of two sources.
            if source.file != text_of(source.number) {
                self.problems.push(Problem::Broken(SOURCES.to_owned()));
                continue;
            }
            let Some(bytes) = self.files.remove(&source.file) else {
                self.problems.push(Problem::Missing(source.file.clone()));
                continue;
            };
            if sha256(&bytes) != source.sha256 {
                self.problems.push(Problem::SourceChanged(source.number));
            }
            match String::from_utf8(bytes) {
                Ok(text) => drop(texts.insert(source.number, text)),
                Err(_) => self.problems.push(Problem::Broken(source.file.clone())),
            }
        }
        texts
    }

    fn notes(&mut self, texts: &BTreeMap<i64, String>) -> Vec<Problem> {
        let notes: Vec<NoteEntry> = self.json(NOTES).unwrap_or_default();
        let stands = |note: &NoteEntry| {
            texts.get(&note.source).and_then(|text| passage(text, note.start, note.end)) == Some(&note.quote)
        };
        let wrong = (1..).zip(&notes).filter(|(_, note)| !stands(note));
        wrong.map(|(number, _)| Problem::NoteElsewhere(number)).collect()
    }

    /// Each footnote of the report is a citation, and each citation a footnote.
    fn footnotes(&mut self, citations: &[Citation]) -> Vec<Problem> {
        let Some(bytes) = self.files.get(REPORT) else { return Vec::new() };
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= REPORT_BYTES);
        let Some(text) = text else { return vec![Problem::Broken(REPORT.to_owned())] };
        let written: BTreeSet<String> = markdown::footnotes(text).into_iter().collect();
        let told: BTreeSet<String> = citations.iter().map(|one| one.number.to_string()).collect();
        let unsaid = citations.iter().filter(|one| !written.contains(&one.number.to_string()));
        let unknown = written.difference(&told).cloned();
        unsaid.map(|one| Problem::NoFootnote(one.number)).chain(unknown.map(Problem::NoCitation)).collect()
    }
}

/// What is wrong with a citation by itself.
fn wrong_citation(citation: &Citation, texts: &BTreeMap<i64, String>) -> Option<Problem> {
    let number = citation.number;
    let Some(source) = citation.source else {
        return (citation.verdict != Verdict::Unsupported).then_some(Problem::Baseless(number));
    };
    let Some(text) = texts.get(&source) else { return Some(Problem::NoSource(number)) };
    match passage(text, citation.start, citation.end) {
        None => Some(Problem::Outside(number)),
        Some(found) => (found != citation.quote || found.is_empty()).then_some(Problem::OtherQuote(number)),
    }
}

/// The numbers that come more than once.
fn twice(numbers: impl Iterator<Item = i64>) -> impl Iterator<Item = i64> {
    let mut seen = BTreeSet::new();
    numbers.filter(|number| !seen.insert(*number)).collect::<Vec<_>>().into_iter()
}

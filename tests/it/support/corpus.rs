//! The texts and questions that research is measured with: `tests/corpus/research/`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One of the texts.
pub struct Source {
    /// As questions name it: `zh/lunyu.md`.
    pub file: String,
    pub text: String,
}

/// A question, and what answers it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub id: String,
    pub question: String,
    pub file: String,
    /// Exact words of the file; any of them will do.
    pub passages: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Questions {
    question: Vec<Question>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/research")
}

/// All texts, by their names.
pub fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    for language in ["zh", "en"] {
        for entry in std::fs::read_dir(folder().join(language)).unwrap() {
            let path = entry.unwrap().path();
            let file = format!("{language}/{}", path.file_name().unwrap().to_str().unwrap());
            found.push(Source { file, text: std::fs::read_to_string(path).unwrap() });
        }
    }
    found.sort_by(|a, b| a.file.cmp(&b.file));
    found
}

/// All questions, as they stand in the file.
pub fn questions() -> Vec<Question> {
    let file = std::fs::read_to_string(folder().join("questions.toml")).unwrap();
    toml::from_str::<Questions>(&file).unwrap().question
}

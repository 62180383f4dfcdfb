//! The catalogue: both languages say the same things, everything said is in it, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 2] = ["zh-CN", "en"];
/// Sections whose keys are put together in the code; the last part is a word somewhere.
const COMPUTED: [&str; 6] = ["error", "field", "step", "step_count", "report_mode", "import_note"];

/// The keys of a catalogue with their sentences. It is nested YAML, one sentence to a line.
fn catalogue(language: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(format!("src/i18n/{language}.yml")).unwrap();
    let mut sentences = BTreeMap::new();
    let mut path: Vec<&str> = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty()) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let (key, sentence) = line.trim().split_once(':').expect("a key and its sentence");
        path.truncate(depth);
        path.push(key);
        if !sentence.trim().is_empty() {
            let twice = sentences.insert(path.join("."), sentence.trim().trim_matches('"').to_owned());
            assert!(twice.is_none(), "{language}: {} stands there twice", path.join("."));
        }
    }
    sentences
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|extension| extension == ending) => found.push(path),
                false => {}
            }
        }
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Everything between double quotes, and every line up to its end after an odd one: good enough for keys.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.split('"')
}

/// The arguments of `t("…")` and `t_with("…"`.
fn asked_for(text: &str) -> Vec<&str> {
    let calls = [".t(\"", ".t_with(\""].into_iter();
    calls.flat_map(|call| text.split(call).skip(1)).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn both_languages_have_the_same_keys_and_blanks() {
    let [chinese, english] = LANGUAGES.map(catalogue);
    let keys = |catalogue: &BTreeMap<String, String>| catalogue.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&chinese), keys(&english));
    for (key, sentence) in &chinese {
        let blanks = |text: &str| -> BTreeSet<String> {
            text.split("%{").skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()).collect()
        };
        assert_eq!(blanks(sentence), blanks(&english[key]), "{key}");
    }
}

#[test]
fn every_key_that_is_asked_for_exists() {
    let keys = catalogue("en");
    for path in files("src", "rs").into_iter().chain(files("templates", "html")) {
        for key in asked_for(&read(&path)) {
            assert!(keys.contains_key(key), "{}: {key} is in no catalogue", path.display());
        }
    }
}

#[test]
fn every_key_is_used() {
    let paths = files("src", "rs").into_iter().chain(files("templates", "html"));
    let sources: Vec<String> = paths.map(|path| read(&path)).collect();
    let words: BTreeSet<&str> = sources.iter().flat_map(|source| literals(source)).collect();
    for key in catalogue("en").keys() {
        let (section, last) = key.split_once('.').unwrap_or_default();
        let used = words.contains(key.as_str()) || (COMPUTED.contains(&section) && words.contains(last));
        assert!(used, "{key} is never shown");
    }
}

#[test]
fn no_template_holds_a_sentence() {
    for path in files("templates", "html") {
        let text = without(&without(&without(&read(&path), "{#", "#}"), "{%", "%}"), "{{", "}}");
        for attribute in ["aria-label", "title", "placeholder", "alt", "data-done"] {
            for value in text.split(&format!(" {attribute}=\"")).skip(1) {
                let value = value.split('"').next().unwrap();
                assert!(!value.contains(char::is_alphabetic), "{}: {attribute}={value}", path.display());
            }
        }
        // Signs on keyboards are the same everywhere.
        let bare = without(&without(&text, "<kbd>", "</kbd>"), "<", ">");
        // Attributes that a macro writes stand outside of tags.
        let words = bare.split_whitespace().filter(|word| !word.contains("=\""));
        let letters: Vec<&str> = words.filter(|word| word.contains(char::is_alphabetic)).collect();
        assert!(letters.is_empty(), "{}: {letters:?}", path.display());
    }
}

/// The text with everything from `open` to the next `close` taken out.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        rest.push_str(part.split_once(close).map_or("", |(_, after)| after));
    }
    rest
}

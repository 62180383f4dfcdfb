//! The order of the layers: a folder names only those below it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// From the top down. Folders on one line know nothing of each other.
const LAYERS: [&[&str]; 11] = [
    &["commands"],
    &["startup"],
    &["web"],
    &["state"],
    &["services"],
    &["agents"],
    &["runs"],
    &["repositories"],
    &["models"],
    &["schema"],
    &["config"],
];
/// Used by what stands above; further from the top, and also in an order.
const GROUND: [&[&str]; 5] =
    [&["db"], &["error"], &["clients", "markdown", "reading"], &["passages"], &["i18n", "telemetry"]];

fn rank(module: &str) -> Option<usize> {
    LAYERS.iter().chain(&GROUND).position(|layer| layer.contains(&module))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Every `crate::module` a source names, in `use` lists too.
fn named(source: &str) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    for part in source.split("crate::").skip(1) {
        let words = match part.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap().split(',').map(str::trim).collect(),
            None => vec![part],
        };
        for word in words {
            modules.insert(word.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().to_owned());
        }
    }
    modules
}

fn module_of(path: &Path, src: &Path) -> String {
    let first = path.strip_prefix(src).unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

#[test]
fn no_folder_names_one_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    files(&src, &mut sources);
    let mut wrong = Vec::new();
    for path in &sources {
        let module = module_of(path, &src);
        let Some(own) = rank(&module) else {
            assert!(matches!(module.as_str(), "main" | "lib"), "{module} has no place in the order");
            continue;
        };
        for other in named(&std::fs::read_to_string(path).unwrap()) {
            if other != module && rank(&other).is_some_and(|other| other <= own) {
                wrong.push(format!("{}: {module} names {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_web_and_startup_know_actix_and_web_knows_no_tables() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    files(&src, &mut sources);
    for path in &sources {
        let source = std::fs::read_to_string(path).unwrap();
        let module = module_of(path, &src);
        let knows = |word: &str| source.contains(word);
        if !matches!(module.as_str(), "web" | "startup") {
            assert!(!knows("use actix") && !knows("actix_web::"), "{} names actix", path.display());
        }
        if module == "web" {
            assert!(!knows("diesel") && !knows("repositories") && !knows("schema::"), "{}", path.display());
        }
    }
}

//! The languages that can be painted, by the names people write on fences; it knows nothing of HTML.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use syntect::parsing::SyntaxSet;

/// How many syntaxes may be in use before all are loaded afresh: each compiles its expressions when they are first needed
/// and keeps some 8 MiB of them, while loading takes a millisecond.
const MOST_IN_USE: usize = 8;

static SYNTAXES: LazyLock<Mutex<Syntaxes>> = LazyLock::new(|| Mutex::new(Syntaxes::load()));

struct Syntaxes {
    set: Arc<SyntaxSet>,
    used: Vec<String>,
}

impl Syntaxes {
    fn load() -> Self {
        Self { set: Arc::new(SyntaxSet::load_defaults_newlines()), used: Vec::new() }
    }
}

/// The set to paint `language` with and the name of its syntax there, if any fits.
///
/// The set is loaded when it is first asked for; its syntaxes are numbered alike however often it is loaded.
pub fn fit_for(language: &str) -> Option<(Arc<SyntaxSet>, String)> {
    let mut syntaxes = SYNTAXES.lock().unwrap_or_else(PoisonError::into_inner);
    let syntax = syntaxes.set.find_syntax_by_token(relative(&language.to_ascii_lowercase()))?;
    let name = Some(&syntax.name).filter(|name| *name != "Plain Text")?.clone();
    if !syntaxes.used.contains(&name) {
        if syntaxes.used.len() >= MOST_IN_USE {
            *syntaxes = Syntaxes::load();
        }
        syntaxes.used.push(name.clone());
    }
    Some((Arc::clone(&syntaxes.set), name))
}

/// What the names of files in `language` usually end with, if we know it.
pub fn extension(language: &str) -> Option<String> {
    let syntaxes = SYNTAXES.lock().unwrap_or_else(PoisonError::into_inner);
    let syntax = syntaxes.set.find_syntax_by_token(&language.to_ascii_lowercase())?;
    let plain = |end: &&String| end.chars().all(|c| c.is_ascii_alphanumeric());
    syntax.file_extensions.first().filter(plain).cloned()
}

/// The bundled syntax nearest to a language that is not bundled.
fn relative(name: &str) -> &str {
    match name {
        "typescript" | "ts" | "tsx" | "jsx" | "mjs" | "cjs" | "mts" | "javascriptreact" => "js",
        "c#" | "csharp" => "cs",
        "kotlin" | "kt" | "kts" | "swift" | "dart" => "java",
        "toml" | "ini" | "conf" | "cfg" | "env" | "dotenv" => "properties",
        "dockerfile" | "docker" | "console" | "shell" | "shellsession" | "fish" | "ps1" | "powershell" => {
            "bash"
        }
        "vue" | "svelte" | "astro" => "html",
        "json5" | "jsonc" | "jsonl" | "ndjson" => "json",
        "golang" => "go",
        "postgres" | "postgresql" | "sqlite" | "mysql" | "plsql" => "sql",
        "zig" | "cuda" | "glsl" | "hlsl" | "wgsl" => "cpp",
        "cmake" | "mk" => "makefile",
        "elisp" | "scheme" | "racket" => "lisp",
        "patch" => "diff",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_that_are_not_bundled_borrow_a_relative() {
        for name in [
            "typescript",
            "tsx",
            "kotlin",
            "swift",
            "toml",
            "dockerfile",
            "vue",
            "jsonc",
            "c#",
            "cs",
            "csharp",
            "python",
            "py",
            "bash",
            "sh",
            "zsh",
            "shell",
            "sql",
            "go",
            "golang",
            "rust",
            "rs",
            "c++",
            "cpp",
            "html",
            "css",
            "yaml",
            "xml",
            "diff",
            "php",
            "ruby",
            "perl",
            "lua",
            "r",
            "haskell",
            "scala",
            "java",
            "javascript",
            "makefile",
            "cmake",
            "markdown",
            "latex",
            "objective-c",
            "powershell",
            "lisp",
            "clojure",
            "erlang",
            "groovy",
            "zig",
        ] {
            assert!(fit_for(name).is_some(), "{name}");
        }
    }

    #[test]
    fn no_more_than_a_few_are_in_use_at_once() {
        for name in
            ["c", "cpp", "java", "go", "cs", "css", "yaml", "xml", "diff", "php", "ruby", "perl", "lua"]
        {
            assert!(fit_for(name).is_some(), "{name}");
            assert!(SYNTAXES.lock().unwrap_or_else(PoisonError::into_inner).used.len() <= MOST_IN_USE);
        }
    }
}

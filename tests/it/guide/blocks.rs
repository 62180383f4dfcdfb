//! The fenced blocks of a chapter, as they stand in its file.
//!
//! A block whose first line says `run` (```` ```sh run ````, also `js` and `python`) is run. A block that says `expect`
//! right after it is what the run must print: ```` ```json expect ```` or ```` ```text expect ````. Blocks that say
//! neither are not run: they start servers, belong into the configuration of another program, or only show a shape.

use std::fs;

/// A fenced block.
#[derive(Clone, Debug)]
pub struct Block {
    pub language: String,
    pub mark: String,
    pub code: String,
    /// The line of its first line of code in the file, from 1.
    pub line: usize,
}

/// A block that is run, and what it must print.
#[derive(Clone, Debug)]
pub struct Example {
    pub block: Block,
    pub expected: Option<Block>,
}

/// The names of a language's chapters, `NN-slug`, in order.
pub fn names(language: &str) -> Vec<String> {
    let files = fs::read_dir(format!("templates/guide/{language}")).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .map(|name| name.strip_suffix(".md").unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// All fenced blocks of a chapter.
pub fn blocks(language: &str, name: &str) -> Vec<Block> {
    let text = fs::read_to_string(format!("templates/guide/{language}/{name}.md")).unwrap();
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let (language, mark) = info.split_once(' ').unwrap_or((info, ""));
                let (language, mark) = (language.to_owned(), mark.trim().to_owned());
                assert!(
                    matches!(mark.as_str(), "" | "run" | "expect"),
                    "{name}, line {}: a block says {mark:?}",
                    number + 1
                );
                open = Some(Block { language, mark, code: String::new(), line: number + 2 });
            }
            (Some(_), Some("")) => blocks.extend(open.take()),
            (Some(block), _) => block.code += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{name}: a block is not closed");
    blocks
}

/// The blocks of a chapter that are run, each with what it must print.
pub fn examples(language: &str, name: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut after_run = false;
    for block in blocks(language, name) {
        let mark = block.mark.clone();
        match mark.as_str() {
            "run" => examples.push(Example { block, expected: None }),
            "expect" => {
                assert!(after_run, "{name}, line {}: nothing is run right before it", block.line);
                examples.last_mut().unwrap().expected = Some(block);
            }
            _ => {}
        }
        after_run = mark == "run";
    }
    examples
}

impl Block {
    /// The code without the lines that are comments, which each language writes for itself.
    pub fn without_comments(&self) -> Vec<&str> {
        let mark = if self.language == "js" { "//" } else { "#" };
        self.code.lines().filter(|line| !line.trim_start().starts_with(mark)).collect()
    }
}

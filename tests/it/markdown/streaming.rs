//! An answer rendered in pieces is the answer rendered at once, however it is cut.

use std::collections::BTreeMap;

use stoa::markdown::{BlockRenderer, render};

const PIECES: &[&str] = &[
    "A paragraph\nof two lines, with *emphasis*, **strong**, `code` and https://example.org/a_b.",
    "A heading\n=========",
    "Another one\n---",
    "lines\nof a long\nheading\n---",
    "# One\n## Two ##\n#not a heading\n#### Four",
    "### 标题三",
    "#",
    "---",
    "***\n***bold and italic***",
    "- a\n- b\n- c",
    "* loose\n\n* list\n\n\n* here\n\n  second paragraph\n\n      code in it",
    "1. one\n2. two\n   - nested\n     - deeper\n       1. deepest\n3. three",
    "1) other\n2) marks\n- then bullets\n+ and others",
    "- [ ] open\n- [x] done\n  - [X] 嵌套",
    "- \n  empty first line\n-\n- after empty",
    "-\n\n  not in the item",
    "> a quotation\nwith a lazy line\n> > and another\n\n> separate",
    "> ```\n> code in a quotation\n> ```\n> - list\n>   in it",
    "| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3 |",
    "text above\n| 表头 | b |\n|--|--|\n| 中文 | 🎉 |\n\nbelow",
    "a | b\n--|--\n1 | 2\nlazy row\n# ends it",
    "|only|\n|-",
    "```rust\nfn main() {\n    println!(\"<b>\");\n}\n\n// end\n```",
    "~~~\ncode with ``` in it\n~~~",
    "````md\n```\ninner\n```\n````",
    "```python\n# 未闭合\nprint(1)\n\nstill code",
    "  ```\n  indented fence\n   x\n  ```",
    "``` not`a fence",
    "    indented code\n\n\n    more\n\n   text",
    "\tcode by tab\n\n\tmore",
    "<details>\n<summary>More <b>here</b></summary>\n\n- inside\n\n```\ncode\n```\n\n</details>\nafter",
    "<details open><summary>一</summary>\n\n二\n\n<details>\n\n三\n\n</details>\n\n</details>",
    "<div align=\"center\">\n*not parsed*\n</div>\n\nparsed",
    "<!-- a comment\n\nover blank lines -->\n\nafter",
    "<script>\nalert(1)\n\n</script>\ntext",
    "<!-- unclosed",
    "H<sub>2</sub>O and <kbd>Ctrl</kbd> Vec<T> <b>bold",
    "a<br>b<br/>c\\\nd  \ne",
    "![a picture](https://example.org/x.png \"title\") [link](https://example.org) [bad](javascript:alert(1))",
    "**中文：**后文，*强调*。~~删~~ 10~20，30~40",
    "emoji 👩‍👩‍👧‍👦🎉 e\u{301} \u{200b}x",
    "trailing backslash\\",
    "&amp; &copy; &#35; &nope; < > \"",
    "a\u{0}b\u{feff}c\u{202e}d",
    "\u{feff}# after a mark",
    "line\rline\r\nline",
    "[unclosed *link* `tick **bold",
    "\\( x^2 \\) and \\[ y \\] and $z$",
    "Term\n: not a definition list",
    "\n\n\n",
    "   ",
    "1. a\n\n\n\n2. b\n\npara",
    "10. ten\n11. eleven\n\n    - indented four\n\n      para",
    "- a\n\n\n      six spaces",
    "- a\n - b\n  - c\n   - d\n    - e",
    "+ > quoted\n  > list\n+ ```\n  fence in list\n",
    "text\n    not code\n\n    code",
    "* * *\n- - -\n_ _ _",
    "===",
    "a\n==\nb\n==",
];

const SEPARATORS: &[&str] = &["\n\n", "\n", "\n\n\n", "\r\n\r\n", "\r\n", "", " \n", "\n  \n"];

/// SplitMix64: the same texts every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.roll(6) {
            text.push_str(self.pick(PIECES));
            text.push_str(self.pick(SEPARATORS));
        }
        text
    }

    /// `text` in pieces of up to `longest` characters.
    fn cut(&mut self, text: &str, longest: usize) -> Vec<String> {
        let (mut pieces, mut chars) = (Vec::new(), text.chars().peekable());
        while chars.peek().is_some() {
            let length = 1 + self.roll(longest);
            pieces.push(chars.by_ref().take(length).collect());
        }
        pieces
    }
}

/// A page that follows an answer: it replaces blocks by their index and checks that finished ones stay.
#[derive(Default)]
struct Page {
    blocks: BTreeMap<usize, (String, bool)>,
}

impl Page {
    fn take(&mut self, blocks: Vec<stoa::markdown::Block>) {
        for block in blocks {
            let was = self.blocks.insert(block.index, (block.html, block.open));
            assert!(was.is_none_or(|(_, open)| open), "finished block {} came again", block.index);
        }
    }

    fn html(&self) -> String {
        assert!(self.blocks.values().all(|(_, open)| !open), "a block was left open");
        assert!(self.blocks.keys().copied().eq(0..self.blocks.len()), "an index was left out");
        self.blocks.values().map(|(html, _)| html.as_str()).collect()
    }
}

fn stream(pieces: &[String], mut look: impl FnMut() -> bool) -> String {
    let (mut renderer, mut page) = (BlockRenderer::new(), Page::default());
    for piece in pieces {
        renderer.push(piece);
        if look() {
            page.take(renderer.changed());
        }
    }
    page.take(renderer.finish());
    page.html()
}

fn assert_same(text: &str, pieces: &[String], look: impl FnMut() -> bool) {
    let (streamed, whole) = (stream(pieces, look), render(text));
    assert!(streamed == whole, "{text:?}\nin {pieces:?}\nstreamed: {streamed}\nwhole:    {whole}");
}

#[test]
fn every_piece_streams_character_by_character() {
    for text in PIECES {
        assert_same(text, &Dice(0).cut(text, 1), || true);
    }
}

#[test]
fn every_pair_of_pieces_streams_in_any_cut() {
    let mut dice = Dice(1);
    for first in PIECES {
        for second in PIECES {
            let text = format!("{first}{}{second}", dice.pick(SEPARATORS));
            let longest = 1 + dice.roll(24);
            let pieces = dice.cut(&text, longest);
            assert_same(&text, &pieces, || true);
        }
    }
}

#[test]
fn longer_texts_stream_in_any_cut_looked_at_any_time() {
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let text = dice.text();
        let longest = 1 + dice.roll(60);
        let pieces = dice.cut(&text, longest);
        let every = 1 + dice.roll(4);
        assert_same(&text, &pieces, || dice.roll(every) == 0);
    }
}

#[test]
fn every_prefix_of_a_text_streams() {
    for seed in 0..5 {
        let mut dice = Dice(1_000_000 + seed);
        let text = dice.text();
        for (end, _) in text.char_indices() {
            let prefix = &text[..end];
            let pieces = dice.cut(prefix, 12);
            assert_same(prefix, &pieces, || dice.roll(2) == 0);
        }
    }
}

#[test]
fn a_block_beyond_the_threshold_streams() {
    let list = "- an item of a long list\n".repeat(600);
    let code = format!("```js\n{}```\n", "let x = `1`;\n".repeat(700));
    let table = format!("| a | b |\n|--|--|\n{}", "| 1 | 2 |\n".repeat(800));
    let text = format!("Before\n\n{list}\nBetween\n\n{code}\n{table}\nAfter\n");
    assert_same(&text, &Dice(7).cut(&text, 200), || true);
}

#[test]
fn definitions_elsewhere_are_the_documented_exception() {
    let text = "See [it][1] and this.[^a]\n\nNext.\n\n[1]: https://example.org\n\n[^a]: The note.\n";
    let streamed = stream(&Dice(3).cut(text, 5), || true);
    assert!(streamed.contains("See [it][1] and this.[^a]"), "{streamed}");
    assert!(streamed.contains("The note."), "{streamed}");
    let whole = render(text);
    assert!(whole.contains("href=\"https://example.org\""), "{whole}");
    assert!(whole.contains("<section class=\"footnotes\">"), "{whole}");
}

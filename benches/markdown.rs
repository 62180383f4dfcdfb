//! What Markdown costs: loading the syntaxes, a page of messages, an answer as it streams, and the worst of input.
//! `cargo bench --bench markdown` prints the figures; nothing is asserted.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use stoa::markdown::{BlockRenderer, Cache, render};

const PROSE: &str = "SQLite allows **one writer at a time**. Two pools that write to the same file therefore meet at the \
lock, and the one that comes second gets `database is locked` unless it waits. The usual way out:\n\n\
1. Open the database in *WAL* mode, so that readers never wait.\n\
2. Give writers a pool of their own with a single connection.\n\
3. Begin with `BEGIN IMMEDIATE`, so that nobody has to upgrade a lock.\n\n\
See [the documentation](https://sqlite.org/wal.html) for the details.\n\n\
> A transaction that only reads never blocks.\n";

const CHINESE: &str = "### 结论\n\n**写锁只有一把：**两个连接池写同一个文件时，后到的一方会收到 `database is locked`。\n\n\
- 打开 **WAL** 模式，读者不再等待；\n- 写者共用一个连接；\n- 事务用 `BEGIN IMMEDIATE` 开始。\n\n\
| 方案 | 吞吐 | 延迟 |\n|---|---:|---:|\n| 单连接 | 12k/s | 0.1 ms |\n| 连接池 | 3k/s | 5 ms |\n\n\
这样一来，写事务在进程内排队，而不是在文件锁上互相等待。\n";

const CODE: &str = "Here is the whole of it:\n\n```rust\nuse std::time::Duration;\n\n/// Opens the database for writing.\n\
pub fn open(path: &Path) -> Result<Connection, Error> {\n    let conn = Connection::open(path)?;\n    \
conn.busy_timeout(Duration::from_secs(5))?;\n    conn.pragma_update(None, \"journal_mode\", \"WAL\")?;\n    \
conn.pragma_update(None, \"synchronous\", \"FULL\")?; // durable\n    Ok(conn)\n}\n\n#[cfg(test)]\nmod tests {\n    \
#[test]\n    fn it_opens() {\n        assert!(open(Path::new(\"x.db\")).is_ok());\n    }\n}\n```\n\nand in Python:\n\n\
```python\nimport sqlite3\n\ndef connect(path: str) -> sqlite3.Connection:\n    \"\"\"Open for writing.\"\"\"\n    \
conn = sqlite3.connect(path, timeout=5.0)\n    conn.execute(\"PRAGMA journal_mode = WAL\")\n    return conn\n```\n\n\
Both wait up to *five seconds* for the lock.\n";

const QUESTION: &str = "Why do two pools that write to one SQLite file get `database is locked`?\n";

fn main() {
    let before = resident_kib();
    let (loading, ()) = timed(|| drop(render("```diff\n```\n")));
    println!("syntaxes: loaded in {loading:?}, {} KiB more resident", resident_kib().saturating_sub(before));
    page();
    languages();
    stream();
    worst();
}

fn page() {
    let answers = [PROSE, CHINESE, CODE].into_iter().cycle().take(25);
    let pairs = answers
        .enumerate()
        .flat_map(|(n, answer)| [format!("{QUESTION}\n{n}\n"), format!("{answer}\n{n}\n")]);
    let messages: Vec<String> = pairs.collect();
    let bytes: usize = messages.iter().map(String::len).sum();
    let all = || messages.iter().map(|message| render(message).len()).sum::<usize>();
    let (cold, html) = timed(all);
    println!("50 messages, {bytes} bytes to {html} of HTML: first {cold:?}, then {:?}", fastest(20, all));
    for (name, text) in [("question", QUESTION), ("prose", PROSE), ("chinese", CHINESE), ("code", CODE)] {
        println!("  {name}: {} bytes in {:?}", text.len(), fastest(50, || render(text).len()));
    }
    let cache = Cache::default();
    let cached = || messages.iter().map(|message| cache.render(message).len()).sum::<usize>();
    black_box(cached());
    println!("50 messages from the cache: {:?}", fastest(50, cached));
}

/// Every syntax compiles its expressions when they are first needed and keeps them.
fn languages() {
    let code = "if (a == \"b\") { return f(1, x[2]); } // c\n# d\n<e f='g'>h</e>\nclass I: J\n";
    let rounds = [
        &["rust", "python"][..],
        &["js", "bash", "sql", "json", "html"],
        &["c", "cpp", "java", "go", "cs", "css", "yaml", "xml", "diff"],
        &[
            "php", "ruby", "perl", "lua", "r", "haskell", "scala", "makefile", "latex", "lisp", "erlang",
            "ocaml",
        ],
    ];
    for names in rounds.into_iter().chain(rounds) {
        let (took, ()) =
            timed(|| names.iter().for_each(|name| drop(render(&format!("```{name}\n{code}```\n")))));
        println!("{names:?} after other languages: {took:?}, {} KiB resident", resident_kib());
    }
}

fn stream() {
    let answer = [PROSE, CODE, CHINESE].concat().repeat(4);
    let code = format!("```rust\n{}```\n", "let answer = compute(42, \"why\"); // because\n".repeat(250));
    for (name, text) in [
        ("answer", &answer),
        ("code block", &code),
        ("1 MB code block", &code.repeat(90).replace("```\n```rust\n", "")),
    ] {
        let mut renderer = BlockRenderer::new();
        let (mut calls, mut sent, mut longest) = (0, 0, Duration::ZERO);
        let (total, ()) = timed(|| {
            for token in text.split_inclusive([' ', '\n']) {
                renderer.push(token);
                let (took, blocks) = timed(|| renderer.changed());
                calls += 1;
                sent += blocks.iter().map(|block| block.html.len()).sum::<usize>();
                longest = longest.max(took);
            }
            renderer.finish();
        });
        println!(
            "{name} of {} bytes streamed in {calls} tokens, looked at after each: {total:?}, longest {longest:?}, {sent} bytes of HTML",
            text.len()
        );
    }
}

fn worst() {
    let half_a_megabyte = |unit: &str| unit.repeat(512 * 1000 / unit.len());
    let in_fence = |language: &str, code: &str| format!("```{language}\n{code}\n```\n");
    let lines =
        |unit: &str, times: usize| (unit.repeat(times) + "\n").repeat(30 * 1024 / (unit.len() * times + 1));
    let texts = [
        ("typical answers", half_a_megabyte(&[PROSE, CHINESE, CODE].concat())),
        ("paragraphs", half_a_megabyte("a\n\n")),
        ("one code block", in_fence("rust", &half_a_megabyte("fn a() {}\n"))),
        (">", half_a_megabyte(">")),
        ("[", half_a_megabyte("[")),
        ("*a **b", half_a_megabyte("*a **b ")),
        ("<", half_a_megabyte("<")),
        ("&", half_a_megabyte("&")),
        ("<sub>", half_a_megabyte("<sub>\n")),
        ("<!--", half_a_megabyte("<!--")),
        ("addresses", half_a_megabyte("www.a.b ")),
        ("footnotes", half_a_megabyte("[^a]\n\n[^a]: b\n\n")),
        ("footnotes within", half_a_megabyte("[^a]: [^a]\n\n")),
        ("table", format!("|a|b|\n|-|-|\n{}", half_a_megabyte("|x|y|\n"))),
        ("30 KB of Rust", in_fence("rust", &lines("fn a() { \"x\" } ", 4))),
        ("30 KB of brackets", in_fence("js", &lines("[{(", 1))),
        ("30 KB of C++ templates", in_fence("cpp", &lines("a<b<(", 350))),
        ("30 KB of Java dots", in_fence("java", &lines("a.b.c<d ", 230))),
        ("30 KB of LaTeX", in_fence("latex", &lines("\\a{$", 400))),
        ("30 KB of PHP", in_fence("php", &lines("<?php \"{$a[", 150))),
        ("30 KB of f-strings", in_fence("python", &lines("f\"{", 600))),
        ("30 KB of Markdown", in_fence("markdown", &lines("*a _", 400))),
    ];
    for (name, text) in texts {
        let (took, html) = timed(|| render(&text).len());
        println!("{name}: {} bytes to {html} in {took:?}, {} KiB resident", text.len(), resident_kib());
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = Instant::now();
    let result = black_box(work());
    (started.elapsed(), result)
}

fn fastest<T>(times: usize, mut work: impl FnMut() -> T) -> Duration {
    (0..times).map(|_| timed(&mut work).0).min().unwrap_or_default()
}

/// Resident memory where the system tells, else 0.
fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

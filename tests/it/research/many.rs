//! Many researches at once, over pages as large as any that is read.

use serde_json::json;

use super::killed::Lasting;
use super::outcome::Outcome;
use super::steering::{REQUEST, decide, started, succeeded, waiting};
use crate::runs::site::Site;
use crate::support::scripted::Said;
use crate::support::upstream::Script;

/// How many researches there are.
const MANY: usize = 20;
/// What they may take together, in KiB, with a program that was not optimised.
const MOST: u64 = 400 * 1024;

#[tokio::test]
async fn many_researches_over_large_pages_take_little_memory() {
    let lasting = Lasting::on(Site::new().await).await;
    lasting.model.always(&Script::json(500, json!({ "error": { "message": "away" } })));
    let more = "parallel = 3";
    lasting.configure(&format!("at_once = {MANY}\nper_user = {MANY}"), more);
    let paths: Vec<String> = (0..8).map(|n| format!("/large/{n}")).collect();
    for (n, path) in paths.iter().enumerate() {
        let page = Said { headers: vec![("content-type", "text/plain".into())], ..Said::html(large(n)) };
        lasting.web.put(path, page);
    }
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    lasting.web.finds("book", &paths[..4]);
    lasting.web.finds("year", &paths[4..]);
    let process = lasting.start().await;
    let mut runs = Vec::new();
    for _ in 0..MANY {
        let said = json!({ "name": "law", "type": "deepresearch" });
        let session =
            process.ada.post("/api/chat/sessions", said).await.json()["id"].as_str().unwrap().to_owned();
        let run = started(&process.ada, &session, REQUEST).await;
        runs.push((session, run));
    }
    let questions = ["Which book of Justinian was issued?", "In which year did Justinian issue it?"];
    for (_, run) in &runs {
        waiting(&process.ada, run).await;
        let plan = json!({ "sources": ["web"], "questions": questions });
        decide(&process.ada, run, json!({ "action": "approve", "plan": plan })).await;
    }
    for (session, run) in &runs {
        succeeded(&process.ada, run).await;
        Outcome::load(&mut lasting.site.connect(), session).unwrap().check();
    }
    let peak = peak(process.child.id().unwrap());
    println!("{MANY} researches took {} MiB at the most", peak / 1024);
    assert!(peak < MOST, "{} MiB", peak / 1024);
}

/// Some seventy kilobytes of sentences.
fn large(seed: usize) -> String {
    let sentence = |n: usize| {
        format!(
            "In the year {n} the Digest of Justinian was issued in book {seed} by kinds of civil law {n}. "
        )
    };
    (0..700).map(|n| if n % 20 == 0 { format!("\n\n{}", sentence(n)) } else { sentence(n) }).collect()
}

/// The most memory that a process has had, in KiB.
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

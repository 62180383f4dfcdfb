//! A good bundle: what is in it, that it is the same each time, and that the command says so.

use std::process::{Command, Output};

use serde_json::json;
use stoa::db::{DbConn, Time};
use stoa::models::new_id;

use super::{Bundle, bundled, check, download};
use crate::support::app::spawn_app;
use crate::support::reports::{LOCK, TEXT, WAL, research, source};

#[tokio::test]
async fn a_bundle_holds_all_that_stands_behind_a_report_and_checks_well() {
    let (_app, ada, made, bytes) = bundled().await;
    let mut bundle = Bundle::of(&bytes);
    let names: Vec<&str> = bundle.0.iter().map(|(path, _)| path.as_str()).collect();
    let expected = [
        "manifest.json",
        "report.md",
        "report.html",
        "plan.json",
        "queries.json",
        "sources.json",
        "notes.json",
        "sources/001.txt",
        "sources/002.txt",
    ];
    assert_eq!(names, expected);
    assert_eq!(*bundle.file("report.md"), TEXT.as_bytes());
    assert_eq!(*bundle.file("sources/001.txt"), LOCK.as_bytes());
    assert_eq!(*bundle.file("sources/002.txt"), WAL.as_bytes());
    let manifest = bundle.json("manifest.json");
    assert_eq!(
        (&manifest["format"], &manifest["version"], &manifest["mode"]),
        (&json!("stoa.evidence"), &json!(1), &json!("deterministic"))
    );
    assert_eq!((&manifest["model"], &manifest["artifact_id"]), (&json!("test/small"), &json!(made.artifact)));
    assert_eq!(manifest["citations"].as_array().unwrap().len(), 3);
    assert_eq!(bundle.json("plan.json")["questions"][0], "Who holds the lock?");
    let searched = json!([
        { "question": 1, "query": "who holds the lock", "status": "done", "found": 2 },
        { "question": 2, "query": "WAL 改变什么", "status": "failed", "found": null },
    ]);
    assert_eq!(bundle.json("queries.json"), searched);
    assert_eq!(bundle.json("notes.json")[1]["quote"], "读者不会被写者阻塞。");
    assert!(!String::from_utf8_lossy(&bytes).contains(&ada.user().id), "a bundle names nobody");
    let findings = check(&bytes).unwrap();
    assert_eq!(findings.problems, []);
    assert_eq!((findings.files, findings.sources, findings.citations), (8, 2, 3));
}

#[tokio::test]
async fn a_report_gives_the_same_bytes_whatever_its_session_reads_later() {
    let (app, ada, made, bytes) = bundled().await;
    assert!(download(&ada, &made).await == bytes);
    let session = made.session.clone();
    let later = move |conn: &mut DbConn| {
        source(conn, &session, 3, "https://example.org/later", "Later", "Later.")?;
        let at = Time::now().plus_seconds(60);
        use diesel::prelude::*;
        let row = stoa::schema::sources::table.filter(stoa::schema::sources::number.eq(3));
        diesel::update(row).set(stoa::schema::sources::fetched_at.eq(at)).execute(conn)?;
        Ok(())
    };
    app.state.db.write(later).await.unwrap();
    assert!(download(&ada, &made).await == bytes);
}

#[tokio::test]
async fn a_report_is_one_page_that_needs_nothing_else() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = research(&app.state, &ada).await;
    let place = format!("/api/artifacts/{}/export", made.artifact);
    let page = ada.get(&format!("{place}?format=html")).await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.header("content-disposition").starts_with("attachment; filename=\"report.html\""));
    for trace in ["<script", "src=", "url(", "<link", "@import"] {
        assert!(!page.text.contains(trace), "{trace}: {}", page.text);
    }
    assert!(page.text.contains("default-src 'none'") && page.text.contains("3 处论断中有 1 处得到来源支持"));
    // Each reference leads to its footnote, and back.
    let targets = page.attributes("sup.footnote a", "href");
    assert_eq!(targets.len(), 3);
    let ids: Vec<String> = page.attributes("[id]", "id");
    for target in targets.iter().chain(&page.attributes("a.back", "href")) {
        assert!(ids.iter().any(|id| *target == format!("#{id}")), "{target}");
    }
    assert!(page.text.contains("读者不会被写者阻塞。") && page.text.contains("无依据"));
    assert_eq!(page.text.matches("The write lock of SQLite").count(), 2, "as title and heading");
    let text = ada.get(&format!("{place}?format=markdown")).await;
    assert_eq!((text.text.as_str(), text.header("content-type")), (TEXT, "text/markdown; charset=utf-8"));
    let english = ada.request(reqwest::Method::GET, &place).header("Accept-Language", "en");
    assert!(crate::support::caller::send(english).await.text.contains("1 of 3 claims supported"));
    assert_eq!(ada.get(&format!("{place}?format=pdf")).await.wrong_fields(), ["format"]);
}

#[tokio::test]
async fn what_is_no_report_is_no_file_of_that_kind() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let artifact = json!({ "title": "x", "kind": "markdown", "content": "# x" });
    let artifact = ada.post("/api/artifacts", artifact).await.header("location").to_owned();
    for file in ["evidence", "export"] {
        assert_eq!(
            ada.get(&format!("{artifact}/{file}")).await.problem(),
            (404, "artifact_not_found".into())
        );
    }
    let made = research(&app.state, &ada).await;
    ada.delete(&format!("/api/chat/sessions/{}", made.session), json!({})).await;
    let place = format!("/api/artifacts/{}", made.artifact);
    assert_eq!(ada.get(&format!("{place}/evidence")).await.problem(), (409, "research_gone".into()));
    assert_eq!(ada.get(&format!("{place}/export")).await.status, 200, "the report itself is still there");
}

#[tokio::test]
async fn hostile_titles_and_texts_run_nothing_on_the_page() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = research(&app.state, &ada).await;
    let artifact = made.artifact.clone();
    let spoil = move |conn: &mut DbConn| {
        use diesel::prelude::*;
        use stoa::schema::reports::dsl;
        let row = dsl::reports.filter(dsl::artifact_id.eq(&artifact));
        let report: stoa::models::report::Report = row.first(conn)?;
        let mut content = report.content.read()?;
        content.title = "</title><script>alert(1)</script>".to_owned();
        content.citations[0].url = "javascript:alert(1)".to_owned();
        content.citations[1].sentence = "<img src=x onerror=alert(1)>".to_owned();
        let row = dsl::reports.filter(dsl::artifact_id.eq(&artifact));
        diesel::update(row).set(dsl::content.eq(stoa::db::Json::write(&content)?)).execute(conn)?;
        Ok(new_id())
    };
    app.state.db.write(spoil).await.unwrap();
    let page = ada.get(&format!("/api/artifacts/{}/export", made.artifact)).await;
    for trace in ["<script", "<img", "href=\"javascript"] {
        assert!(!page.text.contains(trace), "{trace}: {}", page.text);
    }
}

fn verify(folder: &tempfile::TempDir, bytes: &[u8]) -> Output {
    let file = folder.path().join("bundle.zip");
    std::fs::write(&file, bytes).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
    command.args(["research", "verify"]).arg(&file).current_dir(folder.path());
    command.env_remove("DATABASE_URL").output().unwrap()
}

#[tokio::test]
async fn the_command_says_how_a_bundle_is_and_needs_nothing_but_the_file() {
    let (_app, _ada, _made, bytes) = bundled().await;
    let folder = tempfile::TempDir::new().unwrap();
    // Whatever is configured there.
    std::fs::write(folder.path().join("stoa.toml"), "nonsense = [").unwrap();
    let text = |output: &Output| String::from_utf8(output.stdout.clone()).unwrap();
    let good = verify(&folder, &bytes);
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    assert!(text(&good).starts_with("ok    8 files, 2 sources, 3 citations"), "{}", text(&good));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is written");

    let mut spoilt = Bundle::of(&bytes);
    spoilt.replace("sources/001.txt", "Only", "Most");
    let bad = verify(&folder, &spoilt.pack());
    assert_eq!(bad.status.code(), Some(1));
    assert!(text(&bad).contains("FAIL  \"sources/001.txt\" was changed"), "{}", text(&bad));
    assert!(text(&bad).ends_with("problems: 4\n"), "{}", text(&bad));

    let none = verify(&folder, b"hello");
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8(none.stderr).unwrap().contains("no evidence bundle"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
    let absent =
        command.args(["research", "verify", "/nowhere"]).current_dir(folder.path()).output().unwrap();
    assert_eq!(absent.status.code(), Some(2));
}

//! `/api/documents`.

use encoding_rs::GB18030;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::app::spawn_app;
use crate::support::caller::{Answer, Caller, send};
use crate::support::upload::{File, NOTE};

async fn given(caller: &Caller, file: File<'_>) -> Value {
    let answer = caller.give(file).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let document = answer.json()["document"].clone();
    assert_eq!(answer.header("location"), format!("/api/documents/{}", document["id"].as_str().unwrap()));
    document
}

async fn text_of(caller: &Caller, file: File<'_>) -> String {
    let id = given(caller, file).await["id"].as_str().unwrap().to_owned();
    let answer = caller.get(&format!("/api/documents/{id}")).await.json();
    answer["document"]["content"].as_str().unwrap().to_owned()
}

async fn listed(caller: &Caller, query: &str) -> (Vec<String>, Value) {
    let answer = caller.get(&format!("/api/documents{query}")).await.json();
    let titles = answer["documents"].as_array().unwrap().iter();
    (titles.map(|one| one["title"].as_str().unwrap().to_owned()).collect(), answer)
}

fn file<'a>(name: &'a str, kind: &'a str, bytes: &'a [u8]) -> File<'a> {
    File { name, kind, bytes, title: None }
}

#[tokio::test]
async fn a_file_is_read_and_kept_as_it_came() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let bytes = b"# Painted porch\r\n\r\n\r\nColumns\0.  \r\n";
    let one = given(&ada, File { title: Some(" 柱廊 "), ..file("porch.md", "text/markdown", bytes) }).await;
    assert_eq!(one["title"], "柱廊");
    assert_eq!((&one["file_name"], &one["content_type"]), (&json!("porch.md"), &json!("text/markdown")));
    assert_eq!(one["size"], bytes.len());
    let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(one["sha256"], sha256);
    assert!(one.get("content").is_none() && one.get("user_id").is_none());
    let path = format!("/api/documents/{}", one["id"].as_str().unwrap());
    assert_eq!(ada.get(&path).await.json()["document"]["content"], "# Painted porch\n\nColumns.");
    let raw = ada.request(Method::GET, &format!("{path}/raw")).send().await.unwrap();
    let header = |name: &str| raw.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/octet-stream");
    assert!(header("content-disposition").starts_with("attachment; filename=\"document.md\""));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(raw.bytes().await.unwrap(), bytes.as_slice());
    assert_eq!(ada.delete(&path, json!({})).await.json(), json!({ "success": true }));
    for gone in
        [ada.get(&path).await, ada.get(&format!("{path}/raw")).await, ada.delete(&path, json!({})).await]
    {
        assert_eq!(gone.problem(), (404, "document_not_found".into()));
    }
}

#[tokio::test]
async fn the_same_file_is_kept_once_for_each_member() {
    let app = spawn_app().await;
    let (ada, bob) = (app.member().await, app.member().await);
    let first = given(&ada, NOTE).await;
    let again = File { name: "other.txt", title: Some("Another"), ..NOTE };
    assert_eq!(given(&ada, again).await, first);
    assert_ne!(given(&bob, NOTE).await["id"], first["id"]);
    assert_eq!(listed(&ada, "").await.1["total"], 1);
    ada.delete(&format!("/api/documents/{}", first["id"].as_str().unwrap()), json!({})).await;
    assert_eq!(given(&ada, again).await["title"], "Another");
}

#[tokio::test]
async fn every_kind_that_is_read_is_read() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let html = "<html><head><title>罗马法</title></head><body><nav>menu</nav><article><p>写锁只有一把。</p></article></body></html>";
    assert!(text_of(&ada, file("a.html", "text/html", html.as_bytes())).await.contains("写锁只有一把。"));
    assert_eq!(
        text_of(&ada, file("a.json", "application/json", b"{\"a\":[1]}")).await,
        "{\n  \"a\": [\n    1\n  ]\n}"
    );
    let chinese = "罗马法是罗马国家的法律制度，对后世各国的法律影响深远。".repeat(4);
    let (bytes, ..) = GB18030.encode(&chinese);
    assert_eq!(text_of(&ada, file("罗马.txt", "application/octet-stream", &bytes)).await, chinese);
    assert_eq!(text_of(&ada, file("b.txt", "text/plain; charset=gbk", &bytes[..4])).await, "罗马");
    let wide: Vec<u8> = "\u{feff}Stoa 柱廊".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(text_of(&ada, file("wide.txt", "text/plain", &wide)).await, "Stoa 柱廊");
    assert_eq!(text_of(&ada, file("t.csv", "text/csv", b"a,b\n1,2\n")).await, "a,b\n1,2");
    assert_eq!(
        listed(&ada, "").await.0,
        ["t", "wide", "b", "罗马", "a", "罗马法"],
        "the file's name or its own title"
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_a_way_on() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let refused = async |file: File<'_>| -> Answer { ada.give(file).await };
    for (name, kind, bytes) in [
        ("a.png", "image/png", b"x".as_slice()),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
        ("a.exe", "application/octet-stream", b"MZ\0\0"),
        ("a.txt", "text/plain", b"MZ\0\0"),
    ] {
        let answer = refused(file(name, kind, bytes)).await;
        assert_eq!(answer.problem(), (415, "document_unsupported".into()), "{name}");
    }
    for (name, kind, bytes, expected) in [
        ("a.txt", "text/plain", b"".as_slice(), "没有文字"),
        ("a.txt", "text/plain", b" \n\t", "没有文字"),
        ("a.pdf", "application/pdf", b"%PDF-1.7 and nothing", "已损坏"),
        ("a.json", "application/json", b"{", "已损坏"),
    ] {
        let answer = refused(file(name, kind, bytes)).await;
        assert_eq!(answer.wrong_fields(), ["file"], "{name}");
        let sentence = answer.json()["fields"]["file"].as_str().unwrap().to_owned();
        assert!(sentence.contains(expected), "{sentence}");
    }
    for title in ["x".repeat(201).as_str(), "a\0b"] {
        assert_eq!(refused(File { title: Some(title), ..NOTE }).await.wrong_fields(), ["title"]);
    }
    let nothing = refused(File { name: "", bytes: b"", ..NOTE }).await;
    assert_eq!(nothing.problem(), (400, "missing_parameter".into()));
    assert_eq!(ada.post("/api/documents", json!({})).await.problem(), (415, "form_expected".into()));
    assert!(listed(&ada, "").await.0.is_empty());
}

#[tokio::test]
async fn a_file_of_twenty_mebibytes_is_taken_and_a_byte_more_is_not() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let mut bytes = b"word ".repeat(4 * 1024 * 1024 + 1);
    bytes.truncate(20 * 1024 * 1024);
    assert_eq!(given(&ada, file("large.txt", "text/plain", &bytes)).await["size"], bytes.len());
    bytes.push(b'x');
    let answer = ada.give(file("larger.txt", "text/plain", &bytes)).await;
    assert_eq!(answer.problem(), (413, "document_too_large".into()));
}

#[tokio::test]
async fn the_list_is_searched_and_cut_as_others_are() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for n in 0..3 {
        let (name, bytes) = (format!("note-{n}.txt"), format!("text {n}"));
        given(&ada, file(&name, "text/plain", bytes.as_bytes())).await;
    }
    assert_eq!(listed(&ada, "?q=NOTE-1").await.0, ["note-1"]);
    assert_eq!(listed(&ada, "?q=.txt").await.1["total"], 3);
    assert!(listed(&ada, "?q=%25").await.0.is_empty());
    let (titles, first) = listed(&ada, "?limit=2").await;
    assert_eq!((titles, &first["total"]), (vec!["note-2".to_owned(), "note-1".to_owned()], &json!(3)));
    let next = format!("?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    given(&ada, NOTE).await;
    assert_eq!(listed(&ada, &next).await.0, ["note-0"]);
    assert_eq!(listed(&ada, "?page=2&limit=3").await.0, ["note-0"]);
    for wrong in ["cursor=x", "cursor=WzEsMl0", "limit=0", "page=x"] {
        let field = wrong.split('=').next().unwrap();
        assert_eq!(ada.get(&format!("/api/documents?{wrong}")).await.wrong_fields(), [field]);
    }
}

#[tokio::test]
async fn what_was_given_goes_with_its_member() {
    let app = spawn_app().await;
    let ada = app.member().await;
    given(&ada, NOTE).await;
    let id = ada.user().id.clone();
    let left = app.state.db.write(move |conn| {
        use diesel::connection::SimpleConnection;
        conn.batch_execute(&format!("DELETE FROM users WHERE id = '{id}'"))?;
        stoa::repositories::documents::count_owned(conn, &id, None)
    });
    assert_eq!(left.await.unwrap(), 0);
    let stranger = app.member().await;
    let request = stranger.request(Method::GET, "/api/documents");
    assert_eq!(send(request).await.json()["total"], 0);
}

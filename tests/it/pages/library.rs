//! The library's pages, posted as plain forms.

use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;
use crate::support::upload::{File, NOTE};
use stoa::models::user::Role;
use stoa::services::passwords::Password;

async fn reader(app: &TestApp) -> Browser {
    let hash = Password::parse("correct horse").unwrap().hash().await.unwrap();
    app.add_user("ada@example.com", Role::Member, Some(hash)).await;
    Browser::signed_in(app, "ada@example.com", "correct horse").await
}

#[tokio::test]
async fn a_file_is_given_read_and_deleted() {
    let app = spawn_app().await;
    let ada = reader(&app).await;
    assert_eq!(ada.get("/library").await.texts(".empty strong"), ["Nothing in your library yet"]);
    let file = File { name: "porch.txt", bytes: b"<b>one</b>\n  two\n\nthree", ..NOTE };
    let kept = ada.give("/library", file).await;
    let path = kept.leads_to().to_owned();
    let page = ada.get(&path).await;
    assert_eq!(page.texts(".flash p, .flash"), ["The document is in your library."]);
    assert_eq!(page.texts(".as-read > p"), ["<b>one</b>\n  two", "three"]);
    assert_eq!(page.texts("main h1"), ["porch"]);
    let again = ada.give("/library", file).await;
    assert_eq!(again.leads_to(), path);
    assert!(ada.get(&path).await.text.contains("You have this file already"));
    assert_eq!(ada.get("/library").await.attributes(".lines .what > a", "href"), [path.as_str()]);
    assert!(ada.get("/library?q=nothing").await.texts(".lines li").is_empty());
    let raw = page.attributes(".top a[href$='/raw']", "href").remove(0);
    assert_eq!(ada.get(&raw).await.text.as_bytes(), file.bytes);
    let asked = ada.get(&format!("{path}/delete")).await;
    let action = asked.attributes("main form", "action").remove(0);
    assert_eq!(ada.post(&action, &[]).await.leads_to(), "/library");
    assert!(ada.get("/library").await.text.contains("The document was deleted."));
    assert_eq!(ada.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_file_that_is_refused_is_asked_for_again() {
    let app = spawn_app().await;
    let ada = reader(&app).await;
    let large = vec![b'x'; 20 * 1024 * 1024 + 1];
    for (file, status, says) in [
        (File { name: "", bytes: b"", ..NOTE }, 400, "Choose a file first."),
        (File { bytes: b"", ..NOTE }, 400, "There is no text in this file."),
        (File { kind: "image/png", ..NOTE }, 415, "This kind of file cannot be read."),
        (File { bytes: &large, ..NOTE }, 413, "The file is larger than 20 MiB."),
    ] {
        let page = ada.give("/library", file).await;
        assert_eq!(page.status, status, "{says}");
        let told = page.texts("#file-wrong");
        assert!(told[0].starts_with(says), "{told:?}");
    }
    let long = "字".repeat(201);
    let page = ada.give("/library", File { title: Some(&long), ..NOTE }).await;
    assert_eq!(page.attributes("#title", "value"), [long.as_str()]);
    assert_eq!(page.texts("#title-wrong").len(), 1);
}

//! Artifacts, without scripts.

use stoa::models::user::Role;
use stoa::services::passwords::Password;

use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;

const PASSWORD: &str = "correct horse";

async fn signed_in(app: &TestApp) -> Browser {
    let hash = Password::parse(PASSWORD).unwrap().hash().await.unwrap();
    app.add_user("ada@example.com", Role::Member, Some(hash)).await;
    Browser::signed_in(app, "ada@example.com", PASSWORD).await
}

#[tokio::test]
async fn an_artifact_is_kept_changed_compared_and_deleted() {
    let app = spawn_app().await;
    let ada = signed_in(&app).await;
    let form = [
        ("title", "写锁 🔒"),
        ("kind", "markdown"),
        ("content", "# One\r\n<script>x</script>"),
        ("tags", "a，b"),
    ];
    let place = ada.post("/artifacts", &form).await.leads_to().to_owned();
    let shown = ada.get(&place).await;
    assert_eq!((shown.status.as_u16(), shown.texts("main h1")[0].as_str()), (200, "写锁 🔒"));
    assert!(!shown.text.contains("<script>x"));
    assert_eq!(ada.get("/artifacts?q=%E5%86%99&tags=a&kind=markdown").await.texts(".what > a"), ["写锁 🔒"]);
    let form = ada.get(&format!("{place}/edit")).await;
    assert_eq!(form.attributes("[name=base_version]", "value"), ["1"]);
    let change = [("title", "写锁"), ("content", "# Two\r\n"), ("base_version", "1"), ("tags", "")];
    assert_eq!(ada.post(&format!("{place}/edit"), &change).await.leads_to(), place);
    let diff = ada.get(&format!("{place}/diff?from=1&to=2")).await;
    assert_eq!((diff.texts(".diff del").len(), diff.texts(".diff ins")), (2, vec!["+ # Two".to_owned()]));
    let versions = ada.get(&format!("{place}/versions")).await;
    assert_eq!(versions.attributes("[name=from][checked]", "value"), ["1"]);
    assert_eq!(versions.attributes("[name=to][checked]", "value"), ["2"]);
    let notices = async |version| ada.get(&format!("{place}?version={version}")).await.texts(".notice").len();
    assert_eq!((notices(1).await, notices(2).await), (1, 0));
    let earlier = ada.get(&format!("{place}/edit?version=1")).await;
    assert_eq!(earlier.attributes("[name=base_version]", "value"), ["2"]);
    assert!(earlier.texts("textarea[name=content]")[0].starts_with("# One"));
    assert_eq!(ada.get(&format!("{place}/delete")).await.status, 200);
    assert_eq!(ada.post(&format!("{place}/delete"), &[]).await.leads_to(), "/artifacts");
    assert_eq!(ada.get(&place).await.status, 404);
}

#[tokio::test]
async fn who_was_slower_sees_both_texts_and_may_overwrite() {
    let app = spawn_app().await;
    let ada = signed_in(&app).await;
    let form = [("title", "x"), ("kind", "text"), ("content", "one")];
    let place = format!("{}/edit", ada.post("/artifacts", &form).await.leads_to());
    ada.post(&place, &[("title", "x"), ("content", "theirs"), ("base_version", "1")]).await.leads_to();
    let refused = ada.post(&place, &[("title", "x"), ("content", "mine"), ("base_version", "1")]).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.texts("textarea"), ["mine", "theirs"]);
    assert_eq!(refused.attributes("[name=base_version]", "value"), ["2"]);
    assert_eq!(
        (refused.texts(".diff del"), refused.texts(".diff ins")),
        (vec!["− theirs".to_owned()], vec!["+ mine".to_owned()])
    );
    ada.post(&place, &[("title", "x"), ("content", "mine"), ("base_version", "2")]).await.leads_to();
}

#[tokio::test]
async fn what_was_typed_stands_there_again_with_the_reason() {
    let app = spawn_app().await;
    let ada = signed_in(&app).await;
    let refused = ada.post("/artifacts", &[("title", ""), ("kind", "csv"), ("content", "a,b")]).await;
    assert_eq!((refused.status.as_u16(), refused.texts("textarea")), (400, vec!["a,b".to_owned()]));
    assert_eq!(refused.attributes("option[selected]", "value"), ["csv"]);
    assert_eq!(refused.texts("#title-wrong").len(), 1);
    assert_eq!(Browser::new(app.address).get("/artifacts").await.status, 303);
}

#[tokio::test]
async fn a_form_takes_as_much_chinese_as_the_api() {
    let app = spawn_app().await;
    let ada = signed_in(&app).await;
    // Three bytes each, and nine in a form: just under 1 MiB decoded.
    let long = "海".repeat(349_000);
    let form = [("title", "x"), ("kind", "text"), ("content", &long), ("tags", "")];
    let place = ada.post("/artifacts", &form).await.leads_to().to_owned();
    assert!(ada.get(&format!("{place}/edit")).await.texts("textarea[name=content]")[0] == long);
    for too_long in ["海".repeat(350_000), "x".repeat(1_100_000), "%".repeat(1_100_000)] {
        let form = [("title", "x"), ("kind", "text"), ("content", too_long.as_str())];
        assert_eq!(ada.post("/artifacts", &form).await.status, 413);
    }
}

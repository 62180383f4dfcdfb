//! Products as pages.

use stoa::models::user::Role;
use stoa::services::passwords::Password;

use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;

const PASSWORD: &str = "correct horse";

async fn signed_in(app: &TestApp, email: &str, role: Role) -> Browser {
    let hash = Password::parse(PASSWORD).unwrap().hash().await.unwrap();
    app.add_user(email, role, Some(hash)).await;
    Browser::signed_in(app, email, PASSWORD).await
}

#[tokio::test]
async fn an_admin_keeps_the_catalogue_that_everybody_reads() {
    let app = spawn_app().await;
    let admin = signed_in(&app, "ada@example.com", Role::Admin).await;
    let typed = [("name", "键盘"), ("description", "**好**"), ("currency", "cny"), ("tags", "硬件")];
    let refused = admin.post("/products", &[&typed[..], &[("price", "x")]].concat()).await;
    assert_eq!((refused.status.as_u16(), refused.texts("#price-wrong").len()), (400, 1));
    let path =
        admin.post("/products", &[&typed[..], &[("price", "1499.5")]].concat()).await.leads_to().to_owned();
    let nobody = Browser::new(app.address);
    let page = nobody.get(&path).await;
    assert_eq!(
        (page.texts(".opening .lead"), page.texts(".prose strong")),
        (vec!["CNY 1,499.50".into()], vec!["好".into()])
    );
    assert_eq!(nobody.get("/products?tags=%E7%A1%AC%E4%BB%B6").await.texts(".shelf h2 > a"), ["键盘"]);
    assert_eq!(admin.get(&format!("{path}/edit")).await.attributes("#price", "value"), ["1499.50"]);
    assert_eq!(admin.post(&format!("{path}/delete"), &[]).await.leads_to(), "/products");
    assert_eq!(nobody.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_price_has_no_decimals_where_its_currency_has_none() {
    let app = spawn_app().await;
    let admin = signed_in(&app, "ada@example.com", Role::Admin).await;
    let yen = |price| [("name", "Pencil"), ("currency", "jpy"), ("price", price)];
    let refused = admin.post("/products", &yen("1499.50")).await;
    assert_eq!((refused.status.as_u16(), refused.texts("#price-wrong").len()), (400, 1));
    let path = admin.post("/products", &yen("1499")).await.leads_to().to_owned();
    assert_eq!(admin.get(&path).await.texts(".opening .lead"), ["JPY 1,499"]);
    assert_eq!(admin.get(&format!("{path}/edit")).await.attributes("#price", "value"), ["1499"]);
    let kept = app.admin().await.get(&format!("/api{path}")).await.json();
    assert_eq!(kept["product"]["price_cents"], 149_900);
}

#[tokio::test]
async fn a_member_researches_a_product_and_changes_none() {
    let app = spawn_app().await;
    let admin = signed_in(&app, "ada@example.com", Role::Admin).await;
    let eve = signed_in(&app, "eve@example.com", Role::Member).await;
    let path = admin.post("/products", &[("name", "Keyboard")]).await.leads_to().to_owned();
    for page in ["/products/new".to_owned(), format!("{path}/edit"), format!("{path}/delete")] {
        assert_eq!(eve.get(&page).await.status, 403, "{page}");
    }
    assert_eq!(eve.post(&format!("{path}/delete"), &[]).await.status, 403);
    let research = format!("{path}/research");
    let chat = eve.post(&research, &[]).await.leads_to().to_owned();
    assert!(eve.get(chat.split('#').next().unwrap()).await.text.contains("Keyboard"));
    assert_eq!(eve.get("/chat?type=deepresearch").await.texts(".lines li").len(), 1);
    let nobody = Browser::new(app.address);
    assert!(nobody.post(&research, &[]).await.leads_to().starts_with("/login?next=%2Fproducts%2F"));
}

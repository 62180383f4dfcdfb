//! `/api/products`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::spawn_app;
use crate::support::caller::{Answer, Caller, send};

async fn put(caller: &Caller, path: &str, body: Value) -> Answer {
    send(caller.request(Method::PUT, path).json(&body)).await
}

async fn names(caller: &Caller, query: &str) -> Vec<String> {
    let answer = caller.get(&format!("/api/products{query}")).await;
    let products = answer.json()["products"].as_array().unwrap().clone();
    products.iter().map(|product| product["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn admins_keep_products_and_everybody_reads_them() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    let body = json!({ "name": "键盘 ⌨️", "description": "**好**", "price_cents": 49900, "currency": "CNY", "tags": ["硬件"] });
    let answer = admin.post("/api/products", body).await;
    let product = answer.json()["product"].clone();
    let path = format!("/api/products/{}", product["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), path);
    let expected = json!({
        "id": product["id"], "name": "键盘 ⌨️", "description": "**好**", "price_cents": 49900, "currency": "CNY",
        "tags": ["硬件"], "created_at": product["created_at"], "updated_at": product["updated_at"],
    });
    assert_eq!(product, expected);
    let nobody = app.anonymous();
    assert_eq!(nobody.get(&path).await.json(), json!({ "product": expected }));
    let list = json!({ "products": [expected], "total": 1, "next_cursor": null });
    assert_eq!(nobody.get("/api/products").await.json(), list);
    let free = put(&admin, &path, json!({ "price_cents": null })).await.json();
    assert_eq!((&free["product"]["price_cents"], &free["product"]["currency"]), (&json!(null), &json!(null)));
    assert_eq!(free["product"]["name"], "键盘 ⌨️");
    assert_eq!(admin.delete(&path, json!({})).await.json(), json!({ "success": true }));
    assert_eq!(nobody.get(&path).await.problem(), (404, "product_not_found".into()));
}

#[tokio::test]
async fn members_may_not_change_products_and_nobody_is_asked_to_sign_in() {
    let app = spawn_app().await;
    let (admin, ada, nobody) = (app.admin().await, app.member().await, app.anonymous());
    let made = admin.post("/api/products", json!({ "name": "x" })).await;
    let path = made.header("location");
    for (caller, refused) in [(&ada, (403, "admin_only")), (&nobody, (401, "unauthorized"))] {
        let refused = (refused.0, refused.1.to_owned());
        assert_eq!(caller.post("/api/products", json!({ "name": "y" })).await.problem(), refused);
        assert_eq!(put(caller, path, json!({ "name": "y" })).await.problem(), refused);
        assert_eq!(caller.delete(path, json!({})).await.problem(), refused);
    }
    assert_eq!(names(&nobody, "").await, ["x"]);
}

#[tokio::test]
async fn the_catalogue_is_searched_filtered_and_paged() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    for (name, tags) in [("100% wool", json!(["a", "b"])), ("键盘", json!(["a"])), ("100 pens", json!([]))]
    {
        admin.post("/api/products", json!({ "name": name, "tags": tags })).await;
    }
    assert_eq!(names(&admin, "?q=100%25").await, ["100% wool"]);
    assert_eq!(names(&admin, "?q=%E9%94%AE").await, ["键盘"]);
    assert_eq!(names(&admin, "?tags=a").await, ["键盘", "100% wool"]);
    assert_eq!(names(&admin, "?tags=a&tags=b").await, ["100% wool"]);
    let page = admin.get("/api/products?limit=2").await.json();
    assert_eq!(page["total"], 3);
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(names(&admin, &format!("?cursor={cursor}")).await, ["100% wool"]);
    assert_eq!(names(&admin, "?limit=1&page=2").await, ["键盘"]);
}

#[tokio::test]
async fn bad_input_is_refused_with_what_is_wrong() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    let answer = admin.post("/api/products", json!({})).await;
    assert_eq!(answer.problem(), (400, "missing_name".into()));
    assert_eq!(answer.json()["error"], "缺少 name 参数");
    for (body, field) in [
        (json!({ "name": "x".repeat(201) }), "name"),
        (json!({ "name": "a\u{0}b" }), "name"),
        (json!({ "name": "a", "description": "x".repeat(64 * 1024 + 1) }), "description"),
        (json!({ "name": "a", "price_cents": -1, "currency": "CNY" }), "price_cents"),
        (json!({ "name": "a", "price_cents": 1_000_000_000_001_i64, "currency": "CNY" }), "price_cents"),
        (json!({ "name": "a", "price_cents": 1 }), "currency"),
        (json!({ "name": "a", "price_cents": 1, "currency": "cny" }), "currency"),
        (json!({ "name": "a", "price_cents": 1, "currency": "人民币" }), "currency"),
        (json!({ "name": "a", "tags": ["a\nb"] }), "tags"),
    ] {
        assert_eq!(admin.post("/api/products", body).await.wrong_fields(), [field]);
    }
    for body in [json!({ "name": 1 }), json!({ "name": "a", "price_cents": 1.5 }), json!("x")] {
        assert_eq!(admin.post("/api/products", body).await.problem(), (400, "invalid_field_type".into()));
    }
    let made = admin.post("/api/products", json!({ "name": "a" })).await;
    let path = made.header("location");
    assert_eq!(put(&admin, path, json!({})).await.problem(), (400, "missing_parameter".into()));
    assert_eq!(put(&admin, path, json!({ "price_cents": 1 })).await.wrong_fields(), ["currency"]);
    for id in ["01936b1e-7c5a-7000-8000-000000000000", "x", "%00"] {
        let unknown = format!("/api/products/{id}");
        assert_eq!(
            put(&admin, &unknown, json!({ "name": "a" })).await.problem(),
            (404, "product_not_found".into())
        );
        assert_eq!(admin.delete(&unknown, json!({})).await.problem(), (404, "product_not_found".into()));
    }
    assert_eq!(admin.get("/api/products?cursor=x").await.wrong_fields(), ["cursor"]);
}

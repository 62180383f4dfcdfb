//! The description of the API is true.

use std::collections::BTreeSet;

use crate::support::app::spawn_app;

/// Every `endpoint("…")` of the API in the route map, with its methods.
fn mapped() -> BTreeSet<(String, String)> {
    let source = include_str!("../../../src/web/routes.rs");
    let api = source.split("fn api_map").nth(1).unwrap().split("fn page_map").next().unwrap();
    let mut routes = BTreeSet::new();
    for part in api.split("endpoint(\"").skip(1) {
        let (path, rest) = part.split_once('"').unwrap();
        let chain = rest.split("endpoint(").next().unwrap();
        for method in ["get", "post", "put", "patch", "delete"] {
            if chain.contains(&format!(".{method}(")) {
                routes.insert((format!("/api{path}"), method.to_owned()));
            }
        }
    }
    routes.remove(&("/api/openapi.json".to_owned(), "get".to_owned()));
    routes
}

#[tokio::test]
async fn it_describes_every_route_and_no_other() {
    let app = spawn_app().await;
    let description = app.anonymous().get("/api/openapi.json").await.json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut described = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert((path.clone(), method.clone()));
        }
    }
    assert_eq!(described, mapped());
}

#[tokio::test]
async fn its_reader_is_served_without_anything_from_elsewhere() {
    let app = spawn_app().await;
    let page = app.anonymous().get("/api/docs/").await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("https://"), "{}", page.text);
}

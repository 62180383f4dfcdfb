//! The description is a valid document, and complete.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::document::Document;
use crate::support::app::spawn_app;

/// Every `endpoint("…")` of the API in the route map, with its methods.
fn mapped() -> BTreeSet<String> {
    let source = include_str!("../../../../src/web/routes.rs");
    let api = source.split("fn api_map").nth(1).unwrap().split("fn page_map").next().unwrap();
    let mut routes = BTreeSet::new();
    for part in api.split("endpoint(\"").skip(1) {
        let (path, rest) = part.split_once('"').unwrap();
        let chain = rest.split("endpoint(").next().unwrap();
        for method in ["get", "post", "put", "patch", "delete"] {
            if chain.contains(&format!(".{method}(")) {
                routes.insert(format!("{} /api{path}", method.to_uppercase()));
            }
        }
    }
    routes.remove("GET /api/openapi.json");
    routes
}

#[tokio::test]
async fn it_describes_every_route_and_no_other() {
    let app = spawn_app().await;
    let document = Document::of(&app).await;
    assert!(document.0["openapi"].as_str().unwrap().starts_with("3.1."));
    let described: BTreeSet<_> = document.operations().iter().map(|operation| operation.name()).collect();
    assert_eq!(described, mapped());
}

#[tokio::test]
async fn every_operation_says_what_it_does_under_a_name_of_its_own() {
    let app = spawn_app().await;
    let mut names = BTreeSet::new();
    for operation in Document::of(&app).await.operations() {
        let text = |key: &str| operation.value[key].as_str().unwrap_or_default().to_owned();
        assert!(text("summary").ends_with('.'), "{}: {}", operation.name(), text("summary"));
        let tags = operation.value["tags"].as_array().unwrap();
        assert!(tags.len() == 1 && !tags[0].as_str().unwrap().contains(':'), "{tags:?}");
        assert!(names.insert(text("operationId")), "{} twice", text("operationId"));
    }
}

#[tokio::test]
async fn every_operation_describes_the_holes_in_its_path_and_its_answers() {
    let app = spawn_app().await;
    for operation in Document::of(&app).await.operations() {
        let holes: BTreeSet<_> = operation.path.split(['{', '}']).skip(1).step_by(2).collect();
        let parameters = operation.value["parameters"].as_array().cloned().unwrap_or_default();
        let mut known = BTreeSet::new();
        for parameter in &parameters {
            let name = parameter["name"].as_str().unwrap();
            assert!(known.insert((parameter["in"].as_str().unwrap(), name)), "{}: {name}", operation.name());
            let told = parameter["description"].as_str().unwrap_or_default();
            assert!(!told.is_empty() && !told.contains("[`"), "{}: {name}: {told}", operation.name());
            assert!(parameter["schema"].is_object(), "{}: {name}", operation.name());
            assert!(parameter["in"] != "path" || parameter["required"] == json!(true));
        }
        let described: BTreeSet<_> =
            known.into_iter().filter(|(place, _)| *place == "path").map(|(_, name)| name).collect();
        assert_eq!(described, holes, "{}", operation.name());
        for (status, answer) in operation.answers() {
            assert!(answer["description"].is_string(), "{} {status}", operation.name());
            assert!(status.parse::<u16>().is_ok_and(|status| status < 600), "{} {status}", operation.name());
        }
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_nothing_is_described_for_nothing() {
    let app = spawn_app().await;
    let document = Document::of(&app).await;
    let mut references = Vec::new();
    collect(&document.0, &mut references);
    for reference in &references {
        let place = reference.strip_prefix('#').unwrap();
        assert!(document.0.pointer(place).is_some(), "{reference}");
    }
    for name in document.0["components"]["schemas"].as_object().unwrap().keys() {
        let used = references.iter().any(|reference| reference.ends_with(&format!("/schemas/{name}")));
        assert!(used, "{name} is described for nothing");
    }
    for requirement in document.0["security"].as_array().unwrap() {
        for scheme in requirement.as_object().unwrap().keys() {
            assert!(document.0["components"]["securitySchemes"][scheme].is_object(), "{scheme}");
        }
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| collect(field, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

#[tokio::test]
async fn its_reader_is_served_without_anything_from_elsewhere() {
    let app = spawn_app().await;
    let page = app.anonymous().get("/api/docs/").await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("https://"), "{}", page.text);
}

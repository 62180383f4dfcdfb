//! Examples of bodies are allowed by their schemas and accepted by the application, and what it answers is as
//! described, field by field.

use serde_json::{Value, json};

use super::document::{Document, Operation};
use super::fixture::Fixture;
use crate::support::app::spawn_app;

#[tokio::test]
async fn every_json_body_has_a_whole_example_that_its_schema_allows() {
    let app = spawn_app().await;
    let document = Document::of(&app).await;
    for operation in document.operations() {
        let asked = operation.body().into_iter();
        let answered = operation.answers().iter().filter(|(status, _)| status.as_str() < "300");
        let answered = answered.filter_map(|(_, answer)| answer.pointer("/content/application~1json"));
        for content in asked.chain(answered) {
            let example = content.get("example").unwrap_or_else(|| panic!("{}: none", operation.name()));
            assert!(*example != json!({}) || operation.may_be_bare(), "{}: empty", operation.name());
            document.expect_valid(&content["schema"], example, &operation.name());
        }
        for (_, _, problem) in operation.errors() {
            let schema = json!({ "$ref": "#/components/schemas/Problem" });
            document.expect_valid(&schema, &problem, &operation.name());
        }
    }
}

/// What changes things comes after what reads them, what deletes last, and of that the innermost first.
fn order(operation: &Operation) -> (u8, usize) {
    let depth = operation.path.matches('/').count();
    match operation.method.as_str() {
        "GET" => (0, depth),
        "DELETE" => (2, usize::MAX - depth),
        _ => (1, depth),
    }
}

#[tokio::test]
async fn every_example_is_accepted_and_every_answer_is_as_described() {
    let fixture = Fixture::new().await;
    let document = Document::of(&fixture.app).await;
    let mut operations = document.operations();
    operations.sort_by_key(order);
    for operation in &operations {
        let mut body = operation.body().map(|content| content["example"].clone());
        if let Some(id) = body.as_mut().and_then(|body| body.get_mut("id")) {
            *id = json!(fixture.admin.session().await);
        }
        let answer = operation.call(&fixture.admin, &fixture.path(operation), body.as_ref()).await;
        if operation.path.ends_with("/resume") {
            // Nothing waits here; the body was understood.
            assert_eq!(answer.problem(), (409, "not_waiting".into()));
            continue;
        }
        let described = operation.answers().get(answer.status.as_str());
        let fine = described.filter(|_| answer.status.as_u16() < 400);
        let described =
            fine.unwrap_or_else(|| panic!("{}: {} {}", operation.name(), answer.status, answer.text));
        if let Some(content) = described.pointer("/content/application~1json") {
            let value = answer.json();
            document.expect_valid(&content["schema"], &value, &operation.name());
            expect_described(&value, &content["example"], &operation.name());
            if let Some(run) = value.pointer("/run/id").and_then(Value::as_str) {
                fixture.admin.follow(run, "").await.rest().await;
            }
        }
    }
}

/// Fails when `value` has a field that the whole example does not show.
fn expect_described(value: &Value, example: &Value, what: &str) {
    match (value, example) {
        (Value::Object(fields), Value::Object(shown)) => {
            for (name, field) in fields {
                let shown = shown.get(name).unwrap_or_else(|| panic!("{what}: {name} is not described"));
                expect_described(field, shown, what);
            }
        }
        (Value::Array(items), Value::Array(shown)) => {
            for (item, shown) in items.iter().zip(shown.iter().cycle()) {
                expect_described(item, shown, what);
            }
        }
        _ => {}
    }
}

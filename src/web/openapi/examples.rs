//! Whole examples of bodies, put together from those of their fields.

use serde_json::{Map, Value, json};

/// The id in examples of ids.
pub const ID: &str = "01a20750-065f-7622-966a-1aef5b302e93";
/// The moment in examples of times.
const MOMENT: &str = "2026-11-23T06:35:00.123Z";

/// An event of a stream, as in examples.
pub const EVENT: &str = "id: 2\nevent: delta\ndata: {\"message_id\":\"01a20750-065f-7622-966a-1aef5b302e93\",\"text\":\"因为\"}\n\n";

/// Which way a body goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To us: what may be left out and has no example is left out.
    Asked,
    /// From us: what may be `null` and has no example is `null`.
    Answered,
}

/// An example of what `schema` allows. `schemas` are the document's, by name. `None` when a part of it that must be
/// there has no example.
pub fn example(schemas: &Value, schema: &Value, way: Way) -> Option<Value> {
    if let Some(own) = schema.get("example").or_else(|| schema.get("examples")?.get(0)) {
        return Some(own.clone());
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return example(schemas, schemas.get(name.rsplit('/').next()?)?, way);
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        return merged(parts.iter().map(|part| example(schemas, part, way)));
    }
    match schema.get("oneOf").and_then(Value::as_array) {
        Some(choices) if is_nullable(schema) => {
            nothing(way).or_else(|| example(schemas, choices.first()?, way))
        }
        Some(choices) => example(schemas, choices.first()?, way),
        None => plain(schemas, schema, way),
    }
}

fn plain(schemas: &Value, schema: &Value, way: Way) -> Option<Value> {
    if is_nullable(schema) {
        return nothing(way);
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words.first().cloned();
    }
    match schema.get("type").and_then(Value::as_str)? {
        "object" => object(schemas, schema, way),
        "array" => Some(json!([example(schemas, schema.get("items")?, way)?])),
        "boolean" => Some(json!(false)),
        "string" if schema.get("format").is_some_and(|format| format == "date-time") => Some(json!(MOMENT)),
        _ => None,
    }
}

fn nothing(way: Way) -> Option<Value> {
    (way == Way::Answered).then_some(Value::Null)
}

fn is_nullable(schema: &Value) -> bool {
    let types = schema.get("type").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
    types.is_some_and(|types| types.iter().any(|one| one == "null" || one == &json!({ "type": "null" })))
}

fn object(schemas: &Value, schema: &Value, way: Way) -> Option<Value> {
    let mut fields = Map::new();
    let required = schema.get("required").and_then(Value::as_array);
    for (name, field) in schema.get("properties")?.as_object()? {
        let needed = required.is_some_and(|names| names.iter().any(|one| one == name.as_str()));
        match example(schemas, field, way).or_else(|| id(name, field)) {
            Some(value) => drop(fields.insert(name.clone(), value)),
            None if needed => return None,
            None => {}
        }
    }
    Some(Value::Object(fields))
}

fn id(name: &str, field: &Value) -> Option<Value> {
    let is_id =
        (name == "id" || name.ends_with("_id")) && field.get("type").is_some_and(|kind| kind == "string");
    is_id.then(|| json!(ID))
}

fn merged(parts: impl Iterator<Item = Option<Value>>) -> Option<Value> {
    let mut whole = Map::new();
    for part in parts {
        let Value::Object(fields) = part? else { return None };
        whole.extend(fields);
    }
    Some(Value::Object(whole))
}

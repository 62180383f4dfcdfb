//! Whether a value is what a schema allows, for the part of JSON Schema that our description uses; an unknown keyword
//! fails, so that nothing is passed over. A crate for all of it would change features of crates that the model in
//! process shares, and have them compiled twice.

use chrono::{DateTime, NaiveDate};
use serde_json::Value;

/// What is wrong with `value`; empty when nothing is. `document` holds what references lead to.
pub fn problems(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (keyword, rule) in schema.as_object().unwrap() {
        let fine = match keyword.as_str() {
            "description" | "example" | "examples" | "default" | "propertyNames" => true,
            "$ref" => {
                let target = document.pointer(rule.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
                found.extend(problems(document, target, value));
                true
            }
            "type" => kinds(rule).iter().any(|kind| is(kind, value)),
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value.as_i64().is_none_or(|number| number >= rule.as_i64().unwrap()),
            "maximum" => value.as_i64().is_none_or(|number| number <= rule.as_i64().unwrap()),
            "format" => has_format(rule.as_str().unwrap(), value),
            "required" => names(rule).iter().all(|name| value.get(name).is_some()),
            "properties" => {
                for (name, property) in rule.as_object().unwrap() {
                    let wrong = value.get(name).map(|field| problems(document, property, field));
                    found.extend(wrong.into_iter().flatten().map(|problem| format!("{name}: {problem}")));
                }
                true
            }
            "additionalProperties" | "items" => {
                let inner = value.as_object().map(|fields| fields.values().collect::<Vec<_>>());
                let inner = inner.or_else(|| value.as_array().map(|items| items.iter().collect()));
                found.extend(inner.into_iter().flatten().flat_map(|one| problems(document, rule, one)));
                true
            }
            "allOf" => {
                found
                    .extend(rule.as_array().unwrap().iter().flat_map(|part| problems(document, part, value)));
                true
            }
            "oneOf" => {
                let allows = |part: &&Value| problems(document, part, value).is_empty();
                rule.as_array().unwrap().iter().filter(allows).count() == 1
            }
            other => panic!("nobody checks {other}"),
        };
        if !fine {
            found.push(format!("{value} against {keyword} {rule}"));
        }
    }
    found
}

fn kinds(rule: &Value) -> Vec<&str> {
    rule.as_str().map_or_else(|| names(rule), |one| vec![one])
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no such type: {other}"),
    }
}

fn has_format(format: &str, value: &Value) -> bool {
    match (format, value.as_str()) {
        ("date-time", Some(text)) => DateTime::parse_from_rfc3339(text).is_ok(),
        ("date", Some(text)) => text.parse::<NaiveDate>().is_ok(),
        ("date-time" | "date", None) | ("int32" | "int64" | "binary", _) => true,
        (other, _) => panic!("no such format: {other}"),
    }
}

//! What every operation has and no handler says: a unique name, its short tag, its place in the path, its error
//! answers, and examples of whole bodies.

use std::str::FromStr;

use actix_web::http::{Method, StatusCode};
use serde_json::Value;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::{Content, ObjectBuilder, OpenApi, RefOr, Required, Type};
use utoipa::{IntoParams, Modify};

use super::errors;
use super::examples::{self, Way};
use crate::services::page_request::Paging;

/// Says of each operation what its handler does not.
pub struct Complete;

impl Modify for Complete {
    fn modify(&self, openapi: &mut OpenApi) {
        let schemas = openapi.components.as_ref().map(|known| serde_json::json!(known.schemas));
        let schemas = schemas.unwrap_or_default();
        for (path, item) in &mut openapi.paths.paths {
            for (method, operation) in operations(item) {
                name(operation);
                add_places(path, operation);
                page_alike(operation);
                show_bodies(&schemas, operation);
                errors::complete(&method, path, operation);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let all = [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// The tag is the handler's module, `api::tasks`; the handler's name is unique only within it.
fn name(operation: &mut Operation) {
    for tag in operation.tags.iter_mut().flatten() {
        *tag = tag.rsplit("::").next().unwrap_or_default().to_owned();
    }
    let tag = operation.tags.iter().flatten().next();
    operation.operation_id =
        tag.zip(operation.operation_id.as_ref()).map(|(tag, name)| format!("{tag}_{name}"));
}

/// Describes the parts of the path that vary, where the handler has not.
fn add_places(path: &str, operation: &mut Operation) {
    let parameters = operation.parameters.get_or_insert_default();
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    for (at, name) in names.enumerate() {
        if !parameters.iter().flat_map(own).any(|known| known.name == name) {
            parameters.insert(at, RefOr::T(place(name)));
        }
    }
}

fn place(name: &str) -> Parameter {
    let schema = ObjectBuilder::new().schema_type(Type::String).examples([examples::ID]);
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("UUIDv7"))
        .schema(Some(schema))
        .build()
}

/// Lists take [`Paging`] among parameters of their own; how it is described stands there.
fn page_alike(operation: &mut Operation) {
    let paging = Paging::into_params(|| Some(ParameterIn::Query));
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(given) = parameter else { continue };
        let refers = given.description.as_deref() == Some("See [`Paging`].");
        if let Some(meant) = paging.iter().find(|known| refers && known.name == given.name) {
            *given = meant.clone();
        }
    }
}

fn own<T>(given: &RefOr<T>) -> Option<&T> {
    match given {
        RefOr::T(given) => Some(given),
        RefOr::Ref(_) => None,
    }
}

fn show_bodies(schemas: &Value, operation: &mut Operation) {
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        body.content.values_mut().for_each(|content| show(schemas, content, Way::Asked));
    }
    for (status, answer) in &mut operation.responses.responses {
        let RefOr::T(answer) = answer else { continue };
        if answer.description.is_empty() {
            // OpenAPI 3.1 wants one of every answer.
            let reason = StatusCode::from_str(status).ok().and_then(|status| status.canonical_reason());
            answer.description = reason.unwrap_or_default().to_owned();
        }
        for (kind, content) in &mut answer.content {
            match content {
                RefOr::T(stream) if kind == "text/event-stream" => {
                    stream.example = Some(examples::EVENT.into())
                }
                content => show(schemas, content, Way::Answered),
            }
        }
    }
}

fn show(schemas: &Value, content: &mut RefOr<Content>, way: Way) {
    let RefOr::T(content) = content else { return };
    if content.example.is_none() && content.examples.is_empty() {
        content.example = examples::example(schemas, &serde_json::json!(content.schema), way);
    }
}

//! The error answers of each operation, with the very bodies that are answered. What follows from an operation's shape
//! stands here; what is a handler's own stands among its `responses(…)`, as types of `api::refusals`.

use std::collections::BTreeMap;

use actix_web::http::{Method, header};
use utoipa::openapi::example::Example;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::{Content, ContentBuilder, Ref, RefOr, Response, SecurityRequirement};

use crate::error::{AppError, Thing};
use crate::i18n::Locale;
use crate::web::api::problem::{Problem, operation_failed};
use crate::web::errors::WebError;

/// The request id in examples.
const REQUEST_ID: &str = "0e2f7f5a-52c1-4d8e-9a57-3d0c8a1b6f42";

/// An error as an answer, under `<status> <code>`: an operation may have several of one status, until
/// [`complete`] puts them together.
pub fn described(error: &WebError) -> BTreeMap<String, RefOr<Response>> {
    described_at(error, None)
}

fn described_at(error: &WebError, operation: Option<&str>) -> BTreeMap<String, RefOr<Response>> {
    let problem = |locale| Problem::new(error, operation, locale, REQUEST_ID.to_owned());
    let mut example = Example::new();
    example.summary = problem(Locale::En).error;
    example.value = Some(serde_json::json!(problem(Locale::default())));
    let name = match error {
        // The one code that is told of different fields.
        WebError::App(AppError::Invalid(fields)) => fields.keys().copied().collect::<Vec<_>>().join("_"),
        other => other.code().to_owned(),
    };
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter([(name.clone(), example)])
        .build();
    let key = format!("{} {name}", error.status().as_u16());
    BTreeMap::from([(key, RefOr::T(answer(error, content)))])
}

fn answer(error: &WebError, content: Content) -> Response {
    let mut answer = ResponseBuilder::new()
        .description(error.status().canonical_reason().unwrap_or_default())
        .content("application/json", content);
    let told = |text: &str| HeaderBuilder::new().description(Some(text)).build();
    if error.retry_after().is_some() {
        answer = answer.header(header::RETRY_AFTER.as_str(), told("Seconds to wait"));
    }
    if matches!(error, WebError::App(AppError::Unauthorized)) {
        answer = answer.header(header::WWW_AUTHENTICATE.as_str(), told("`Bearer`"));
    }
    answer.build()
}

/// Adds what `operation` answers because of its shape, and puts all errors of one status together.
pub fn complete(method: &Method, path: &str, operation: &mut Operation) {
    let failed = operation_failed(method, Some(path));
    let mut errors = described_at(&AppError::Internal(anyhow::anyhow!("")).into(), failed);
    for error in by_shape(method, path, operation) {
        errors.append(&mut described(&error));
    }
    let (own, mut answers): (BTreeMap<_, _>, BTreeMap<_, _>) =
        std::mem::take(&mut operation.responses.responses)
            .into_iter()
            .partition(|(key, _)| key.contains(' '));
    errors.extend(own);
    for (key, error) in errors {
        let status = key.split(' ').next().unwrap_or_default().to_owned();
        match answers.get_mut(&status) {
            Some(first) => join(first, error),
            None => drop(answers.insert(status, error)),
        }
    }
    operation.responses.responses = answers;
}

fn by_shape(method: &Method, path: &str, operation: &Operation) -> Vec<WebError> {
    // What leads browsers on tells them on a page what is wrong.
    let for_browsers = operation.responses.responses.contains_key("303");
    let mut errors: Vec<WebError> = vec![AppError::Unavailable(anyhow::anyhow!("")).into()];
    if !is_public(operation) && !for_browsers {
        errors.push(AppError::Unauthorized.into());
    }
    if !method.is_safe() {
        errors.push(AppError::Forbidden("cross_origin").into());
    }
    if path.contains('{') && !for_browsers {
        errors.push(AppError::NotFound(thing(path)).into());
    }
    if reads_json(operation) {
        let unreadable = |code| AppError::Unreadable { code, line: 1, column: 1 }.into();
        errors.extend(["invalid_json", "invalid_field_type"].map(unreadable));
        errors.extend([WebError::TooLarge, WebError::UnsupportedMediaType]);
    }
    if takes_query(operation, |_| true) {
        errors.push(AppError::BadRequest("invalid_query").into());
    }
    if takes_query(operation, |name| name == "limit") {
        errors.push(AppError::field("limit", "out_of_range").into());
    }
    errors
}

fn reads_json(operation: &Operation) -> bool {
    let body = operation.request_body.as_ref();
    body.is_some_and(|body| match body {
        RefOr::T(body) => body.content.contains_key("application/json"),
        RefOr::Ref(_) => false,
    })
}

/// Whether nobody needs to be signed in.
fn is_public(operation: &Operation) -> bool {
    let needed = operation.security.iter().flatten();
    needed.into_iter().any(|requirement| requirement == &SecurityRequirement::default())
}

fn takes_query(operation: &Operation, wanted: impl Fn(&str) -> bool) -> bool {
    operation.parameters.iter().flatten().any(|parameter| match parameter {
        RefOr::T(own) => matches!(own.parameter_in, ParameterIn::Query) && wanted(&own.name),
        RefOr::Ref(_) => false,
    })
}

/// What is not there when the id in a path is nobody's.
fn thing(path: &str) -> Thing {
    match path.trim_start_matches("/api/").split('/').next() {
        Some("chat") if path.contains("/imports/") => Thing::Resource,
        Some("chat") => Thing::ChatSession,
        Some("artifacts") => Thing::Artifact,
        Some("documents") => Thing::Document,
        Some("posts") => Thing::Post,
        Some("products") => Thing::Product,
        Some("tasks") => Thing::Task,
        _ => Thing::Resource,
    }
}

/// Gives `answer` the examples of `other`.
fn join(answer: &mut RefOr<Response>, other: RefOr<Response>) {
    let (RefOr::T(answer), RefOr::T(other)) = (answer, other) else { return };
    for (kind, content) in other.content {
        if let (Some(RefOr::T(known)), RefOr::T(content)) = (answer.content.get_mut(&kind), content) {
            known.examples.extend(content.examples);
        }
    }
}

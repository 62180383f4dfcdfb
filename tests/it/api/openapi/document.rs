//! The description as the running application gives it.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::schema::problems;
use crate::support::app::TestApp;
use crate::support::caller::{Answer, Caller, send};
use crate::support::upload::{NOTE, with_file};

/// The whole document.
pub struct Document(pub Value);

/// One method of one path.
#[derive(Clone)]
pub struct Operation {
    pub method: Method,
    pub path: String,
    pub value: Value,
}

impl Document {
    pub async fn of(app: &TestApp) -> Self {
        Self(app.anonymous().get("/api/openapi.json").await.json())
    }

    pub fn operations(&self) -> Vec<Operation> {
        let paths = self.0["paths"].as_object().unwrap().iter();
        let of_path = |(path, methods): (&String, &Value)| {
            let one = |(method, value): (&String, &Value)| Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                value: value.clone(),
            };
            methods.as_object().unwrap().iter().map(one).collect::<Vec<_>>()
        };
        paths.flat_map(of_path).collect()
    }

    /// Fails unless `value` is what `schema` of this document allows.
    #[track_caller]
    pub fn expect_valid(&self, schema: &Value, value: &Value, what: &str) {
        let problems = problems(&self.0, schema, value);
        assert!(problems.is_empty(), "{what}: {problems:?}");
    }
}

impl Operation {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether somebody must be signed in; nothing said means what holds for all.
    pub fn is_protected(&self) -> bool {
        self.value
            .get("security")
            .is_none_or(|all| all.as_array().unwrap().iter().all(|one| *one != json!({})))
    }

    /// Whether it leads browsers on instead of telling programs what is wrong.
    pub fn leads_on(&self) -> bool {
        self.answers().contains_key("303")
    }

    pub fn answers(&self) -> &Map<String, Value> {
        self.value["responses"].as_object().unwrap()
    }

    /// What is asked for as JSON, with its example; `None` without a body.
    pub fn body(&self) -> Option<&Value> {
        self.value.pointer("/requestBody/content/application~1json")
    }

    /// Whether there is a body that may be left out: what may stand in it may all be left out, too.
    pub fn may_be_bare(&self) -> bool {
        self.body().is_some() && self.value.pointer("/requestBody/required") != Some(&Value::Bool(true))
    }

    pub fn query(&self) -> Vec<&Value> {
        let all = self.value["parameters"].as_array().into_iter().flatten();
        all.filter(|parameter| parameter["in"] == "query").collect()
    }

    /// Status, name and body of every error it promises.
    pub fn errors(&self) -> Vec<(u16, String, Value)> {
        let mut errors = Vec::new();
        for (status, answer) in self.answers().iter().filter(|(status, _)| status.as_str() >= "400") {
            for (name, example) in answer["content"]["application/json"]["examples"].as_object().unwrap() {
                errors.push((status.parse().unwrap(), name.clone(), example["value"].clone()));
            }
        }
        errors
    }

    /// Whether it reads a file in a form, and nothing else.
    fn takes_file(&self) -> bool {
        self.body().is_none() && self.value.get("requestBody").is_some()
    }

    /// Calls it at `path`, which has no holes any more.
    pub async fn call(&self, caller: &Caller, path: &str, body: Option<&Value>) -> Answer {
        let request = caller.request(self.method.clone(), path);
        send(match body {
            Some(body) => request.json(body),
            None if self.takes_file() => with_file(request, NOTE),
            None => request,
        })
        .await
    }
}

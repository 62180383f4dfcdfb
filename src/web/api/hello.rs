//! The guide's first route: a greeting, for everybody.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusals::MissingName;
use crate::services::text::required;
use crate::web::errors::WebResult;
use crate::web::extract::Json;

/// A greeting.
#[derive(Debug, Serialize, ToSchema)]
pub struct Greeting {
    /// The words.
    #[schema(example = "Hello, World!")]
    pub message: String,
}

/// Whom to greet.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Greeted {
    /// Not blank.
    #[schema(example = "Ada")]
    pub name: Option<String>,
}

/// Greets the world.
#[utoipa::path(get, path = "/api/hello", security(()), responses((status = 200, body = Greeting)))]
pub async fn get() -> actix_web::web::Json<Greeting> {
    actix_web::web::Json(Greeting { message: "Hello, World!".to_owned() })
}

/// Greets somebody.
#[utoipa::path(post, path = "/api/hello", security(()),
    responses((status = 200, body = Greeting, example = json!({ "message": "Hello, Ada!" })), MissingName))]
pub async fn post(body: Json<Greeted>) -> WebResult<actix_web::web::Json<Greeting>> {
    let name = required(body.0.name.as_deref(), "missing_name")?;
    Ok(actix_web::web::Json(Greeting { message: format!("Hello, {name}!") }))
}

//! Models that can be asked.

use actix_web::web::Json as Body;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clients::models::ModelInfo;
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;

/// Every model.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelList {
    /// By provider, as configured.
    pub models: Vec<ModelBody>,
}

/// A model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Model)]
pub struct ModelBody {
    /// `<provider>/<name>`.
    pub id: String,
    /// Its name there.
    pub name: String,
    /// The provider's name.
    pub provider: String,
    /// Tokens it sees at once.
    pub context_length: u32,
    /// Whether it is asked when nobody chose one.
    pub default: bool,
    /// What it can do beyond text.
    pub capabilities: Vec<String>,
}

/// Lists the models that can be asked now.
#[utoipa::path(get, path = "/api/models", responses((status = 200, body = ModelList)))]
pub async fn list(_user: ApiUser, app: App) -> WebResult<Body<ModelList>> {
    let default = app.default_model(None).await?;
    let to_body = |model: ModelInfo| ModelBody {
        default: default.as_ref() == Some(&model.id),
        id: model.id,
        name: model.name,
        provider: model.provider,
        context_length: model.context_length,
        capabilities: model.capabilities,
    };
    Ok(Body(ModelList { models: app.models.list().await.into_iter().map(to_body).collect() }))
}

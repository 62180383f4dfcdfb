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
    #[schema(example = "deepseek/deepseek-chat")]
    pub id: String,
    /// Its name there.
    #[schema(example = "deepseek-chat")]
    pub name: String,
    /// The provider's name.
    #[schema(example = "deepseek")]
    pub provider: String,
    /// Tokens it sees at once.
    #[schema(example = 131_072)]
    pub context_length: u32,
    /// Whether it is asked when nobody chose one.
    #[schema(example = true)]
    pub default: bool,
    /// What it can do beyond text.
    #[schema(example = json!([]))]
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

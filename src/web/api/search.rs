//! Search over what is the caller's.

use actix_web::web::Json as Body;
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::MissingParameter;
use crate::error::AppError;
use crate::models::search_entry::SearchKind;
use crate::services::search::{self, Found, Hit, Search};
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::Query;
use crate::web::{App, paths};

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResults {
    /// What was changed last first.
    pub results: Vec<SearchResult>,
    /// To be given as `cursor` for the next part; `null` when everything was looked at.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// One thing that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResult {
    /// What it is.
    pub kind: SearchKind,
    /// Its id.
    #[schema(example = "0199d0a0-0000-7000-8000-000000000000")]
    pub id: String,
    /// The session it is in or came out of; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Its title; a message has its session's name.
    #[schema(example = "写锁只有一把")]
    pub title: String,
    /// About 160 characters around the first match, as plain text.
    #[schema(example = "写锁只有一把")]
    pub snippet: String,
    /// Where in `snippet` the words stand: first character and the one after the last, counted in characters from 0.
    #[schema(example = json!([[0, 2]]))]
    pub marks: Vec<[usize; 2]>,
    /// The path of its page.
    #[schema(example = "/chat/0199d0a0-0000-7000-8000-000000000000")]
    pub url: String,
}

impl From<Hit> for SearchResult {
    fn from(hit: Hit) -> Self {
        Self {
            url: paths::found(&hit),
            kind: hit.kind,
            id: hit.id,
            session_id: hit.session_id,
            title: hit.title.text,
            snippet: hit.snippet.text,
            marks: hit.snippet.marks,
        }
    }
}

/// Searches the caller's sessions, messages, artifacts, tasks, posts and documents. All words must occur; each is taken literally.
#[utoipa::path(get, path = "/api/search", params(Search),
    responses((status = 200, body = SearchResults), MissingParameter))]
pub async fn find(user: ApiUser, app: App, query: Query<Search>) -> WebResult<Body<SearchResults>> {
    if query.0.q.as_deref().is_none_or(|q| q.trim().is_empty()) {
        return Err(AppError::BadRequest("missing_parameter").into());
    }
    let Found { hits, next_cursor } = app.db.read(move |conn| search::find(conn, &user.0, &query.0)).await?;
    Ok(Body(SearchResults { results: hits.into_iter().map(SearchResult::from).collect(), next_cursor }))
}

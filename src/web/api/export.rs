//! A session as a file.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::DispositionType;
use askama::Template;

use super::refusals::WrongFormat;
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::markdown;
use crate::models::archive::Archive;
use crate::models::chat_session::ChatSession;
use crate::models::message::{Message, MessageRole};
use crate::models::user::User;
use crate::services::export::{self, ExportAs, Format};
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::beside::beside;
use crate::web::client::ApiLocale;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Query};
use crate::web::file_name::named;

/// One page without anything from elsewhere: it is read from a disk, where none of our headers protects.
#[derive(Template)]
#[template(path = "chat/export.html")]
struct ExportPage {
    locale: Locale,
    name: String,
    said: Vec<Said>,
}

/// One message, ready for display.
struct Said {
    asked: bool,
    who: String,
    model: Option<String>,
    time: String,
    /// What a person said, to the letter; empty for answers.
    words: String,
    /// An answer as safe HTML; empty for what a person said.
    html: Arc<str>,
}

/// A file ready to be sent.
struct File {
    /// Without its extension.
    name: String,
    content_type: &'static str,
    body: String,
}

/// Gives a session as a file: JSON with everything that was said, which an import restores, or Markdown or HTML to be read.
/// Of researches the JSON holds questions and reports with their citations; `left_out` names what it does not hold, which
/// stands in the evidence bundle of the report.
#[utoipa::path(get, path = "/api/chat/sessions/{id}/export", params(ExportAs),
    responses((status = 200,
        content((Archive = "application/json"), (String = "text/markdown"), (String = "text/html"))), WrongFormat))]
pub async fn download(
    user: ApiUser,
    app: App,
    locale: ApiLocale,
    id: Id,
    query: Query<ExportAs>,
) -> WebResult<HttpResponse> {
    let format = Format::parse(query.0.format.as_deref())?;
    let cache = Arc::clone(&app.markdown);
    let load = move |conn: &mut DbConn| File::load(conn, user.0, &id.0, format, locale.0, cache);
    let file = beside(app.db.read(load).await?).await??;
    let disposition = named(DispositionType::Attachment, &file.name, "chat", format.ending());
    Ok(HttpResponse::Ok().content_type(file.content_type).insert_header(disposition).body(file.body))
}

impl File {
    /// Reads what the file is to hold; what is returned writes it, which needs no connection.
    fn load(
        conn: &mut DbConn,
        owner: User,
        id: &str,
        format: Format,
        locale: Locale,
        cache: Arc<markdown::Cache>,
    ) -> AppResult<impl FnOnce() -> AppResult<Self> + Send + 'static + use<>> {
        let (session, said) = export::shown(conn, &owner, id)?;
        let archive = (format == Format::Json).then(|| export::archive(conn, &owner, id)).transpose()?;
        Ok(move || {
            let name = session.name.clone();
            let (content_type, body) = match (archive, format) {
                (Some(archive), _) => ("application/json", json(&archive)?),
                (None, Format::Html) => (
                    "text/html; charset=utf-8",
                    ExportPage::new(session, said, &owner, locale, &cache).html()?,
                ),
                (None, _) => {
                    ("text/markdown; charset=utf-8", export::markdown(&session, &said, &owner, locale))
                }
            };
            Ok(Self { name, content_type, body })
        })
    }
}

fn json(archive: &Archive) -> AppResult<String> {
    serde_json::to_string_pretty(archive).map_err(|error| AppError::Internal(error.into()))
}

impl ExportPage {
    fn new(
        session: ChatSession,
        said: Vec<Message>,
        owner: &User,
        locale: Locale,
        cache: &markdown::Cache,
    ) -> Self {
        let said = said.into_iter().map(|message| Said::new(message, owner, locale, cache)).collect();
        Self { locale, name: session.name, said }
    }

    fn html(&self) -> AppResult<String> {
        self.render().map_err(|error| AppError::Internal(error.into()))
    }
}

impl Said {
    fn new(message: Message, owner: &User, locale: Locale, cache: &markdown::Cache) -> Self {
        let asked = message.role == MessageRole::User;
        Self {
            asked,
            who: if asked { owner.name.clone() } else { locale.t("app.assistant").into_owned() },
            model: message.model,
            time: message.created_at.to_utc().format("%Y-%m-%d %H:%M UTC").to_string(),
            html: if asked { Arc::from("") } else { cache.render(&message.content) },
            words: if asked { message.content } else { String::new() },
        }
    }
}

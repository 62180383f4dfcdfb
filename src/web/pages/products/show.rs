//! One product, and the way to research it.

use std::sync::Arc;

use actix_web::HttpResponse;
use askama::Template;

use super::list::is_keeper;
use super::price;
use crate::db::DbConn;
use crate::models::product::Product;
use crate::models::user::User;
use crate::services::messages::{self, SendMessage};
use crate::services::products;
use crate::services::sessions::NewSession;
use crate::web::auth::MaybeUser;
use crate::web::beside::beside;
use crate::web::errors::{WebError, WebResult};
use crate::web::extract::Id;
use crate::web::pages::chat::turn::language;
use crate::web::pages::frame::Frame;
use crate::web::pages::listing::Listing;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{page, see_other};
use crate::web::{App, paths};

/// `GET /products/{id}`.
#[derive(Template)]
#[template(path = "products/show.html")]
struct ProductPage {
    frame: Frame,
    product: Product,
    price: String,
    /// The description as safe HTML.
    html: Arc<str>,
    /// The language of its description, as far as the letters tell.
    lang: &'static str,
    tags: Vec<String>,
    /// The list its tags lead to.
    listing: Listing,
    /// Whether the reader keeps the catalogue.
    keeper: bool,
}

/// Shows a product.
pub async fn show(user: MaybeUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let markdown = Arc::clone(&app.markdown);
    let product = app.db.read(move |conn| products::find(conn, &id.0)).await?;
    let (html, product) = beside(move || (markdown.render(&product.description), product)).await?;
    let locale = reader.locale(user.0.as_ref());
    let keeper = is_keeper(user.0.as_ref());
    page(&ProductPage {
        frame: reader.public(&app, user.0).await?,
        price: price::shown(product.price_cents, product.currency.as_deref(), locale),
        tags: product.tags.words(),
        listing: Listing::new(paths::PRODUCTS, None, &[]),
        html,
        lang: language(&product.description),
        product,
        keeper,
    })
}

/// Begins a research named after a product, with a first question about it.
pub async fn research(user: MaybeUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let user = user.0.ok_or_else(|| WebError::SignIn { next: paths::product(&id.0) })?;
    let (locale, terms) = (reader.locale(Some(&user)), app.terms(None).await?);
    let begin = move |conn: &mut DbConn, user: &User| {
        let name = products::find(conn, &id.0)?.name;
        let question = locale.t_with("products.question", &[("name", &name)]);
        let kind = Some("deepresearch".to_owned());
        let input = NewSession { name: Some(name), kind, ..NewSession::default() };
        let said = SendMessage { content: Some(question), ..SendMessage::default() };
        messages::begin(conn, user, &input, &said, &terms, locale)
    };
    let sent = app.write_as(user, begin).await?;
    app.runs.wake();
    Ok(see_other(&paths::latest(&sent.run.session_id)))
}

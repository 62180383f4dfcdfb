//! The catalogue.

use actix_web::HttpResponse;
use askama::Template;

use super::price;
use crate::i18n::Locale;
use crate::markdown;
use crate::models::product::Product;
use crate::models::user::{Role, User};
use crate::services::products::{self, ListProducts};
use crate::web::auth::MaybeUser;
use crate::web::errors::WebResult;
use crate::web::extract::Query;
use crate::web::pages::chat::turn::language;
use crate::web::pages::frame::Frame;
use crate::web::pages::listing::{Listing, OPENING, TAGS};
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::page;
use crate::web::{App, paths};

/// Products on one page.
const LINES: &str = "30";

/// `GET /products`.
#[derive(Template)]
#[template(path = "products/index.html")]
struct ProductsPage {
    frame: Frame,
    listing: Listing,
    lines: Vec<Line>,
    /// Whether the reader keeps the catalogue.
    keeper: bool,
}

/// One product in the list.
struct Line {
    name: String,
    href: String,
    /// How its description begins, as plain words.
    opening: String,
    /// The language of its name, as far as the letters tell.
    lang: &'static str,
    price: String,
    /// The first of them: its own page has all.
    tags: Vec<String>,
}

impl Line {
    fn new(product: Product, locale: Locale) -> Self {
        Self {
            href: paths::product(&product.id),
            price: price::shown(product.price_cents, product.currency.as_deref(), locale),
            opening: markdown::opening(&product.description, OPENING),
            lang: language(&product.name),
            tags: product.tags.words().into_iter().take(TAGS).collect(),
            name: product.name,
        }
    }
}

/// Whether somebody keeps the catalogue.
pub fn is_keeper(user: Option<&User>) -> bool {
    user.is_some_and(|user| user.role == Role::Admin)
}

/// Lists products.
pub async fn index(
    user: MaybeUser,
    app: App,
    reader: Reader,
    query: Query<ListProducts>,
) -> WebResult<HttpResponse> {
    let asked = ListProducts { limit: Some(LINES.to_owned()), ..query.0 };
    let (wanted, locale) = (asked.clone(), reader.locale(user.0.as_ref()));
    let found = app.db.read(move |conn| products::list(conn, &wanted)).await?;
    let listing = Listing::new(paths::PRODUCTS, asked.q.as_deref(), &asked.tags)
        .paged(asked.cursor.as_deref(), found.next_cursor.as_deref());
    let lines = found.items.into_iter().map(|product| Line::new(product, locale)).collect();
    let keeper = is_keeper(user.0.as_ref());
    page(&ProductsPage { frame: reader.public(&app, user.0).await?, listing, lines, keeper })
}

//! Products.

use actix_web::http::header;
use actix_web::web::Json as Body;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::{AdminOnly, MissingName, MissingParameter, WrongPrice};
use super::remembered::remembered;
use super::{SUCCESS, Success};
use crate::db::DbConn;
use crate::models::product::Product;
use crate::services::known;
use crate::services::products::{self, ListProducts, ProductInput};
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Json, Query};

/// A part of the products.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductList {
    /// Last changed first.
    pub products: Vec<Product>,
    /// How many there are in all.
    #[schema(example = 1)]
    pub total: i64,
    /// To be given as `cursor` for the next part; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// One product.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductBody {
    /// The product.
    pub product: Product,
}

/// Lists products.
#[utoipa::path(get, path = "/api/products", security(()), params(ListProducts),
    responses((status = 200, body = ProductList)))]
pub async fn list(app: App, request: HttpRequest, query: Query<ListProducts>) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let page = products::list(conn, &query.0)?;
        Ok(ProductList { products: page.items, total: page.total, next_cursor: page.next_cursor })
    };
    remembered(&app, &request, known::PRODUCTS, "", load).await
}

/// Adds a product: administrators.
#[utoipa::path(post, path = "/api/products",
    responses((status = 200, body = ProductBody), AdminOnly, MissingName, WrongPrice))]
pub async fn create(user: ApiUser, app: App, body: Json<ProductInput>) -> WebResult<HttpResponse> {
    let product = app.write_as(user.0, move |conn, user| products::create(conn, user, &body.0)).await?;
    let location = format!("/api/products/{}", product.id);
    Ok(HttpResponse::Ok().insert_header((header::LOCATION, location)).json(ProductBody { product }))
}

/// Shows a product.
#[utoipa::path(get, path = "/api/products/{id}", security(()), responses((status = 200, body = ProductBody)))]
pub async fn show(app: App, id: Id) -> WebResult<Body<ProductBody>> {
    let product = app.db.read(move |conn| products::find(conn, &id.0)).await?;
    Ok(Body(ProductBody { product }))
}

/// Changes a product: administrators.
#[utoipa::path(put, path = "/api/products/{id}",
    responses((status = 200, body = ProductBody), AdminOnly, MissingParameter, WrongPrice))]
pub async fn update(
    user: ApiUser,
    app: App,
    id: Id,
    body: Json<ProductInput>,
) -> WebResult<Body<ProductBody>> {
    let product =
        app.write_as(user.0, move |conn, user| products::update(conn, user, &id.0, &body.0)).await?;
    Ok(Body(ProductBody { product }))
}

/// Deletes a product: administrators.
#[utoipa::path(delete, path = "/api/products/{id}", responses((status = 200, body = Success), AdminOnly))]
pub async fn delete(user: ApiUser, app: App, id: Id) -> WebResult<Body<Success>> {
    app.write_as(user.0, move |conn, user| products::delete(conn, user, &id.0)).await?;
    Ok(Body(SUCCESS))
}

//! What administrators change in the catalogue.

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::price;
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::product::Product;
use crate::models::user::User;
use crate::services::accounts;
use crate::services::products::{self, ProductInput};
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Id};
use crate::web::pages::confirm::{Confirm, Yes};
use crate::web::pages::form::{Problems, words};
use crate::web::pages::frame::Frame;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page, page_with};
use crate::web::{App, paths};

/// The form of a new product (`id` is `None`) or of one that is there.
#[derive(Template)]
#[template(path = "products/edit.html")]
struct EditPage {
    frame: Frame,
    id: Option<String>,
    form: ProductForm,
    problems: Problems,
}

/// A product as it is typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProductForm {
    name: String,
    description: String,
    /// Such as `499.00`, or `499` in a currency without decimals; empty for none.
    price: String,
    currency: String,
    /// Words with commas between them.
    tags: String,
}

impl ProductForm {
    fn of(product: &Product) -> Self {
        Self {
            name: product.name.clone(),
            description: product.description.clone(),
            price: price::typed(product.price_cents, product.currency.as_deref()),
            currency: product.currency.clone().unwrap_or_default(),
            tags: product.tags.words().join(", "),
        }
    }

    fn input(&self) -> AppResult<ProductInput> {
        let currency = self.currency.trim().to_uppercase();
        Ok(ProductInput {
            name: Some(self.name.clone()),
            description: Some(self.description.clone()),
            price_cents: Some(price::parse(&self.price, &currency)?),
            currency: Some(currency).filter(|currency| !currency.is_empty()),
            tags: Some(words(&self.tags)),
        })
    }
}

impl EditPage {
    fn action(&self) -> String {
        self.id.as_deref().map_or_else(|| paths::PRODUCTS.to_owned(), paths::edit_product)
    }

    fn back(&self) -> String {
        self.id.as_deref().map_or_else(|| paths::PRODUCTS.to_owned(), paths::product)
    }
}

/// An empty form.
pub async fn new_form(user: PageUser, app: App, reader: Reader) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        accounts::require_admin(&user.0)?;
        let (form, problems) = (ProductForm::default(), Problems::default());
        Ok(EditPage { frame: reader.frame(conn, &user.0, None)?, id: None, form, problems })
    };
    page(&app.db.read(load).await?)
}

/// Adds a product.
pub async fn create(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    form: Form<ProductForm>,
) -> WebResult<HttpResponse> {
    let (user, form, admin) = (user.0.clone(), form.0, user.0);
    let input = form.input();
    let made = app.write_as(admin, move |conn, user| products::create(conn, user, &input?)).await;
    match made {
        Ok(product) => done(&session, "flash.saved", &paths::product(&product.id)),
        Err(error) => again(&app, user, reader.at(paths::NEW_PRODUCT), None, form, error).await,
    }
}

/// The form of a product.
pub async fn edit_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        accounts::require_admin(&user.0)?;
        let product = products::find(conn, &id.0)?;
        let (form, problems) = (ProductForm::of(&product), Problems::default());
        Ok(EditPage { frame: reader.frame(conn, &user.0, None)?, id: Some(product.id), form, problems })
    };
    page(&app.db.read(load).await?)
}

/// Changes a product.
pub async fn update(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    id: Id,
    form: Form<ProductForm>,
) -> WebResult<HttpResponse> {
    let (user, form, admin, id) = (user.0.clone(), form.0, user.0, id.0);
    let (input, place) = (form.input(), id.clone());
    let changed = app.write_as(admin, move |conn, user| products::update(conn, user, &place, &input?)).await;
    match changed {
        Ok(product) => done(&session, "flash.saved", &paths::product(&product.id)),
        Err(error) => again(&app, user, reader.at(paths::edit_product(&id)), Some(id), form, error).await,
    }
}

/// The form once more with what was typed, and beside it what is wrong.
async fn again(
    app: &App,
    user: User,
    reader: Reader,
    id: Option<String>,
    form: ProductForm,
    error: AppError,
) -> WebResult<HttpResponse> {
    let status = app_status(&error);
    let problems = Problems::from_error(error, reader.locale(Some(&user)))?;
    let load = move |conn: &mut DbConn| {
        accounts::require_admin(&user)?;
        Ok(EditPage { frame: reader.frame(conn, &user, None)?, id, form, problems })
    };
    page_with(status, &app.db.read(load).await?)
}

/// Asks whether a product may be deleted.
pub async fn delete_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        accounts::require_admin(&user.0)?;
        let product = products::find(conn, &id.0)?;
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(Confirm {
            title: "products.delete",
            question: frame.t_with("products.delete_question", "name", product.name),
            consequence: None,
            yes: Yes::DELETE,
            action: paths::delete_product(&product.id),
            back: paths::product(&product.id),
            frame,
        })
    };
    page(&app.db.read(load).await?)
}

/// Deletes a product.
pub async fn delete(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    app.write_as(user.0, move |conn, user| products::delete(conn, user, &id.0)).await?;
    done(&session, "flash.product_deleted", paths::PRODUCTS)
}

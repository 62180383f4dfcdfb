//! Products: everybody reads them, administrators keep them.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::accounts::require_admin;
use super::given::given;
use super::page_request::{Page, PageRequest};
use super::text::{parse_id, parse_lines, parse_name, parse_search, parse_tags, required};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::new_id;
use crate::models::product::{Product, ProductChanges};
use crate::models::tags::Tags;
use crate::models::user::User;
use crate::repositories::counts::{self, Counted, PUBLIC};
use crate::repositories::products::{self, ProductFilter};

/// Longest description, in bytes.
const DESCRIPTION: usize = 64 * 1024;
/// Highest price, in hundredths.
const HIGHEST: i64 = 1_000_000_000_000;

/// Which products to list, as it stands in the query string.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListProducts {
    /// Text in the name or the description.
    pub q: Option<String>,
    /// All of these tags; may repeat.
    #[serde(default)]
    pub tags: Vec<String>,
    /// See [`Paging`].
    pub page: Option<String>,
    /// See [`Paging`].
    pub limit: Option<String>,
    /// See [`Paging`].
    pub cursor: Option<String>,
}

/// Products, last changed first.
///
/// # Errors
/// `Invalid`.
pub fn list(conn: &mut DbConn, input: &ListProducts) -> AppResult<Page<Product>> {
    let filter = ProductFilter { q: parse_search(input.q.as_deref())?, tags: parse_tags(&input.tags)? };
    let request = PageRequest::<(i64, String)>::parse(
        input.page.as_deref(),
        input.limit.as_deref(),
        input.cursor.as_deref(),
    )?;
    let after = request.change_position()?;
    let rows = products::list(conn, &filter, after.as_ref(), request.offset, request.limit + 1)?;
    let total = match filter == ProductFilter::default() {
        true => counts::find(conn, PUBLIC, Counted::Products)?,
        false => products::count(conn, &filter)?,
    };
    Ok(Page::from_rows(rows, request.limit, total, |row| (row.updated_at.millis(), row.id.clone())))
}

/// A product.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut DbConn, id: &str) -> AppResult<Product> {
    products::find(conn, &known(id)?)
}

fn known(id: &str) -> AppResult<String> {
    parse_id(id).ok_or(AppError::NotFound(Thing::Product))
}

/// What a product is, in whole or in part.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ProductInput {
    /// 1 to 200 characters.
    #[schema(example = "机械键盘")]
    pub name: Option<String>,
    /// Markdown, at most 64 KiB.
    #[schema(example = "87 键，茶轴。")]
    pub description: Option<String>,
    /// 0 to 10^12 hundredths of the currency, also of one without decimals (50000 is JPY 500); `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>, example = 49900, minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub price_cents: Option<Option<i64>>,
    /// Three upper-case letters (ISO 4217), needed with a price.
    #[schema(example = "CNY")]
    pub currency: Option<String>,
    /// All of its tags: at most 20 of 50 characters.
    #[schema(example = json!(["外设"]))]
    pub tags: Option<Vec<String>>,
}

/// Adds a product.
///
/// # Errors
/// `Forbidden("admin_only")`, `BadRequest("missing_name")`, or `Invalid`.
pub fn create(conn: &mut DbConn, user: &User, input: &ProductInput) -> AppResult<Product> {
    require_admin(user)?;
    let name = parse_name(required(input.name.as_deref(), "missing_name")?)?;
    let (price_cents, currency) = price(input.price_cents.flatten(), input.currency.as_deref())?;
    let now = Time::now();
    let product = Product {
        id: new_id(),
        name,
        description: parse_description(input.description.as_deref().unwrap_or_default())?,
        price_cents,
        currency,
        tags: Tags::new(&parse_tags(input.tags.as_deref().unwrap_or_default())?),
        created_at: now,
        updated_at: now,
    };
    products::insert(conn, &product)?;
    Ok(product)
}

/// Changes a product; what is absent stays, and without a price there is no currency.
///
/// # Errors
/// `Forbidden("admin_only")`, `BadRequest("missing_parameter")` when nothing is to be changed, `Invalid`, or `NotFound`.
pub fn update(conn: &mut DbConn, user: &User, id: &str, input: &ProductInput) -> AppResult<Product> {
    require_admin(user)?;
    let product = find(conn, id)?;
    let ProductInput { name, description, price_cents, currency, tags } = input;
    let priced = price_cents.is_some() || currency.is_some();
    if name.is_none() && description.is_none() && !priced && tags.is_none() {
        return Err(AppError::BadRequest("missing_parameter"));
    }
    let currency = currency.as_deref().or(product.currency.as_deref());
    let (price_cents, currency) = price(price_cents.unwrap_or(product.price_cents), currency)?;
    let changes = ProductChanges {
        name: name.as_deref().map(parse_name).transpose()?,
        description: description.as_deref().map(parse_description).transpose()?,
        price_cents: Some(price_cents),
        currency: Some(currency),
        tags: tags.as_deref().map(parse_tags).transpose()?.map(|words| Tags::new(&words)),
        updated_at: Some(Time::now()),
    };
    products::update(conn, &product.id, &changes)
}

/// Deletes a product.
///
/// # Errors
/// `Forbidden("admin_only")` or `NotFound`.
pub fn delete(conn: &mut DbConn, user: &User, id: &str) -> AppResult<()> {
    require_admin(user)?;
    products::delete(conn, &known(id)?)
}

fn parse_description(text: &str) -> AppResult<String> {
    parse_lines("description", text, DESCRIPTION)
}

/// A price with its currency, or neither.
fn price(cents: Option<i64>, currency: Option<&str>) -> AppResult<(Option<i64>, Option<String>)> {
    let Some(cents) = cents else { return Ok((None, None)) };
    if !(0..=HIGHEST).contains(&cents) {
        return Err(AppError::field("price_cents", "out_of_range"));
    }
    let currency = currency.ok_or_else(|| AppError::field("currency", "required"))?;
    match currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        true => Ok((Some(cents), Some(currency.to_owned()))),
        false => Err(AppError::field("currency", "not_a_currency")),
    }
}

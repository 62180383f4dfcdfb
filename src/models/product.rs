//! Something in the catalogue: a product.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::tags::Tags;
use crate::db::Time;
use crate::schema::products;

/// A row of `products`, as in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, Identifiable, Serialize, ToSchema)]
pub struct Product {
    /// UUIDv7.
    pub id: String,
    /// What it is called.
    #[schema(example = "机械键盘")]
    pub name: String,
    /// Markdown.
    #[schema(example = "87 键，茶轴。")]
    pub description: String,
    /// Its price in hundredths of the currency, also of one without decimals: 50000 is JPY 500. `null` when unknown.
    #[schema(example = 49900, required)]
    pub price_cents: Option<i64>,
    /// ISO 4217; `null` without a price.
    #[schema(example = "CNY", required)]
    pub currency: Option<String>,
    /// What it is filed under.
    #[schema(value_type = Vec<String>, example = json!(["外设"]))]
    pub tags: Tags,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// What may change; `None` leaves a column as it is, `Some(None)` empties it.
#[derive(AsChangeset, Default)]
#[diesel(table_name = products)]
pub struct ProductChanges {
    /// What it is called.
    pub name: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// Its price.
    pub price_cents: Option<Option<i64>>,
    /// Its price's currency.
    pub currency: Option<Option<String>>,
    /// What it is filed under.
    pub tags: Option<Tags>,
    /// Now.
    pub updated_at: Option<Time>,
}

//! Products, which belong to nobody.

use diesel::prelude::*;

use super::filters::{ChangePosition, after_change, containing, lower, tagged};
use crate::db::{DbConn, MultiBackend};
use crate::error::{AppError, AppResult, Thing};
use crate::models::product::{Product, ProductChanges};
use crate::schema::products::{self, dsl};

/// Which products are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductFilter {
    /// Only with that text in the name or the description.
    pub q: Option<String>,
    /// Only with all of these tags.
    pub tags: Vec<String>,
}

/// The changes that make an earlier answer of [`list`] untrue, as triggers name them.
pub const LIST_CHANGES: &[&str] = &["INSERT ON products", "UPDATE ON products", "DELETE ON products"];

fn filtered(filter: &ProductFilter) -> products::BoxedQuery<'_, MultiBackend> {
    let mut query = dsl::products.into_boxed::<MultiBackend>();
    if let Some(q) = &filter.q {
        let pattern = containing(&q.to_lowercase());
        let in_name = lower(dsl::name).like(pattern.clone()).escape('\\');
        query = query.filter(in_name.or(lower(dsl::description).like(pattern).escape('\\')));
    }
    for tag in &filter.tags {
        query = query.filter(tagged(tag));
    }
    query
}

/// Products after `after` (or from row `offset`), last changed first.
///
/// # Errors
/// When the database fails.
pub fn list(
    conn: &mut DbConn,
    filter: &ProductFilter,
    after: Option<&ChangePosition>,
    offset: i64,
    limit: i64,
) -> AppResult<Vec<Product>> {
    let mut query = filtered(filter);
    if let Some(place) = after {
        query = query.filter(after_change(place));
    }
    Ok(query.order((dsl::updated_at.desc(), dsl::id.desc())).offset(offset).limit(limit).load(conn)?)
}

/// How many products [`list`] would list in all.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut DbConn, filter: &ProductFilter) -> AppResult<i64> {
    Ok(filtered(filter).count().get_result(conn)?)
}

/// A product.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut DbConn, id: &str) -> AppResult<Product> {
    dsl::products.find(id).first(conn).optional()?.ok_or(AppError::NotFound(Thing::Product))
}

/// Adds a product.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, product: &Product) -> AppResult<()> {
    diesel::insert_into(products::table).values(product).execute(conn)?;
    Ok(())
}

/// Changes a product.
///
/// # Errors
/// `NotFound`.
pub fn update(conn: &mut DbConn, id: &str, changes: &ProductChanges) -> AppResult<Product> {
    let row = diesel::update(dsl::products.find(id)).set(changes).returning(products::all_columns);
    row.get_result(conn).optional()?.ok_or(AppError::NotFound(Thing::Product))
}

/// Deletes a product.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut DbConn, id: &str) -> AppResult<()> {
    match diesel::delete(dsl::products.find(id)).execute(conn)? {
        0 => Err(AppError::NotFound(Thing::Product)),
        _ => Ok(()),
    }
}

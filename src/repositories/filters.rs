//! What the queries of all lists have in common: the place to go on from, words in a text, tags.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::db::{MultiBackend, Time};

diesel::define_sql_function! {
    /// Lower case: all of Unicode on PostgreSQL, ASCII on SQLite.
    fn lower(text: Text) -> Text;
}

/// A place in a list ordered by (updated_at, id), both descending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePosition {
    /// The last row's `updated_at`.
    pub updated_at: Time,
    /// The last row's id.
    pub id: String,
}

/// A condition on the rows of a table.
pub(super) type Condition<Table> = Box<dyn BoxableExpression<Table, MultiBackend, SqlType = Bool>>;

/// Rows after `place` in a list ordered by (updated_at, id), both descending.
pub(super) fn after_change<Table: 'static>(place: &ChangePosition) -> Condition<Table> {
    let condition = sql::<Bool>("(updated_at, id) < (")
        .bind::<BigInt, _>(place.updated_at)
        .sql(", ")
        .bind::<Text, _>(place.id.clone())
        .sql(")");
    Box::new(condition)
}

/// Rows of a table with a column `tags` that have `tag` among them.
pub(super) fn tagged<Table: 'static>(tag: &str) -> Condition<Table> {
    let quoted = serde_json::json!(tag).to_string();
    Box::new(sql::<Bool>("tags LIKE ").bind::<Text, _>(containing(&quoted)).sql(" ESCAPE '\\'"))
}

/// A `LIKE` pattern that finds `text` literally, anywhere; to be used with `escape('\\')`.
pub(super) fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

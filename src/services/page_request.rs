//! Which part of a list is wanted, and a part of a list.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::text::parse_id;
use crate::db::Time;
use crate::error::{AppError, AppResult};
use crate::repositories::filters::ChangePosition;

/// Rows when a page or cursor is asked for without a limit.
const DEFAULT_LIMIT: i64 = 50;
/// Most rows one may ask for.
const MAX_LIMIT: i64 = 200;
/// Rows when neither page, limit nor cursor is given.
const EVERYTHING: i64 = 1000;

/// The paging parameters of every list, as they stand in the query string.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Page number, from 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    pub page: Option<String>,
    /// Rows a page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub limit: Option<String>,
    /// `next_cursor` of the answer before.
    pub cursor: Option<String>,
}

/// Paging that was checked. `C` is the place a cursor names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest<C> {
    /// The place to go on from.
    pub after: Option<C>,
    /// Rows to skip.
    pub offset: i64,
    /// Rows wanted.
    pub limit: i64,
}

impl<C: DeserializeOwned> PageRequest<C> {
    /// Checks the parameters of [`Paging`]. A cursor wins over a page number.
    ///
    /// # Errors
    /// `Invalid`, with the field `page`, `limit` or `cursor`.
    pub fn parse(page: Option<&str>, limit: Option<&str>, cursor: Option<&str>) -> AppResult<Self> {
        let given = page.is_some() || limit.is_some() || cursor.is_some();
        let limit = match limit {
            Some(text) => number("limit", text, MAX_LIMIT)?,
            None if given => DEFAULT_LIMIT,
            None => EVERYTHING,
        };
        let page = page.map_or(Ok(1), |text| number("page", text, i64::from(u32::MAX)))?;
        let after = cursor.map(decode).transpose()?;
        let offset = if after.is_some() { 0 } else { (page - 1).saturating_mul(limit) };
        Ok(Self { after, offset, limit })
    }
}

impl PageRequest<(i64, String)> {
    /// The place to go on from in a list ordered by (updated_at, id).
    ///
    /// # Errors
    /// `Invalid`, with the field `cursor`.
    pub fn change_position(&self) -> AppResult<Option<ChangePosition>> {
        let place = |(millis, id): &(i64, String)| {
            let id = parse_id(id).ok_or_else(|| AppError::field("cursor", "invalid_cursor"))?;
            Ok(ChangePosition { updated_at: Time::from_millis(*millis), id })
        };
        self.after.as_ref().map(place).transpose()
    }
}

fn number(field: &'static str, text: &str, largest: i64) -> AppResult<i64> {
    let number: i64 = text.parse().map_err(|_| AppError::field(field, "not_a_number"))?;
    match (1..=largest).contains(&number) {
        true => Ok(number),
        false => Err(AppError::field(field, "out_of_range")),
    }
}

fn decode<C: DeserializeOwned>(cursor: &str) -> AppResult<C> {
    let invalid = || AppError::field("cursor", "invalid_cursor");
    let json = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
    serde_json::from_slice(&json).map_err(|_| invalid())
}

/// The cursor that names `place`.
pub fn encode_cursor(place: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::json!(place).to_string())
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Rows in the whole list.
    pub total: i64,
    /// Where the next part begins; `None` at the end.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page from rows that were asked for with one more than `limit`, which tells whether there are more.
    pub fn from_rows<C: Serialize>(
        mut rows: Vec<T>,
        limit: i64,
        total: i64,
        place: impl Fn(&T) -> C,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|last| encode_cursor(&place(last)));
        Self { items: rows, total, next_cursor }
    }
}

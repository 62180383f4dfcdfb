//! A column that holds JSON as text, read where it is needed; knows nothing of what it means.

use std::marker::PhantomData;

use anyhow::Context;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::AppResult;

/// A `T` as JSON text.
#[derive(Clone, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Json<T>(String, PhantomData<T>);

impl<T: Serialize + DeserializeOwned> Json<T> {
    /// As text.
    ///
    /// # Errors
    /// When it cannot be said in JSON.
    pub fn write(value: &T) -> AppResult<Self> {
        let text = serde_json::to_string(value).context("a column could not be written as JSON")?;
        Ok(Self(text, PhantomData))
    }

    /// What the text says.
    ///
    /// # Errors
    /// When somebody else has changed it to something that it cannot be.
    pub fn read(&self) -> AppResult<T> {
        Ok(serde_json::from_str(&self.0).context("a column does not hold the JSON it should")?)
    }
}

impl<T: std::fmt::Debug, DB: Backend> ToSql<Text, DB> for Json<T>
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_str().to_sql(out)
    }
}

impl<T, DB: Backend> FromSql<Text, DB> for Json<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(String::from_sql(bytes)?, PhantomData))
    }
}

//! How many tokens may be spent a day: the same in `stoa.toml`, in JSON and in a column; knows nothing of members.

use std::fmt;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};

/// The word for no limit.
const UNLIMITED: &str = "unlimited";
/// What stands for it in a column.
const NO_LIMIT: i64 = -1;
/// The largest number; sums of many days stay far within a column.
const LARGEST: i64 = 1_000_000_000_000;

/// A daily budget: a number of tokens, or the word `unlimited`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub enum DailyTokens {
    /// No limit.
    #[default]
    Unlimited,
    /// That many; 0 for none at all.
    Most(i64),
}

impl DailyTokens {
    /// This budget, unless it is negative or larger than 10^12.
    pub fn sensible(self) -> Option<Self> {
        match self {
            Self::Most(tokens) if !(0..=LARGEST).contains(&tokens) => None,
            sensible => Some(sensible),
        }
    }
}

impl Serialize for DailyTokens {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unlimited => serializer.serialize_str(UNLIMITED),
            Self::Most(tokens) => serializer.serialize_i64(*tokens),
        }
    }
}

impl<'de> Deserialize<'de> for DailyTokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

struct Reading;

impl Visitor<'_> for Reading {
    type Value = DailyTokens;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number of tokens or \"{UNLIMITED}\"")
    }

    fn visit_i64<E: Error>(self, tokens: i64) -> Result<DailyTokens, E> {
        Ok(DailyTokens::Most(tokens))
    }

    fn visit_u64<E: Error>(self, tokens: u64) -> Result<DailyTokens, E> {
        Ok(DailyTokens::Most(i64::try_from(tokens).unwrap_or(i64::MAX)))
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<DailyTokens, E> {
        match word {
            UNLIMITED => Ok(DailyTokens::Unlimited),
            other => Err(E::invalid_value(Unexpected::Str(other), &self)),
        }
    }
}

impl utoipa::PartialSchema for DailyTokens {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).examples([100_000]);
        let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([UNLIMITED]));
        OneOfBuilder::new()
            .item(number.minimum(Some(0)).maximum(Some(LARGEST)))
            .item(word)
            .description(Some("A daily budget: a number of tokens, 0 for none at all, or `unlimited`"))
            .into()
    }
}

impl utoipa::ToSchema for DailyTokens {}

impl<DB: Backend> ToSql<BigInt, DB> for DailyTokens
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        match self {
            Self::Unlimited => <i64 as ToSql<BigInt, DB>>::to_sql(&NO_LIMIT, out),
            Self::Most(tokens) => tokens.to_sql(out),
        }
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for DailyTokens
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(match i64::from_sql(bytes)? {
            NO_LIMIT => Self::Unlimited,
            tokens => Self::Most(tokens),
        })
    }
}

//! Prices as people read and type them, with as many decimals as their currency has; knows no product.

use iso_currency::Currency;

use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::web::pages::number::grouped;

/// A price in the reader's language; empty without one.
pub fn shown(cents: Option<i64>, currency: Option<&str>, locale: Locale) -> String {
    let (Some(cents), Some(currency)) = (cents, currency) else { return String::new() };
    let amount = match has_decimals(currency) {
        true => format!("{}.{:02}", grouped(cents / 100), cents % 100),
        false => grouped(rounded(cents)),
    };
    locale.t_with("products.price", &[("amount", &amount), ("currency", currency)])
}

/// Whether ISO 4217 gives that currency decimals: two are shown of those with more, and of codes it does not know.
fn has_decimals(currency: &str) -> bool {
    Currency::from_code(currency).and_then(Currency::exponent) != Some(0)
}

/// Hundredths as whole units, to the nearest: the API takes any number of them for any currency.
fn rounded(cents: i64) -> i64 {
    cents.saturating_add(50) / 100
}

/// A price as it stands in a form.
pub fn typed(cents: Option<i64>, currency: Option<&str>) -> String {
    let Some(cents) = cents else { return String::new() };
    match has_decimals(currency.unwrap_or_default()) {
        true => format!("{}.{:02}", cents / 100, cents % 100),
        false => rounded(cents).to_string(),
    }
}

/// Reads hundredths of what was typed, such as `499` or `499.5`; `None` when empty.
///
/// # Errors
/// `Invalid`, with the field `price_cents`; also for decimals of a currency without any.
pub fn parse(text: &str, currency: &str) -> AppResult<Option<i64>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let wrong = || AppError::field("price_cents", "not_a_price");
    let (whole, rest) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = format!("{whole}{rest:0<2}");
    if whole.is_empty() || rest.len() > 2 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    if !rest.is_empty() && !has_decimals(currency) {
        return Err(AppError::field("price_cents", "not_a_whole_price"));
    }
    digits.parse().map(Some).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_to_the_cent() {
        for (text, cents) in [("", None), ("499", Some(49900)), (" 0.5 ", Some(50)), ("1.05", Some(105))] {
            assert_eq!(parse(text, "CNY").unwrap(), cents, "{text}");
        }
        for text in ["-1", "1.234", ".5", "1,000", "一", "99999999999999999999"] {
            assert!(parse(text, "CNY").is_err(), "{text}");
        }
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(shown(Some(123_456_789), Some("CNY"), Locale::En), "CNY 1,234,567.89");
        assert_eq!(shown(Some(5), Some("USD"), Locale::ZhCn), "0.05 USD");
        assert_eq!(shown(None, None, Locale::En), "");
    }

    #[test]
    fn what_has_no_parts_is_shown_and_typed_without() {
        for (cents, text) in [(50_000, "JPY 500"), (123_456_700, "JPY 1,234,567"), (50_050, "JPY 501")] {
            assert_eq!(shown(Some(cents), Some("JPY"), Locale::En), text);
        }
        assert_eq!(
            (typed(Some(50_000), Some("KRW")), typed(Some(50_000), None)),
            ("500".into(), "500.00".into())
        );
        assert_eq!(parse("500", "VND").unwrap(), Some(50_000));
        assert!(parse("500.0", "VND").is_err());
        assert_eq!(shown(Some(1_234), Some("KWD"), Locale::En), "KWD 12.34");
    }
}

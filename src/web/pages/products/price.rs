//! Prices as people read and type them; knows no product.

use crate::error::{AppError, AppResult};
use crate::i18n::Locale;

/// A price in the reader's language; empty without one.
pub fn shown(cents: Option<i64>, currency: Option<&str>, locale: Locale) -> String {
    let (Some(cents), Some(currency)) = (cents, currency) else { return String::new() };
    let amount = format!("{}.{:02}", grouped(cents / 100), cents % 100);
    locale.t_with("products.price", &[("amount", &amount), ("currency", currency)])
}

/// A number with commas between thousands, as both languages write it.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A price as it stands in a form.
pub fn typed(cents: Option<i64>) -> String {
    cents.map(|cents| format!("{}.{:02}", cents / 100, cents % 100)).unwrap_or_default()
}

/// Reads what was typed, such as `499` or `499.5`; `None` when empty.
///
/// # Errors
/// `Invalid`, with the field `price_cents`.
pub fn parse(text: &str) -> AppResult<Option<i64>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let wrong = || AppError::field("price_cents", "not_a_price");
    let (whole, rest) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = format!("{whole}{rest:0<2}");
    if whole.is_empty() || rest.len() > 2 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    digits.parse().map(Some).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_to_the_cent() {
        for (text, cents) in [("", None), ("499", Some(49900)), (" 0.5 ", Some(50)), ("1.05", Some(105))] {
            assert_eq!(parse(text).unwrap(), cents, "{text}");
        }
        for text in ["-1", "1.234", ".5", "1,000", "一", "99999999999999999999"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(shown(Some(123_456_789), Some("CNY"), Locale::En), "CNY 1,234,567.89");
        assert_eq!(shown(Some(5), Some("USD"), Locale::ZhCn), "0.05 USD");
        assert_eq!(shown(None, None, Locale::En), "");
    }
}

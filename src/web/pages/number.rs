//! Numbers as people read them.

/// A whole number with commas between thousands, as both languages write it.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The length of a file in the unit that leaves a short number: `640 B`, `47.1 KiB`, `3.0 MiB`.
pub fn size(bytes: i64) -> String {
    const KIB: i64 = 1024;
    const MIB: i64 = KIB * KIB;
    let tenths = |unit: i64, name: &str| {
        let tenths = bytes.saturating_mul(10) / unit;
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    };
    match bytes {
        ..KIB => format!("{bytes} B"),
        KIB..MIB => tenths(KIB, "KiB"),
        _ => tenths(MIB, "MiB"),
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, size};

    #[test]
    fn a_length_is_told_in_a_unit_that_fits() {
        for (bytes, text) in
            [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (48_213, "47.0 KiB"), (3_145_728, "3.0 MiB")]
        {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (-100, "-100"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number), text);
        }
    }
}

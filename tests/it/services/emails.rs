//! What is an e-mail address.

use stoa::services::text::Email;

#[test]
fn addresses_that_look_like_another_are_refused() {
    for unseen in [
        '\u{ad}',
        '\u{200b}',
        '\u{200d}',
        '\u{200e}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{feff}',
        '\u{e0041}',
    ] {
        for text in [
            format!("ada@example.com{unseen}"),
            format!("{unseen}ada@example.com"),
            format!("a{unseen}da@example.com"),
        ] {
            assert!(Email::parse(&text).is_err(), "{text:?}");
        }
    }
    for text in ["Ada@Example.com", "阿达@例子.测试", "müller+x@example.com"] {
        assert_eq!(Email::parse(text).unwrap().as_str(), text.to_lowercase());
    }
}

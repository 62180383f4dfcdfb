//! Where people may be sent on to.

use super::HOME;

/// `to` when it is a path of this server, else the home page: nobody is sent elsewhere by a forged `next`.
///
/// Browsers drop tabs and line breaks from addresses and read `\` as `/`, so that `/\evil` and `/<tab>/evil` lead
/// elsewhere as `//evil` does: what is not plain printable ASCII is no path of ours (ours are percent-encoded).
pub fn safe_next(to: Option<&str>) -> &str {
    to.filter(|path| path.starts_with('/') && !path.starts_with("//"))
        .filter(|path| path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\'))
        .unwrap_or(HOME)
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn only_own_paths_are_gone_on_to() {
        assert_eq!(safe_next(Some("/chat/1?x=y#latest")), "/chat/1?x=y#latest");
        for forged in [
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "\t//evil.example",
            "/\n/evil.example",
            "/\r\nSet-Cookie: x",
            " //evil.example",
            "https://evil.example",
            "https:evil.example",
            "https:/evil.example",
            "HTTPS:\\\\evil.example",
            "javascript:alert(0)",
            "data:text/html,x",
            "/\u{3000}/evil.example",
            "/\0/evil",
            "evil.example",
            "@evil.example",
            "",
        ] {
            assert_eq!(safe_next(Some(forged)), "/", "{forged}");
        }
        assert_eq!(safe_next(None), "/");
    }

    /// As a browser reads it: whatever passes stays on this server.
    #[test]
    fn what_passes_leads_nowhere_else() {
        let base = reqwest::Url::parse("https://stoa.example/login").unwrap();
        let parts =
            ["/", "//", "\\", ".", "..", "%2F", "%5C", "\t", "@", ":", "evil.example", "?", "#", ";", " "];
        for a in parts {
            for b in parts {
                for c in parts {
                    let to = format!("/{a}{b}{c}");
                    let led = base.join(safe_next(Some(&to))).unwrap();
                    assert_eq!(led.host_str(), Some("stoa.example"), "{to:?}");
                }
            }
        }
    }
}

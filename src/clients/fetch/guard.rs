//! Which addresses may be connected to: those of the public internet, and what whoever runs Stoa allows besides.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::Url;
use serde::Deserialize;

/// Blocks of IPv4 that are nobody's on the public internet (IANA's special-purpose registry).
const NOT_PUBLIC_V4: [Ipv4Net; 16] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 31, 196, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// The only block of IPv6 that is given out. Loopback, private, link-local and multicast addresses, addresses of IPv4 in
/// IPv6 (`::ffff:…`) and of NAT64 (`64:ff9b:…`) lie outside it.
const PUBLIC_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// Blocks inside [`PUBLIC_V6`] that are not public: 2001::/23 with Teredo, documentation, and 6to4, which holds an
/// address of IPv4.
const NOT_PUBLIC_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0x0db8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(s: [u16; 8], bits: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = s;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), bits)
}

/// Whether an address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|block| block.contains(&address)),
        IpAddr::V6(address) => {
            PUBLIC_V6.contains(&address) && !NOT_PUBLIC_V6.iter().any(|block| block.contains(&address))
        }
    }
}

/// Something inside one's own network that may be fetched: a name, an address or a block of addresses.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub enum Allowed {
    /// That name, whatever its addresses are.
    Name(String),
    /// Addresses.
    Block(IpNet),
}

/// Text that is neither a name nor a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a host's name nor an address or a block of addresses, such as 10.0.0.0/8")]
pub struct InvalidAllowed;

impl FromStr for Allowed {
    type Err = InvalidAllowed;

    fn from_str(text: &str) -> Result<Self, InvalidAllowed> {
        if let Ok(block) = text.parse::<IpNet>() {
            return Ok(Self::Block(block));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Block(address.into()));
        }
        // Written in any letters, and kept as it is resolved.
        match url::Host::parse(text.trim_end_matches('.')) {
            Ok(url::Host::Domain(name)) if name.chars().all(in_names) => Ok(Self::Name(name)),
            Ok(url::Host::Ipv4(address)) => Ok(Self::Block(IpAddr::from(address).into())),
            _ => Err(InvalidAllowed),
        }
    }
}

impl TryFrom<String> for Allowed {
    type Error = InvalidAllowed;

    fn try_from(text: String) -> Result<Self, InvalidAllowed> {
        text.parse()
    }
}

fn in_names(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}

/// An address that may not be connected to; the name or address is told.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not public")]
pub struct Refused(pub String);

/// Decides what may be connected to.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    allowed: Vec<Allowed>,
}

impl Guard {
    /// The public internet, and what is allowed besides.
    pub fn new(allowed: Vec<Allowed>) -> Self {
        Self { allowed }
    }

    /// Checks an address that is written as numbers: nobody resolves it. Names are checked when they are resolved.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn check_literal(&self, url: &Url) -> Result<(), Refused> {
        let address: Option<IpAddr> = match url.host() {
            Some(url::Host::Ipv4(address)) => Some(address.into()),
            Some(url::Host::Ipv6(address)) => Some(address.into()),
            Some(url::Host::Domain(_)) => None,
            None => return Err(Refused(url.to_string())),
        };
        match address.is_none_or(|address| self.allows(address)) {
            true => Ok(()),
            false => Err(Refused(url.host_str().unwrap_or_default().to_owned())),
        }
    }

    /// Whether an address may be connected to.
    pub fn allows(&self, address: IpAddr) -> bool {
        let named = |allowed: &Allowed| matches!(allowed, Allowed::Block(block) if block.contains(&address));
        is_public(address) || self.allowed.iter().any(named)
    }

    /// Whether a name may be, whatever its addresses are. It is in lower case, without a dot at its end.
    pub fn allows_name(&self, name: &str) -> bool {
        self.allowed.iter().any(|allowed| matches!(allowed, Allowed::Name(known) if known == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn addresses_of_the_internet_are_public() {
        for address in
            ["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]
        {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn addresses_of_ones_own_network_are_not_in_any_form() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "203.0.113.9",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:1.1.1.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
        ] {
            assert!(!public(address), "{address}");
        }
    }

    #[test]
    fn numbers_in_any_writing_are_checked() {
        let guard = Guard::default();
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://169.254.169.254/latest/meta-data/",
        ] {
            assert!(guard.check_literal(&Url::parse(url).unwrap()).is_err(), "{url}");
        }
        for url in ["http://1.1.1.1/", "http://example.org/", "http://[2606:4700::1111]/"] {
            assert!(guard.check_literal(&Url::parse(url).unwrap()).is_ok(), "{url}");
        }
    }

    #[test]
    fn what_is_allowed_is_a_name_an_address_or_a_block() {
        assert_eq!("Wiki.Internal".parse(), Ok(Allowed::Name("wiki.internal".into())));
        let guard = Guard::new(vec!["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()]);
        assert!(guard.allows("10.9.9.9".parse().unwrap()) && guard.allows("::1".parse().unwrap()));
        assert!(!guard.allows("192.168.0.1".parse().unwrap()));
        for text in ["", "http://h", "a b", "10.0.0.0/33", "*"] {
            assert_eq!(text.parse::<Allowed>(), Err(InvalidAllowed), "{text}");
        }
    }
}

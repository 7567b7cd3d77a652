use url::Url;

/// Where a cache listens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Name or address, IPv6 without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// The port of plain RTR (RFC 8210 §14).
const PORT: u16 = 323;

impl Address {
    /// Whether a URL is meant for this protocol.
    pub fn is_meant(url: &Url) -> bool {
        url.scheme() == "rtr"
    }

    /// Reads `rtr://host[:port]`.
    ///
    /// # Errors
    /// What is wrong with it, for the person who wrote it.
    pub fn parse(url: &Url) -> Result<Address, String> {
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || host.contains('%') {
            return Err("a cache is written rtr://host or rtr://host:port".to_owned());
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err("behind the host and port of a cache stands nothing: it has one set".to_owned());
        }
        match url.port().unwrap_or(PORT) {
            0 => Err("no cache listens on port 0".to_owned()),
            port => Ok(Address { host: host.to_owned(), port }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(String, u16), String> {
        Address::parse(&Url::parse(text).unwrap()).map(|a| (a.host, a.port))
    }

    #[test]
    fn hosts_and_ports() {
        assert_eq!(parsed("rtr://cache.example"), Ok(("cache.example".to_owned(), 323)));
        assert_eq!(parsed("rtr://192.0.2.1:8282/"), Ok(("192.0.2.1".to_owned(), 8282)));
        assert_eq!(parsed("rtr://[2001:db8::1]:3323"), Ok(("2001:db8::1".to_owned(), 3323)));
        for text in ["rtr:///x", "rtr://h/x", "rtr://h?x", "rtr://h#x", "rtr:h", "rtr://h:0", "rtr://a%20b"] {
            assert!(parsed(text).is_err(), "{text}");
        }
    }
}

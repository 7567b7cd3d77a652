//! Addresses of our own pages: the whole state of a view stands in its query.

use core::fmt;

/// A path of ours with its query, in the order the parts were given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Link {
    path: String,
    query: Vec<(&'static str, String)>,
    fragment: &'static str,
}

impl Link {
    pub(crate) fn to(path: impl Into<String>) -> Link {
        Link { path: path.into(), query: Vec::new(), fragment: "" }
    }

    /// With a part of the state set, whatever it was.
    pub(crate) fn with(mut self, key: &'static str, value: impl Into<String>) -> Link {
        self.query.retain(|(k, _)| *k != key);
        self.query.push((key, value.into()));
        self
    }

    /// With a part of the state set if there is a value, otherwise left out.
    pub(crate) fn with_some(mut self, key: &'static str, value: Option<&str>) -> Link {
        self.query.retain(|(k, _)| *k != key);
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// With page `n` of something; the first page needs no mention.
    pub(crate) fn paged(self, key: &'static str, n: usize) -> Link {
        let text = n.to_string();
        self.with_some(key, (n > 1).then_some(&text))
    }

    /// The path alone.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// At a place of the page.
    pub(crate) fn at(mut self, fragment: &'static str) -> Link {
        self.fragment = fragment;
        self
    }

    /// The same state on another path.
    pub(crate) fn on(mut self, path: impl Into<String>) -> Link {
        self.path = path.into();
        self
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        for (i, (key, value)) in self.query.iter().enumerate() {
            write!(f, "{}{key}={}", if i == 0 { '?' } else { '&' }, Encoded(value))?;
        }
        if !self.fragment.is_empty() {
            write!(f, "#{}", self.fragment)?;
        }
        Ok(())
    }
}

/// A text as RFC 3986 has it inside a query: everything but unreserved characters as octets.
pub(crate) struct Encoded<'a>(pub(crate) &'a str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    write!(f, "{}", char::from(byte))?;
                }
                _ => write!(f, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

/// One page of a long list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Pages {
    /// This page, from 1.
    pub(crate) page: usize,
    /// How many there are, at least 1.
    pub(crate) of: usize,
    /// Number of the first item on it, from 1; 0 of none.
    pub(crate) first: usize,
    /// Number of the last item on it.
    pub(crate) last: usize,
    /// All items.
    pub(crate) items: usize,
    pub(crate) previous: Option<Link>,
    pub(crate) next: Option<Link>,
}

impl Pages {
    /// Page `page` of `items`, `size` on each; a page beyond the last is the last.
    pub(crate) fn new(items: usize, size: usize, page: usize, key: &'static str, link: &Link) -> Pages {
        let of = items.div_ceil(size).max(1);
        let page = page.clamp(1, of);
        let start = (page - 1) * size;
        let to = |n: usize| link.clone().paged(key, n);
        Pages {
            page,
            of,
            first: if items == 0 { 0 } else { start + 1 },
            last: (start + size).min(items),
            items,
            previous: (page > 1).then(|| to(page - 1)),
            next: (page < of).then(|| to(page + 1)),
        }
    }

    /// The items of this page.
    pub(crate) fn range(&self) -> core::ops::Range<usize> {
        self.first.saturating_sub(1)..self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_is_set_once_and_encoded() {
        let link = Link::to("/").with("sort", "a&b=<é>").with("sort", "é").paged("page", 2);
        assert_eq!(link.to_string(), "/?sort=%C3%A9&page=2");
        assert_eq!(link.paged("page", 1).with_some("sort", None).at("x").to_string(), "/#x");
    }

    #[test]
    fn pages_cover_every_item_once() {
        let link = Link::to("/");
        let all: Vec<_> = (1..=4).flat_map(|n| Pages::new(10, 3, n, "page", &link).range()).collect();
        assert_eq!(all, (0..10).collect::<Vec<_>>());
        let none = Pages::new(0, 3, 7, "page", &link);
        assert_eq!((none.range(), none.of, none.page), (0..0, 1, 1));
        assert_eq!(Pages::new(10, 3, 99, "page", &link).page, 4);
        assert!(Pages::new(3, 3, 1, "page", &link).next.is_none());
    }
}

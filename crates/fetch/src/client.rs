use std::io::{self, Read};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use ureq::http::{HeaderMap, header};
use ureq::unversioned::resolver::DefaultResolver;
use url::{Host, Url};

use crate::excess::Watching;
use crate::wait::retry_after;
use crate::{Budget, Refusal};

/// What a server said to recognise a version of a file by.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// What to ask for.
pub enum Ask<'a> {
    /// The whole, whatever it is.
    Whole,
    /// The whole, unless it is still this version.
    Unless(&'a Validators),
    /// The rest from an offset, if it is still this version.
    From(u64, &'a str),
}

/// What comes back.
pub enum Answer {
    /// It is still the version asked about (304).
    NotModified,
    /// Bytes.
    Body(Box<Body>),
}

/// An answer with bytes.
pub struct Body {
    reader: ureq::BodyReader<'static>,
    excess: Arc<AtomicBool>,
    /// 200 or 206.
    pub status: u16,
    /// Offset of the first byte: 0 unless a rest was asked for and granted.
    pub start: u64,
    /// Size of the whole file, where the server states it.
    pub total: Option<u64>,
    /// Of this version.
    pub validators: Validators,
    /// Whether it is declared to be a page.
    pub is_page: bool,
}

/// Asks servers. Proxies are taken from the environment.
pub struct Client {
    budget: Budget,
}

impl Body {
    /// Reads some bytes; 0 at the end.
    pub fn read(&mut self, buffer: &mut [u8], budget: &Budget, deadline: Instant) -> Result<usize, Refusal> {
        self.reader.read(buffer).map_err(|e| io_refusal(e, budget, deadline))
    }

    /// Once the end is reached: whether the server sent more than it had stated.
    pub fn had_excess(self) -> bool {
        drop(self.reader);
        self.total.is_some() && self.excess.load(Ordering::Relaxed)
    }
}

impl Client {
    /// A client with this budget.
    pub fn new(budget: Budget) -> Client {
        Client { budget }
    }

    /// Its budget.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Asks once, following redirects.
    ///
    /// # Errors
    /// Anything but an answer with bytes, or "not modified" to one who asked about it.
    pub fn ask(&self, url: &str, ask: &Ask<'_>, deadline: Instant) -> Result<Answer, Refusal> {
        let mut url = Url::parse(url).map_err(|e| Refusal::Redirect(format!("not a URL: {e}")))?;
        for _ in 0..=self.budget.redirects_max {
            match self.ask_there(&url, ask, deadline)? {
                Ok(answer) => return Ok(answer),
                Err(location) => url = redirected(&url, &location)?,
            }
        }
        Err(Refusal::Redirect(format!("more than {} in a row", self.budget.redirects_max)))
    }

    /// The answer, or where it sends us.
    fn ask_there(
        &self,
        url: &Url,
        ask: &Ask<'_>,
        deadline: Instant,
    ) -> Result<Result<Answer, String>, Refusal> {
        let budget = &self.budget;
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Refusal::TooSlow(budget.total));
        }
        let excess = Arc::new(AtomicBool::new(false));
        let agent = ureq::Agent::with_parts(
            ureq::config::Config::builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_idle_connections(0)
                .user_agent(concat!("observatory/", env!("CARGO_PKG_VERSION")))
                .accept_encoding("identity")
                .timeout_global(Some(left))
                .timeout_connect(Some(budget.stall))
                .timeout_per_read(Some(budget.stall))
                .timeout_per_write(Some(budget.stall))
                .build(),
            Watching::new(excess.clone()),
            DefaultResolver::default(),
        );
        let mut request = agent.get(url.as_str());
        let mut resuming = None;
        match ask {
            Ask::Whole => {}
            Ask::Unless(known) => {
                if let Some(etag) = &known.etag {
                    request = request.header(header::IF_NONE_MATCH, etag);
                }
                if let Some(time) = &known.last_modified {
                    request = request.header(header::IF_MODIFIED_SINCE, time);
                }
            }
            Ask::From(offset, version) => {
                request = request.header(header::RANGE, format!("bytes={offset}-"));
                request = request.header(header::IF_RANGE, *version);
                resuming = Some(*offset);
            }
        }
        let response = request.call().map_err(|e| io_refusal(e.into_io(), budget, deadline))?;
        let (head, body) = response.into_parts();
        let status = head.status.as_u16();
        let text = |name| text_of(&head.headers, name);
        match status {
            200 => {}
            206 if resuming.is_some() => {}
            304 if matches!(ask, Ask::Unless(_)) => return Ok(Ok(Answer::NotModified)),
            301 | 302 | 303 | 307 | 308 => {
                return text(header::LOCATION)
                    .map(Err)
                    .ok_or_else(|| Refusal::Redirect("it does not say where to".to_owned()));
            }
            404 | 410 => return Err(Refusal::Absent(status)),
            416 if resuming.is_some() => return Err(Refusal::Length("there is no such rest".to_owned())),
            _ => {
                let wait = text(header::RETRY_AFTER).and_then(|t| retry_after(&t, SystemTime::now()));
                return Err(Refusal::Status { status, retry_after: wait });
            }
        }
        if let Some(encoding) = text(header::CONTENT_ENCODING)
            && !["identity", "gzip", "x-gzip", "zstd"].contains(&encoding.to_ascii_lowercase().as_str())
        {
            return Err(Refusal::Encoding(encoding));
        }
        let length = text(header::CONTENT_LENGTH).and_then(|t| t.trim().parse::<u64>().ok());
        let (start, total) = match resuming.filter(|_| status == 206) {
            None => (0, length),
            Some(offset) => {
                let range = text(header::CONTENT_RANGE).unwrap_or_default();
                let (first, total) = content_range(&range)
                    .filter(|(first, _)| *first == offset)
                    .ok_or_else(|| Refusal::Length(format!("asked from {offset} on, got `{range}`")))?;
                (first, total.or(length.map(|l| l.saturating_add(first))))
            }
        };
        if total.is_some_and(|t| t > budget.bytes_max) {
            return Err(Refusal::TooLarge { bytes_max: budget.bytes_max });
        }
        let page = |t: String| t.to_ascii_lowercase().contains("html");
        Ok(Ok(Answer::Body(Box::new(Body {
            reader: body.into_reader(),
            excess,
            status,
            start,
            total,
            validators: Validators { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) },
            is_page: text(header::CONTENT_TYPE).is_some_and(page),
        }))))
    }
}

/// A header's text, where it is one and short.
fn text_of(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty() && text.len() <= 4_096).then(|| text.to_owned())
}

/// First byte and size of the whole, `bytes 5-9/10` (RFC 9110 §14.4).
fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    let total = if total == "*" { None } else { Some(total.parse().ok()?) };
    let sound = first <= last && total.is_none_or(|t: u64| last.checked_add(1) == Some(t));
    sound.then_some((first, total))
}

/// Where a redirect leads, if it may: never to another scheme than HTTP, never from https to http, and never
/// from outside into the own machine or network.
fn redirected(from: &Url, location: &str) -> Result<Url, Refusal> {
    let no = |why: &str| {
        Err(Refusal::Redirect(format!("{why}: {}", location.chars().take(200).collect::<String>())))
    };
    let Ok(to) = from.join(location) else { return no("not a URL") };
    match (from.scheme(), to.scheme()) {
        ("https", "http") => return no("from https to http"),
        (_, "http" | "https") => {}
        _ => return no("neither https nor http"),
    }
    if !to.username().is_empty() || to.password().is_some() {
        return no("with a user name");
    }
    if is_inside(&to) && !is_inside(from) {
        return no("into the own machine or network");
    }
    Ok(to)
}

/// An address of the own machine or of a private network. Names are not looked up.
fn is_inside(url: &Url) -> bool {
    let address = match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
        Some(Host::Ipv6(ip)) => ip.to_ipv4_mapped().map_or(IpAddr::V6(ip), IpAddr::V4),
        Some(Host::Domain(name)) => return name == "localhost" || name.ends_with(".localhost"),
        None => return true,
    };
    match address {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified(),
        IpAddr::V6(ip) => {
            ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
    }
}

fn io_refusal(error: io::Error, budget: &Budget, deadline: Instant) -> Refusal {
    let timed_out = error.kind() == io::ErrorKind::TimedOut
        || error.get_ref().is_some_and(|e| e.downcast_ref::<ureq::Error>().is_some_and(is_timeout));
    if timed_out && deadline.saturating_duration_since(Instant::now()) < Duration::from_millis(20) {
        Refusal::TooSlow(budget.total)
    } else if timed_out {
        Refusal::Stalled(budget.stall)
    } else {
        Refusal::Connection(error.to_string())
    }
}

fn is_timeout(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::Timeout(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_that_are_not_followed() {
        let from = Url::parse("https://data.example/a/b").unwrap();
        assert_eq!(redirected(&from, "../c").unwrap().as_str(), "https://data.example/c");
        assert_eq!(redirected(&from, "//other.example/x").unwrap().as_str(), "https://other.example/x");
        for location in [
            "http://data.example/a",
            "file:///etc/passwd",
            "ftp://data.example/a",
            "https://u:p@data.example/",
            "https://127.0.0.1/",
            "https://169.254.169.254/latest",
            "https://10.1.2.3/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fd00::1]/",
            "https://localhost/",
            "https://2130706433/",
            "https://",
        ] {
            assert!(matches!(redirected(&from, location), Err(Refusal::Redirect(_))), "{location}");
        }
        let inside = Url::parse("http://127.0.0.1:8080/a").unwrap();
        assert!(redirected(&inside, "http://127.0.0.1:8081/b").is_ok());
        assert!(redirected(&inside, "https://data.example/").is_ok());
    }

    #[test]
    fn ranges_are_taken_at_their_word() {
        assert_eq!(content_range("bytes 5-9/10"), Some((5, Some(10))));
        assert_eq!(content_range("bytes 5-9/*"), Some((5, None)));
        for text in [
            "",
            "bytes",
            "bytes 5-9/11",
            "bytes 9-5/6",
            "bytes */10",
            "items 0-1/2",
            "bytes 0-18446744073709551615/0",
        ] {
            assert_eq!(content_range(text), None, "{text}");
        }
    }
}

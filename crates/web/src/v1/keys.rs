//! Keys: who may ask `/v1`. Only digests of them are known here, and none is ever written anywhere.

use std::fmt;
use std::hint::black_box;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::Site;
use crate::api::problem::{self, Problem};

/// SHA-256 digests of the keys that open `/v1`; of none of them it is open to everybody.
#[derive(Clone, Default)]
pub struct Keys(Arc<[[u8; 32]]>);

impl Keys {
    /// The keys with these SHA-256 digests.
    pub fn of(digests: impl IntoIterator<Item = [u8; 32]>) -> Keys {
        Keys(digests.into_iter().collect())
    }

    /// Whether nobody needs a key.
    pub(crate) fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares digests, all of them and every octet, so that the time taken tells nothing of how near one came.
    fn hold(&self, key: &str) -> bool {
        let shown: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        let differing = |known: &[u8; 32]| {
            black_box(known.iter().zip(&shown).fold(0, |all, (a, b)| black_box(all | (a ^ b))))
        };
        self.0.iter().fold(false, |held, known| held | (differing(known) == 0))
    }

    /// Whether a question may be answered.
    fn admit(&self, headers: &HeaderMap) -> Result<(), Refused> {
        if self.is_open() {
            return Ok(());
        }
        let mut given = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(given), None) = (given.next(), given.next()) else { return Err(Refused::Missing) };
        let words = given.to_str().ok().and_then(|text| text.trim().split_once(' '));
        match words {
            Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => {
                if self.hold(key.trim()) {
                    Ok(())
                } else {
                    Err(Refused::Wrong)
                }
            }
            _ => Err(Refused::Missing),
        }
    }
}

/// How many there are; never which.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}

/// Why a question is not answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Refused {
    Missing,
    Wrong,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        // RFC 6750 §3.1: who brought no key is told of no error.
        let (code, detail, challenge) = match self {
            Refused::Missing => (
                problem::KEY_MISSING,
                "ask with the header `Authorization: Bearer KEY`, one of them; whoever runs this observatory gives keys out",
                "Bearer realm=\"observatory\"",
            ),
            Refused::Wrong => (
                problem::KEY_WRONG,
                "the key is none of those given out here: it may have been taken back",
                "Bearer realm=\"observatory\", error=\"invalid_token\"",
            ),
        };
        let mut response = Problem::new(code, detail).into_response();
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        response
    }
}

/// Lets through what may be answered.
pub(crate) async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    match site.keys.admit(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(key: &str) -> [u8; 32] {
        Sha256::digest(key.as_bytes()).into()
    }

    fn ask(keys: &Keys, lines: &[&str]) -> Result<(), Refused> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::AUTHORIZATION, line.parse().unwrap());
        }
        keys.admit(&headers)
    }

    #[test]
    fn only_whoever_brings_a_key_that_was_given_out_is_let_in() {
        let keys = Keys::of([digest("first"), digest("second")]);
        for line in ["Bearer first", "bearer second", "BEARER  first "] {
            assert_eq!(ask(&keys, &[line]), Ok(()), "{line}");
        }
        for line in ["Bearer firs", "Bearer firstt", "Bearer First", "Bearer first second"] {
            assert_eq!(ask(&keys, &[line]), Err(Refused::Wrong), "{line}");
        }
        for lines in [
            &[][..],
            &["Basic first"],
            &["first"],
            &["Bearer"],
            &["Bearer \u{e9}"],
            &["Bearer first", "Bearer first"],
        ] {
            assert_eq!(ask(&keys, lines), Err(Refused::Missing), "{lines:?}");
        }
        assert_eq!(ask(&Keys::default(), &[]), Ok(()));
        assert_eq!(ask(&Keys::default(), &["Bearer x"]), Ok(()));
        assert_eq!(format!("{keys:?}"), "Keys(2)");
    }
}

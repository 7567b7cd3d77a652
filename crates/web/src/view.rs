use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use crate::refusal::Refusal;

/// What a visitor asked to see: the parts of the query, the last of each.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct View(BTreeMap<String, String>);

impl View {
    /// A part; one that is there and empty is absent, as an unused field of a form is.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// With a part set, whatever it was.
    pub(crate) fn with(mut self, key: &str, value: &str) -> View {
        self.0.insert(key.to_owned(), value.to_owned());
        self
    }

    /// A page number, 1 when absent.
    pub(crate) fn page(&self, key: &str) -> Result<usize, Refusal> {
        let Some(text) = self.get(key) else { return Ok(1) };
        match text.parse() {
            Ok(page) if page > 0 => Ok(page),
            _ => Err(Refusal::wrong(
                format!("`{text}` is not a page number"),
                format!("Write a number from 1, such as {key}=2, or leave {key} out."),
            )),
        }
    }

    /// One of the words allowed; `None` when absent.
    pub(crate) fn word<'a>(&self, key: &str, allowed: &[&'a str]) -> Result<Option<&'a str>, Refusal> {
        let Some(text) = self.get(key) else { return Ok(None) };
        match allowed.iter().find(|word| **word == text) {
            Some(word) => Ok(Some(word)),
            None => Err(Refusal::wrong(
                format!("`{text}` is not a value of {key}"),
                format!("Allowed are: {}.", allowed.join(", ")),
            )),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for View {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<View, Refusal> {
        let pairs: Query<Vec<(String, String)>> = Query::try_from_uri(&parts.uri).map_err(|_| {
            Refusal::wrong("the address has a query that cannot be read", "Start from the world page.")
        })?;
        Ok(View(pairs.0.into_iter().collect()))
    }
}

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lake::LakeError;
use store::StoreError;

use crate::frame::Frame;
use crate::link::Link;
use crate::reply;

/// Why a page is not shown, in words for the visitor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    title: String,
    what: String,
    /// Sentences that help on.
    advice: Vec<String>,
    /// What was probably meant, and where it is.
    meant: Option<Box<(String, Link)>>,
}

impl Refusal {
    /// The address asks for something that cannot exist.
    pub(crate) fn wrong(what: impl Into<String>, advice: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, "That address cannot be read", what, vec![advice.into()])
    }

    /// The address asks for something that is not there.
    pub(crate) fn absent(what: impl Into<String>, advice: Vec<String>) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, "Not found", what, advice)
    }

    /// What is there stays closed, for a reason.
    pub(crate) fn closed(status: StatusCode, why: &str) -> Refusal {
        Refusal::new(status, "This record is not shown", why, Vec::new())
    }

    /// With what was probably meant.
    pub(crate) fn suggest(mut self, words: impl Into<String>, link: Link) -> Refusal {
        self.meant = Some(Box::new((words.into(), link)));
        self
    }

    /// With the part of the address that it is about.
    pub(crate) fn naming(mut self, piece: &str) -> Refusal {
        self.what = format!("in `{piece}`: {}", self.what);
        self
    }

    /// What is refused, in words, and the advice, for answers that are no pages.
    pub(crate) fn words(&self) -> (StatusCode, String) {
        let advice = self.advice.iter().map(|sentence| format!(" {sentence}"));
        (self.status, format!("{}{}", sentence(&self.what), advice.collect::<String>()))
    }

    /// No month has been computed yet.
    pub(crate) fn nothing_published() -> Refusal {
        let advice = "A month appears here as soon as `observatory month` has computed and published it.";
        let what = "There is no publication in the store";
        Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Nothing is published yet",
            what,
            vec![advice.to_owned()],
        )
    }

    fn failed() -> Refusal {
        let advice = "The failure is logged. The publication itself is not touched: try again in a moment.";
        let what = "Something on our side failed while this page was put together";
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "This page failed", what, vec![advice.to_owned()])
    }

    fn new(status: StatusCode, title: &str, what: impl Into<String>, advice: Vec<String>) -> Refusal {
        Refusal { status, title: title.to_owned(), what: what.into(), advice, meant: None }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        tracing::error!(%error, "a page failed");
        Refusal::failed()
    }
}

impl From<LakeError> for Refusal {
    fn from(error: LakeError) -> Refusal {
        tracing::error!(%error, "a page failed");
        Refusal::failed()
    }
}

impl From<tokio::task::JoinError> for Refusal {
    fn from(error: tokio::task::JoinError) -> Refusal {
        tracing::error!(%error, "a page failed");
        Refusal::failed()
    }
}

impl From<askama::Error> for Refusal {
    fn from(error: askama::Error) -> Refusal {
        tracing::error!(%error, "a page failed");
        Refusal::failed()
    }
}

/// Characters in a row that an answer repeats of what was asked.
const WORD_CHARS_MAX: usize = 200;

/// A sentence with its stop, in which nothing that was sent is repeated at length.
fn sentence(what: &str) -> String {
    let stop = if what.ends_with(['.', '?', '!']) { "" } else { "." };
    let mut run = 0;
    let kept = what.chars().filter_map(|c| {
        run = if c.is_whitespace() || c == '`' { 0 } else { run + 1 };
        match run {
            WORD_CHARS_MAX => Some('…'),
            // Control characters may stand in no HTML.
            n => (n < WORD_CHARS_MAX).then_some(if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }),
        }
    });
    kept.collect::<String>() + stop
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage {
    frame: Frame,
    code: u16,
    title: String,
    what: String,
    advice: Vec<String>,
    meant: Option<(String, Link)>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Refusal { status, title, what, advice, meant } = self;
        let meant = meant.map(|meant| *meant);
        let what = sentence(&what);
        let page =
            RefusalPage { frame: Frame::bare(&title), code: status.as_u16(), title, what, advice, meant }
                .render();
        match page {
            Ok(html) => (status, reply::html_headers(), html).into_response(),
            Err(error) => {
                tracing::error!(%error, "the page of a refusal failed");
                status.into_response()
            }
        }
    }
}

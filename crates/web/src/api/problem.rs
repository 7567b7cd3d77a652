//! Everything that can go wrong with a question, as RFC 9457 has it: a stable code, a title, what was wrong
//! this time, and what to ask instead.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use lake::LakeError;
use serde_json::{Value, json};
use store::StoreError;

use crate::refusal::Refusal;

/// One row of [`CODES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Code {
    /// Stable: programs may rely on it.
    pub(crate) code: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
}

const fn code(code: &'static str, status: StatusCode, title: &'static str) -> Code {
    Code { code, status, title }
}

macro_rules! codes {
    ($($name:ident = $code:literal, $status:ident, $title:literal;)+) => {
        $(pub(crate) const $name: Code = code($code, StatusCode::$status, $title);)+
        /// Every code, in the order of the documentation.
        pub(crate) const CODES: &[Code] = &[$($name,)+];
    };
}

codes! {
    MALFORMED_QUERY = "malformed_query", BAD_REQUEST, "The query cannot be read";
    UNKNOWN_PARAMETER = "unknown_parameter", BAD_REQUEST, "There is no such parameter";
    REPEATED_PARAMETER = "repeated_parameter", BAD_REQUEST, "A parameter stands there twice";
    MISSING_PARAMETER = "missing_parameter", BAD_REQUEST, "A parameter is missing";
    MALFORMED_PARAMETER = "malformed_parameter", BAD_REQUEST, "A value cannot be read";
    UNKNOWN_FIELD = "unknown_field", BAD_REQUEST, "There is no such field";
    MALFORMED_ASN = "malformed_asn", BAD_REQUEST, "That is no AS number";
    ASN_OUT_OF_RANGE = "asn_out_of_range", BAD_REQUEST, "The AS number is out of range";
    MALFORMED_PREFIX = "malformed_prefix", BAD_REQUEST, "That is no prefix";
    PREFIX_HOST_BITS = "prefix_host_bits", BAD_REQUEST, "The prefix has host bits set";
    MALFORMED_SUBJECTS = "malformed_subjects", BAD_REQUEST, "The subjects cannot be read";
    MALFORMED_CURSOR = "malformed_cursor", BAD_REQUEST, "That is no cursor";
    UNKNOWN_PATH = "unknown_path", NOT_FOUND, "There is nothing at this path";
    UNKNOWN_MONTH = "unknown_month", NOT_FOUND, "The month is not published";
    UNKNOWN_FRAMEWORK = "unknown_framework", NOT_FOUND, "The month was not graded by this framework";
    UNKNOWN_NETWORK = "unknown_network", NOT_FOUND, "The network is not in this month";
    UNKNOWN_ECONOMY = "unknown_economy", NOT_FOUND, "The economy is not in this month";
    UNKNOWN_REGION = "unknown_region", NOT_FOUND, "No network of this month is in the region";
    UNKNOWN_PARTICIPANTS = "unknown_participants", NOT_FOUND, "No list of participants is loaded for this month";
    UNKNOWN_AREA = "unknown_area", NOT_FOUND, "No route of the area counts in this month";
    NO_SNAPSHOT = "no_snapshot", NOT_FOUND, "There are no VRPs of that day";
    UNKNOWN_EVENT = "unknown_event", NOT_FOUND, "The event is not in this month";
    UNKNOWN_INCIDENT = "unknown_incident", NOT_FOUND, "The incident is not in this month";
    UNKNOWN_RECORD = "unknown_record", NOT_FOUND, "There is no such record";
    UNKNOWN_SOURCE = "unknown_source", NOT_FOUND, "The source is not in this month";
    UNKNOWN_PARTICIPANT = "unknown_participant", NOT_FOUND, "The participant is in no month";
    UNKNOWN_SUBJECT = "unknown_subject", NOT_FOUND, "A subject is not there in its month";
    UNKNOWN_SERIES = "unknown_series", NOT_FOUND, "The foreign series is not in this month";
    UNKNOWN_CURSOR = "unknown_cursor", NOT_FOUND, "The cursor is not of this list";
    KEY_MISSING = "key_missing", UNAUTHORIZED, "A key is needed";
    KEY_WRONG = "key_wrong", UNAUTHORIZED, "The key is not known";
    METHOD_NOT_ALLOWED = "method_not_allowed", METHOD_NOT_ALLOWED, "The API is only read";
    NOT_ACCEPTABLE = "not_acceptable", NOT_ACCEPTABLE, "There is no such form";
    NOTHING_PUBLISHED = "nothing_published", SERVICE_UNAVAILABLE, "Nothing is published yet";
    ROUTES_UNAVAILABLE = "routes_unavailable", SERVICE_UNAVAILABLE, "The routes of this month are missing";
    FACTS_UNAVAILABLE = "facts_unavailable", SERVICE_UNAVAILABLE, "The facts behind the grades were not kept";
    RECORD_UNAVAILABLE = "record_unavailable", SERVICE_UNAVAILABLE, "The record cannot be opened here";
    FAILED = "failed", INTERNAL_SERVER_ERROR, "Something on our side failed";
}

/// One thing that went wrong.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Problem {
    code: Code,
    detail: String,
    help: Box<Help>,
}

/// What helps on.
#[derive(Clone, PartialEq, Debug, Default)]
struct Help {
    parameter: Option<String>,
    suggestion: Option<String>,
    allowed: Vec<String>,
}

impl Problem {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Problem {
        Problem { code, detail: detail.into(), help: Box::default() }
    }

    /// Which parameter it is about.
    pub(crate) fn of(mut self, parameter: &str) -> Problem {
        self.help.parameter = Some(parameter.to_owned());
        self
    }

    /// What was probably meant.
    pub(crate) fn suggest(mut self, suggestion: Option<impl Into<String>>) -> Problem {
        self.help.suggestion = suggestion.map(Into::into);
        self
    }

    /// Everything that may stand there.
    pub(crate) fn allowing(mut self, allowed: impl IntoIterator<Item = impl Into<String>>) -> Problem {
        self.help.allowed = allowed.into_iter().map(Into::into).collect();
        self
    }

    fn failed(error: &dyn std::error::Error) -> Problem {
        tracing::error!(%error, "an answer of the API failed");
        Problem::new(FAILED, "The failure is logged. The publication is not touched: try again in a moment.")
    }

    fn body(&self) -> Value {
        let Problem { code, detail, help } = self;
        let Help { parameter, suggestion, allowed } = help.as_ref();
        let mut body = json!({
            "type": format!("/api/docs#{}", code.code),
            "title": code.title,
            "status": code.status.as_u16(),
            "code": code.code,
            "detail": detail,
        });
        for (name, value) in [("parameter", parameter), ("suggestion", suggestion)] {
            if let Some(value) = value {
                body[name] = value.as_str().into();
            }
        }
        if !allowed.is_empty() {
            body["allowed"] = allowed.as_slice().into();
        }
        body
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        Problem::failed(&error)
    }
}

impl From<LakeError> for Problem {
    fn from(error: LakeError) -> Problem {
        match &error {
            LakeError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                tracing::error!(%error, "the routes of a publication are missing");
                let detail =
                    "Its tables of routes are not where they belong: the month has to be computed again.";
                Problem::new(ROUTES_UNAVAILABLE, detail)
            }
            _ => Problem::failed(&error),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let (status, words) = refusal.words();
        let code = match status {
            StatusCode::BAD_REQUEST => MALFORMED_SUBJECTS,
            StatusCode::NOT_FOUND => UNKNOWN_SUBJECT,
            StatusCode::SERVICE_UNAVAILABLE => NOTHING_PUBLISHED,
            // It is logged where it failed.
            _ => FAILED,
        };
        Problem::new(code, words)
    }
}

impl From<tokio::task::JoinError> for Problem {
    fn from(error: tokio::task::JoinError) -> Problem {
        Problem::failed(&error)
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Problem {
        Problem::failed(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let headers =
            [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-cache")];
        let mut response = (self.code.status, headers, format!("{}\n", self.body())).into_response();
        if self.code == METHOD_NOT_ALLOWED {
            response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("GET, HEAD"));
        }
        response
    }
}

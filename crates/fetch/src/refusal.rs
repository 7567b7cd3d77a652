use std::time::Duration;

use crate::rtr::{CODES, code};

/// Why a file was not taken in. What is held of it from before stays.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is nothing at the URL (404, 410).
    #[error("not there (status {0})")]
    Absent(u16),
    /// Any other status that is no success.
    #[error("the server answers with status {status}{}", asked(.retry_after))]
    Status {
        /// HTTP status.
        status: u16,
        /// How long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// No connection, or it broke off.
    #[error("the connection failed: {0}")]
    Connection(String),
    /// No byte for longer than the budget allows.
    #[error("nothing came for {} s", .0.as_secs_f64())]
    Stalled(Duration),
    /// All tries together took too long.
    #[error("not finished within {} s", .0.as_secs_f64())]
    TooSlow(Duration),
    /// More bytes than allowed.
    #[error("more than {bytes_max} bytes")]
    TooLarge {
        /// The bound.
        bytes_max: u64,
    },
    /// Unpacked it exceeds its bound in bytes or in ratio.
    #[error("unpacks to more than {limit}: not taken in")]
    Expands {
        /// The bound, with its unit.
        limit: String,
    },
    /// The lengths that the server states and sends contradict each other.
    #[error("the stated length is wrong: {0}")]
    Length(String),
    /// The packed file breaks off or is damaged.
    #[error("the packed file is damaged or breaks off: {0}")]
    Damaged(String),
    /// A page for people instead of data.
    #[error("HTML or XML in place of data")]
    Markup,
    /// No byte.
    #[error("an empty file")]
    Empty,
    /// A redirect that is not followed.
    #[error("redirect not followed: {0}")]
    Redirect(String),
    /// Packed on the way by something that was not asked for.
    #[error("sent with the encoding `{0}`, which was not asked for")]
    Encoding(String),
    /// An RPKI cache says that it cannot answer (RFC 8210 §12).
    #[error("the cache reports error {code}{}{}", named(*.code), quoted(.text))]
    Cache {
        /// Error code.
        code: u16,
        /// What it says of it.
        text: String,
    },
    /// An RPKI cache sends what it may not.
    #[error("the cache breaks the protocol: {0}")]
    Protocol(String),
    /// More records than allowed.
    #[error("more than {records_max} records")]
    TooMany {
        /// The bound.
        records_max: u64,
    },
}

fn named(code: u16) -> String {
    CODES.get(usize::from(code)).map_or(String::new(), |name| format!(", {name}"))
}

fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": \"{text}\"") }
}

fn asked(wait: &Option<Duration>) -> String {
    wait.map_or(String::new(), |w| format!(" and asks to wait {} s", w.as_secs()))
}

impl Refusal {
    /// Whether another try soon may do better.
    pub fn is_temporary(&self) -> bool {
        match self {
            Refusal::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
            Refusal::Connection(_) | Refusal::Stalled(_) | Refusal::Length(_) => true,
            Refusal::Cache { code, .. } => matches!(*code, code::INTERNAL_ERROR | code::NO_DATA_AVAILABLE),
            _ => false,
        }
    }

    /// The HTTP status, where there was one that says it.
    pub fn status(&self) -> Option<u16> {
        match self {
            Refusal::Absent(status) | Refusal::Status { status, .. } => Some(*status),
            _ => None,
        }
    }
}

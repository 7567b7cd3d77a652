use routing::Timestamp;

/// What a reader made of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    /// The records.
    pub content: T,
    /// The moment the file itself says it stands for; `None` when it says nothing.
    pub stated: Option<Timestamp>,
    /// The format found, e.g. `routinator json`.
    pub format: &'static str,
    /// How many records were accepted: what a check for shrunken files compares.
    pub records: u64,
    /// False when the text breaks off in the middle, or holds fewer records than it says itself (only some
    /// formats can tell).
    pub complete: bool,
}

impl<T> Parsed<T> {
    /// The same with other content.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Parsed<U> {
        Parsed {
            content: change(self.content),
            stated: self.stated,
            format: self.format,
            records: self.records,
            complete: self.complete,
        }
    }
}

/// Why a file gave nothing at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The world failed: the stream below gave an error.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The text is not of this format (a web page, other columns): it must not replace what is known.
    #[error("this is not {expected}: {found}")]
    NotThisFormat {
        /// The format expected, with its article.
        expected: &'static str,
        /// What was found instead, cut to a readable length.
        found: String,
    },
}

/// Counts accepted and refused records to tell a damaged file from a wrong one.
#[derive(Default)]
pub(crate) struct Tally {
    pub accepted: u64,
    refused: u64,
    first_refused: Option<String>,
}

impl Tally {
    /// Below this many refused records a file is never wrong because of their share alone.
    const REFUSED_MIN: u64 = 10;

    /// One record was refused; `text` shows the reader of the error what stood there.
    pub fn refuse(&mut self, text: &str) {
        self.refused += 1;
        if self.first_refused.is_none() {
            self.first_refused = Some(text.chars().take(80).collect());
        }
    }

    /// The file as a whole is refused, whatever was accepted.
    pub fn refuse_all(&mut self, text: &str) {
        self.refuse(text);
        self.refused = self.refused.max(Self::REFUSED_MIN).max(self.accepted + 1);
    }

    /// An error when nothing was accepted, or more was refused than accepted.
    pub fn check(&self, expected: &'static str) -> Result<(), ReadError> {
        let wrong = self.refused > 0 && self.accepted == 0
            || self.refused >= Self::REFUSED_MIN && self.refused > self.accepted;
        if !wrong {
            return Ok(());
        }
        let found = format!(
            "{} records read, {} refused, the first `{}`",
            self.accepted,
            self.refused,
            self.first_refused.as_deref().unwrap_or_default().escape_debug()
        );
        Err(ReadError::NotThisFormat { expected, found })
    }
}

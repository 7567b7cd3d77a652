use askama::Template;
use askama::filters::HtmlSafe;

/// A standing or state: a shape, a colour and always the word.
#[derive(Template, Clone, PartialEq, Eq, Debug)]
#[template(path = "sign.html")]
pub(crate) struct Sign {
    /// Names the shape and the colour in the style sheet.
    pub(crate) shape: &'static str,
    pub(crate) word: &'static str,
}

impl HtmlSafe for Sign {}

impl Sign {
    const fn new(shape: &'static str, word: &'static str) -> Sign {
        Sign { shape, word }
    }

    pub(crate) const READY: Sign = Sign::new("ready", "ready");
    pub(crate) const ASPIRING: Sign = Sign::new("aspiring", "aspiring");
    pub(crate) const LAGGING: Sign = Sign::new("lagging", "lagging");
    pub(crate) const NO_DATA: Sign = Sign::new("no-data", "no data");

    /// Whether its part of a bar is hatched: all but the best, so that a bar reads without its colours.
    pub(crate) fn is_hatched(&self) -> bool {
        !matches!(self.shape, "ready" | "valid")
    }

    /// A grade as the store has it.
    pub(crate) fn grade(grade: Option<&str>) -> Sign {
        match grade {
            Some("ready") => Sign::READY,
            Some("aspiring") => Sign::ASPIRING,
            Some("lagging") => Sign::LAGGING,
            _ => Sign::NO_DATA,
        }
    }

    /// An RPKI state (RFC 6811) as the lake has it.
    pub(crate) fn rpki(state: Option<&str>) -> Sign {
        match state {
            Some("valid") => Sign::new("valid", "valid"),
            Some("invalid") => Sign::new("invalid", "invalid"),
            Some("not-found") => Sign::new("not-found", "not-found"),
            _ => Sign::NO_DATA,
        }
    }

    /// The state of a route, an invalid one with its reason, as the store has it.
    pub(crate) fn roa(state: &str) -> Sign {
        match state {
            "valid" => Sign::new("valid", "valid"),
            "invalid_length" => Sign::new("invalid", "invalid (length)"),
            "invalid_as" => Sign::new("invalid", "invalid (as)"),
            "invalid_as0" => Sign::new("invalid", "invalid (as0)"),
            "not_found" => Sign::new("not-found", "not found"),
            _ => Sign::NO_DATA,
        }
    }

    /// An IRR state as the lake has it.
    pub(crate) fn irr(state: Option<&str>) -> Sign {
        match state {
            Some("exact") => Sign::new("valid", "exact"),
            Some("covered") => Sign::new("covered", "covered"),
            Some("wrong_origin") => Sign::new("invalid", "wrong origin"),
            Some("none") => Sign::new("not-found", "none"),
            _ => Sign::NO_DATA,
        }
    }

    /// Whether a peer shows a full table, or what others chose.
    pub(crate) fn feed(full: bool, route_server: bool) -> Sign {
        match (full, route_server) {
            (_, true) => Sign::new("covered", "route server"),
            (true, false) => Sign::new("valid", "full feed"),
            (false, false) => Sign::new("covered", "partial"),
        }
    }

    /// What a list states of a participant; nothing where it says nothing.
    pub(crate) fn conformance(stated: Option<&str>) -> Sign {
        match stated {
            Some("conformant") => Sign::new("valid", "conformant"),
            Some("non-conformant") => Sign::new("invalid", "not conformant"),
            Some("pending") => Sign::new("aspiring", "pending"),
            Some("implemented") => Sign::new("valid", "implemented"),
            Some("planned") => Sign::new("aspiring", "planned"),
            Some("not implemented") => Sign::new("not-found", "not implemented"),
            _ => Sign::new("no-data", "not stated"),
        }
    }

    /// Whether a source or file was used.
    pub(crate) fn used(used: bool) -> Sign {
        if used { Sign::new("valid", "used") } else { Sign::new("held", "not used") }
    }
}

use core::fmt;
use core::str::FromStr;

/// What an event was judged to be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// A wrong state; it scores when its culprit is known.
    Incident,
    /// Explained: shown, never scored.
    Benign,
    /// Not to be decided with what is known: shown, never scored.
    Undecided,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Verdict; 3] = [Verdict::Incident, Verdict::Benign, Verdict::Undecided];

    /// Stable name in exports and URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Verdict::Incident => "incident",
            Verdict::Benign => "benign",
            Verdict::Undecided => "undecided",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Verdict {
    type Err = String;

    fn from_str(text: &str) -> Result<Verdict, String> {
        Verdict::ALL
            .into_iter()
            .find(|v| v.code() == text)
            .ok_or_else(|| format!("`{text}` is no verdict: {}", Verdict::ALL.map(Verdict::code).join(", ")))
    }
}

/// How an event probably came about. Intent is not measured.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cause {
    /// A prefix or number mistyped.
    Typo,
    /// A prepend count typed as a number.
    Prepend,
    /// A route of others let out.
    Leak,
    /// A path made up.
    Forged,
    /// Work on the network: a move, a new provider.
    Maintenance,
    /// Traffic meant to be dropped.
    Blackhole,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Cause; 6] =
        [Cause::Typo, Cause::Prepend, Cause::Leak, Cause::Forged, Cause::Maintenance, Cause::Blackhole];

    /// Stable name in exports.
    pub const fn code(self) -> &'static str {
        match self {
            Cause::Typo => "typo",
            Cause::Prepend => "prepend",
            Cause::Leak => "leak",
            Cause::Forged => "forged",
            Cause::Maintenance => "maintenance",
            Cause::Blackhole => "blackhole",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One row of [`REASONS`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReasonRow {
    /// The reason.
    pub reason: Reason,
    /// Stable name in exports and URLs.
    pub code: &'static str,
    /// Title of a page or column.
    pub title: &'static str,
    /// What it says, in a plain sentence.
    pub meaning: &'static str,
    /// The verdict it leads to.
    pub verdict: Verdict,
    /// Where the rule comes from.
    pub source: &'static str,
}

macro_rules! reasons {
    ($($name:ident $code:literal $title:literal $verdict:ident $source:literal $meaning:literal;)*) => {
        /// What decided an event; each leads to one verdict.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Reason {
            $(#[doc = $meaning] $name,)*
        }

        /// Every reason: pages, API and documentation take their words from here.
        pub static REASONS: &[ReasonRow] = &[$(ReasonRow {
            reason: Reason::$name,
            code: $code,
            title: $title,
            meaning: $meaning,
            verdict: Verdict::$verdict,
            source: $source,
        }),*];
    };
}

reasons! {
    NewOrigin "new_origin" "New origin" Incident "FRAMEWORK §6, Misorigination"
        "A network originates the very prefix that another one originated until then, and nothing explains it.";
    MoreSpecific "more_specific" "More specific" Incident "FRAMEWORK §6, Misorigination"
        "A network originates a part of a prefix that another one originates, and nothing explains it.";
    Covering "covering" "Covering" Incident "FRAMEWORK §6, Misorigination"
        "A network originates space around prefixes that others originate, and nothing explains it.";
    UnseenLink "unseen_link" "Unseen link" Incident "FRAMEWORK §6, Forged path"
        "The path holds links that nobody had seen before, and their features reach the threshold.";
    Type1 "type_1" "Leak, type 1" Incident "RFC 7908 §3.1"
        "A route from one provider was passed on to another.";
    Type2 "type_2" "Leak, type 2" Incident "RFC 7908 §3.2"
        "A route from one peer was passed on to another.";
    Type3 "type_3" "Leak, type 3" Incident "RFC 7908 §3.3"
        "A route from a provider was passed on to a peer.";
    Type4 "type_4" "Leak, type 4" Incident "RFC 7908 §3.4"
        "A route from a peer was passed on to a provider.";
    Type5 "type_5" "Leak, type 5" Incident "RFC 7908 §3.5"
        "A route of another network was originated anew by the network that leaked it.";
    Type6 "type_6" "Leak, type 6" Incident "RFC 7908 §3.6"
        "The rightful origin let out internal or more specific routes.";
    Otc "otc" "Only to customer" Incident "RFC 9234 §5"
        "The route carries a mark that it may only go to customers, and it went elsewhere.";
    AspaInvalid "aspa_invalid" "ASPA invalid" Incident "draft-ietf-sidrops-aspa-verification §6"
        "The path contradicts what its networks attest about their providers.";
    Bogon "bogon" "Bogon" Incident "FRAMEWORK §6, bogons"
        "The prefix or number is nobody's.";
    RpkiValid "rpki_valid" "RPKI valid" Benign "RFC 6811 §2; FRAMEWORK §6, Misorigination"
        "The owner of the prefix has authorised this origin in the RPKI.";
    RouteObject "route_object" "Route object" Benign "FRAMEWORK §6, Misorigination"
        "A route object with this origin is authoritative or at least 30 days old.";
    Sibling "sibling" "Same organisation" Benign "FRAMEWORK §6, Misorigination; Leaks"
        "The networks concerned belong to the same organisation.";
    CustomerChain "customer_chain" "Customer and provider" Benign "FRAMEWORK §6, Misorigination"
        "The old and the new origin are tied by customer and provider links known before the event.";
    KnownOrigin "known_origin" "Known origin" Benign "FRAMEWORK §6, Misorigination"
        "This network originated the space before, as an earlier table shows.";
    DdosProtection "ddos_protection" "DDoS protection" Benign "FRAMEWORK §6, Artefacts"
        "The new origin announces space of its customers to clean their traffic.";
    Transfer "transfer" "Transfer" Benign "FRAMEWORK §6, Artefacts"
        "The old origin had withdrawn the prefix everywhere before the new one announced it.";
    AnycastRegistered "anycast_registered" "Registered anycast" Benign "FRAMEWORK §6, Artefacts"
        "The prefix has several registered origins, of which this is one.";
    PrependCount "prepend_count" "Prepend count" Benign "FRAMEWORK §6, Artefacts"
        "A small number stands as origin behind the incumbent: how often to prepend was typed as what to prepend.";
    NearMissAsn "near_miss_asn" "Mistyped number" Benign "FRAMEWORK §6, Artefacts"
        "The origin's number is a slip of the pen for its only neighbour's, the incumbent.";
    Blackhole "blackhole" "Blackholing" Benign "FRAMEWORK §6, Artefacts; RFC 7999"
        "A route for traffic to be dropped, longer than networks carry for one another.";
    AddPath "add_path" "Garbled ADD-PATH" Benign "FRAMEWORK §6, Artefacts; RFC 7911"
        "The prefix is one that a wrongly read path identifier makes.";
    UnknownHistory "unknown_history" "Unknown history" Undecided "FRAMEWORK §2"
        "No table shows who originated the space, or which links existed, before.";
    ThroughIncumbent "through_incumbent" "Through the incumbent" Undecided "FRAMEWORK §6, Misorigination"
        "Every path to the new origin leads through the old one, and what was known before fits its having agreed.";
    Aggregate "aggregate" "Aggregate" Undecided "FRAMEWORK §6, Misorigination"
        "Space around the prefixes of others, as who gave it to them may announce it.";
    NewLink "new_link" "New link" Undecided "FRAMEWORK §6, Forged path"
        "The path holds a link not seen before, with too little that speaks for a forgery.";
    Customary "customary" "Customary turn" Undecided "RFC 7908 §2; FRAMEWORK §6, Leaks"
        "The network passed routes on in this way before: its relationships are probably others than those on file.";
    ContestedLink "contested_link" "Contested link" Undecided "FRAMEWORK §6, Leaks"
        "Sources contradict one another about a link that the verdict rests on.";
    ThinEvidence "thin_evidence" "Thin evidence" Undecided "FRAMEWORK §6, Leaks"
        "The relationships on file make it a leak, and too little besides says that they are right.";
    OwnRoute "own_route" "The neighbour's own route" Undecided "RFC 7908 §2; FRAMEWORK §6, Leaks"
        "The route is its origin's own, handed on by a neighbour that it may have asked to.";
    Deaggregation "deaggregation" "Deaggregation" Undecided "RFC 7908 §3.6"
        "The rightful origin announced many more specific routes at once, and nothing says that it did not mean to.";
}

impl Reason {
    /// The reason's row.
    pub const fn row(self) -> &'static ReasonRow {
        &REASONS[self as usize]
    }

    /// Stable name in exports and URLs.
    pub const fn code(self) -> &'static str {
        self.row().code
    }

    /// The verdict it leads to.
    pub const fn verdict(self) -> Verdict {
        self.row().verdict
    }

    /// Whether the route is one that nobody meant to announce so (FRAMEWORK §6, *Artefacts*).
    pub const fn is_artefact(self) -> bool {
        matches!(self, Reason::PrependCount | Reason::NearMissAsn | Reason::AddPath | Reason::Blackhole)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Reason {
    type Err = String;

    fn from_str(text: &str) -> Result<Reason, String> {
        let found = REASONS.iter().find(|row| row.code == text).map(|row| row.reason);
        found.ok_or_else(|| format!("`{text}` is no reason of a verdict"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_stand_at_their_row_and_codes_round_trip() {
        for (index, row) in REASONS.iter().enumerate() {
            assert_eq!(row.reason as usize, index, "{}", row.code);
            assert_eq!(row.code.parse(), Ok(row.reason));
            assert!(row.meaning.ends_with('.') && !row.title.is_empty() && !row.source.is_empty());
        }
        assert!("because".parse::<Reason>().is_err());
        for verdict in Verdict::ALL {
            assert_eq!(verdict.code().parse(), Ok(verdict));
        }
    }
}

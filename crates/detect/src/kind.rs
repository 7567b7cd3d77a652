use core::fmt;
use core::str::FromStr;

/// What kind of wrong state an event is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EventKind {
    /// A route passed on to where its relationships do not let it go (metric M1).
    RouteLeak,
    /// A prefix originated by a network that it is not known to belong to (metric M2).
    Misorigination,
    /// A known origin shown behind a link to it that nobody had seen before (metric M2).
    ForgedOrigin,
    /// A known origin shown behind unseen links further away from it (metric M2).
    ForgedPath,
    /// A prefix that nobody may originate (metric M3).
    BogonPrefix,
    /// A path that carries an ASN that is no network (metric M4).
    BogonAsn,
}

/// What a kind of event is, in words: pages, API and documentation take theirs from here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KindRow {
    /// The kind.
    pub kind: EventKind,
    /// Stable name in exports and URLs.
    pub code: &'static str,
    /// Title of a page or column.
    pub title: &'static str,
    /// What it is, in one plain sentence.
    pub meaning: &'static str,
    /// What the culprit did, to follow its name.
    pub did: &'static str,
    /// What an accomplice did, to follow its name.
    pub passed_on: &'static str,
    /// What makes one, step by step, each a sentence.
    pub rules: &'static [&'static str],
    /// Who is the culprit and who an accomplice.
    pub parts: &'static str,
    /// What looks like one and is none.
    pub exempt: &'static str,
    /// Where the rules come from.
    pub source: &'static str,
}

/// Every kind, in the order of the metrics.
pub static EVENT_KINDS: [KindRow; 6] = [
    KindRow {
        kind: EventKind::RouteLeak,
        code: "route_leak",
        title: "Route leak",
        meaning: "A network passed a route on to where the relationships on its path do not let it go.",
        did: "leaked a route",
        passed_on: "carried a leaked route further",
        rules: &[
            "Every path is read hop by hop with the relationships known before the route was seen; route-server \
             numbers are taken out first, and prepending is one hop.",
            "A route that a network had from a provider or a peer may go to its customers only. Passed on to \
             another provider or peer it is a leak of type 1 to 4 of RFC 7908, by the two relationships.",
            "A route re-originated by the leaker is type 5; an internal or more specific route let out by its \
             rightful origin is type 6.",
            "An Only-to-Customer mark or an ASPA that the path contradicts is evidence of its own.",
            "It is an event while two distinct peer ASes show it, or while one path shows that a network beyond \
             the culprit carries it.",
        ],
        parts: "The culprit is the network that passed the route on where it should not have; networks between it \
                and the collector carried it further.",
        exempt: "A link whose relationship is not known gives no verdict. Siblings leak nothing to one another.",
        source: "RFC 7908 §3; RFC 9234; draft-ietf-sidrops-aspa-verification",
    },
    KindRow {
        kind: EventKind::Misorigination,
        code: "misorigination",
        title: "Misorigination",
        meaning: "A network originated a prefix, a part of it or space around it that is not known to be its.",
        did: "originated space of another network",
        passed_on: "carried space further from an origin it does not belong to",
        rules: &[
            "For every prefix the origins known before are taken from the collectors' tables and from earlier \
             tables given as history. An origin that appears later is new; where no table shows who was there \
             before, nothing is concluded.",
            "The incumbent is who originated the same prefix before, or else the most specific prefix around it, \
             or else prefixes inside it. Prefixes shorter than /8 are never incumbents.",
            "RPKI valid dismisses, and an RPKI invalid is dismissed by no route object. Where RPKI knows nothing, \
             a route object of this origin dismisses, exact or covering, that is authoritative or at least 30 \
             days old.",
            "Networks of one organisation dismiss, as does a chain of customers and providers between the old and \
             the new origin whose every link was known before the event.",
            "It is an event while two distinct peer ASes show it, or while one path shows that a network beyond \
             the culprit carries it. It lasts from the first to the last of these sightings, cut at the month.",
        ],
        parts: "The culprit is the new origin, private numbers at the end of the path stripped. Where the path \
                behind which it is shown was never seen before, it is nobody, and nothing is scored. Networks \
                between the culprit and the collector passed it on.",
        exempt: "Named and not scored: a prepend count or a slip of the pen as origin, routes for blackholing, \
                 garbled ADD-PATH, DDoS protection, transfers, and anycast by registered origins.",
        source: "RFC 6811; RFC 7908 §3.5; the framework's rules on incidents",
    },
    KindRow {
        kind: EventKind::ForgedOrigin,
        code: "forged_origin",
        title: "Forged origin",
        meaning: "A route shows its rightful origin next to a neighbour it was never seen to have.",
        did: "announced another network's space under that network's name",
        passed_on: "carried a route further whose origin was forged",
        rules: &[
            "Every link of a path is compared with the links known before: from the collectors' tables, from \
             earlier tables given as history, and from relationships that are not newer than the event.",
            "Where the link next to the origin was never seen, and the route is new in its prefix, in its length \
             or in where it comes from, the unseen links are scored. Every term of the score is shown.",
            "It is an incident from the threshold on; below, it is undecided, since networks make new links every \
             day.",
            "It is an event while two distinct peer ASes show it, or while one path shows that a network beyond \
             the unseen links carries it.",
        ],
        parts: "The culprit is the first network on the collector's side of the unseen links, if every path that \
                shows them agrees on it and it is itself well known there; otherwise nobody. The origin behind an \
                unseen link is never blamed: its name may have been borrowed.",
        exempt: "RPKI does not dismiss: a forged path shows the origin that is allowed. Links between networks of \
                 one organisation, and to a customer or provider known before, are not unseen.",
        source: "the framework's rules on forged paths",
    },
    KindRow {
        kind: EventKind::ForgedPath,
        code: "forged_path",
        title: "Forged path",
        meaning: "A route shows its rightful origin and its neighbour, and further on links never seen before.",
        did: "announced another network's space behind a path that does not exist",
        passed_on: "carried a route further whose path was forged",
        rules: &[
            "Links are compared with those known before as for a forged origin; here the unseen ones lie further \
             from the origin than its own.",
            "The route must show a new prefix, or one shown with another path until then. The unseen links are \
             scored, and every term of the score is shown.",
            "It is an incident from the threshold on, and undecided below.",
            "It is an event while two distinct peer ASes show it, or while one path shows that a network beyond \
             the unseen links carries it.",
        ],
        parts: "The culprit is the first network on the collector's side of the unseen links, if every path agrees \
                on it; otherwise nobody. Networks behind an unseen link are never blamed.",
        exempt: "A new link that both sides show with other routes too, or between networks of one organisation, \
                 is a new link and nothing else.",
        source: "the framework's rules on forged paths",
    },
    KindRow {
        kind: EventKind::BogonPrefix,
        code: "bogon_prefix",
        title: "Bogon prefix",
        meaning: "A network originated address space that nobody may announce.",
        did: "originated space that nobody may announce",
        passed_on: "carried space further that nobody may announce",
        rules: &[
            "Every prefix that a collector's peers show is compared with the list of bogon space as it was at \
             that moment; a list newer than the route is never used.",
            "Full bogons are special-purpose, private, reserved and documentation space and space that IANA \
             never gave to a registry. Administrative ones are listed by a regional registry as available or \
             reserved.",
            "It is an event while two distinct peer ASes show it, or while one path shows that a network beyond \
             the culprit carries it: the internal route of one peer is none.",
            "It lasts from the first to the last of these sightings, cut at the month.",
        ],
        parts: "The culprit is the origin of the path. Networks between it and the collector passed the prefix \
                on; the one next to it is an accomplice at distance 1, prepending not counted.",
        exempt: "Prefixes shorter than /8 and resources that the configuration treats as public are no bogons. \
                 Absence from a registry's file that was not loaded never makes one.",
        source: "IANA special-purpose registries; extended delegation files of the registries",
    },
    KindRow {
        kind: EventKind::BogonAsn,
        code: "bogon_asn",
        title: "Bogon AS number",
        meaning: "A network let out a path that holds an AS number that is no network.",
        did: "let out paths with a number that is no network",
        passed_on: "carried paths further that hold a number that is no network",
        rules: &[
            "Every AS number on a path is compared with the list of numbers nobody may use as it was at that \
             moment.",
            "Full bogons are AS0, 23456, 64496 to 131071 and 4200000000 to 4294967295. Administrative ones are \
             listed by a regional registry as available or reserved.",
            "It is an event while two distinct peer ASes show it, or while one path shows that a network beyond \
             the culprit carries it.",
            "It lasts from the first to the last of these sightings, cut at the month.",
        ],
        parts: "The culprit is the first public AS on the collector's side of the number: it should have removed \
                it. Networks further towards the collector passed the path on.",
        exempt: "AS_TRANS from a session of two-octet numbers whose AS4_PATH gives the real one is no bogon.",
        source: "IANA AS number registries; RFC 5398, RFC 6996, RFC 7300, RFC 7607",
    },
];

impl EventKind {
    /// Every kind, in the order of the metrics.
    pub const ALL: [EventKind; 6] = [
        EventKind::RouteLeak,
        EventKind::Misorigination,
        EventKind::ForgedOrigin,
        EventKind::ForgedPath,
        EventKind::BogonPrefix,
        EventKind::BogonAsn,
    ];

    /// The kind's row.
    pub const fn row(self) -> &'static KindRow {
        &EVENT_KINDS[self as usize]
    }

    /// Stable name in exports and URLs.
    pub const fn code(self) -> &'static str {
        self.row().code
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for EventKind {
    type Err = String;

    fn from_str(text: &str) -> Result<EventKind, String> {
        EventKind::ALL.into_iter().find(|k| k.code() == text).ok_or_else(|| {
            format!("`{text}` is no kind of event: {}", EventKind::ALL.map(EventKind::code).join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_stand_at_their_row_and_codes_round_trip() {
        for (kind, row) in EventKind::ALL.into_iter().zip(&EVENT_KINDS) {
            assert_eq!((row.kind, kind.code().parse()), (kind, Ok(kind)));
            let words = [row.title, row.meaning, row.did, row.passed_on, row.parts, row.exempt, row.source];
            for text in words.iter().chain(row.rules) {
                assert!(!text.is_empty() && !text.contains("  "), "{}: {text}", row.code);
            }
        }
        assert!("hijack".parse::<EventKind>().unwrap_err().contains("bogon_prefix, bogon_asn"));
    }
}

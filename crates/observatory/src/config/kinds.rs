/// What a source holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SourceKind {
    /// BGP as recorded by route collectors.
    Mrt,
    /// Validated ROA payloads.
    Vrps,
    /// Local exceptions to VRPs and ASPAs.
    Slurm,
    /// Autonomous system provider authorisations.
    Aspas,
    /// Routing policy registries.
    Irr,
    /// Extended delegation files of the RIRs.
    Delegations,
    /// Countries of ASNs, where a delegation file is missing.
    AsnCountries,
    /// Names of ASNs.
    AsNames,
    /// Organisations behind ASNs.
    Organisations,
    /// Relationships between ASNs.
    Relationships,
    /// Origins seen before.
    History,
    /// Registered contacts.
    Contacts,
    /// Public sessions of CAIDA's Spoofer.
    Spoofer,
    /// Lists of bogons.
    Bogons,
    /// Lists of the participants of a programme.
    Participants,
    /// Scores as others published them.
    ForeignScores,
    /// Events as BGPStream.com published them.
    BgpstreamEvents,
    /// Events of GRIP.
    GripEvents,
    /// Events of Cloudflare Radar.
    RadarEvents,
}

/// One row of the table of kinds: configuration, documentation and messages come from it.
pub struct Kind {
    /// The kind.
    pub kind: SourceKind,
    /// Its name in `kind = "…"`.
    pub name: &'static str,
    /// What it is, for a reader.
    pub meaning: &'static str,
    /// Formats read, told by content.
    pub formats: &'static str,
    /// Keys it takes besides `kind`, `name`, `path` and `date`.
    pub keys: &'static [&'static str],
    /// What the observatory uses it for.
    pub used_for: &'static str,
}

/// Every kind of source.
pub const KINDS: &[Kind] = &[
    Kind {
        kind: SourceKind::Mrt,
        name: "mrt",
        meaning: "BGP tables and updates as route collectors record them",
        formats: "MRT (RFC 6396, RFC 8050)",
        keys: &["collector"],
        used_for: "routes, every metric that looks at announcements",
    },
    Kind {
        kind: SourceKind::Vrps,
        name: "vrps",
        meaning: "validated ROA payloads of one moment",
        formats: "JSON, CSV, BIRD, OpenBGPD and SLURM output of relying parties, RIPE's roas.csv, asn,prefix,maxlen; RTR (RFC 6810, RFC 8210, version 2)",
        keys: &[],
        used_for: "M7RPKI, RPKI state of every route",
    },
    Kind {
        kind: SourceKind::Slurm,
        name: "slurm",
        meaning: "local exceptions, applied to the VRPs and ASPAs",
        formats: "SLURM version 1 (RFC 8416) and 2",
        keys: &[],
        used_for: "M7RPKI, RPKI state of every route",
    },
    Kind {
        kind: SourceKind::Aspas,
        name: "aspas",
        meaning: "provider authorisations of one moment",
        formats: "JSON output of relying parties, SLURM version 2; RTR version 2",
        keys: &[],
        used_for: "providers each network authorised, shown with it",
    },
    Kind {
        kind: SourceKind::Irr,
        name: "irr",
        meaning: "a routing registry's database",
        formats: "RPSL (RFC 2622, RFC 4012)",
        keys: &["authority", "excerpt"],
        used_for: "M6, M7IRR, M8, IRR state of every route",
    },
    Kind {
        kind: SourceKind::Delegations,
        name: "delegations",
        meaning: "what a regional registry gave to whom",
        formats: "RIR statistics exchange format, extended",
        keys: &[],
        used_for: "which networks exist, their economy, administrative bogons; forged paths: where both ends are registered",
    },
    Kind {
        kind: SourceKind::AsnCountries,
        name: "asn_countries",
        meaning: "country per ASN, a labelled substitute for a missing delegation file",
        formats: "CSV: RIR,Country Code,ASN Number,Allocated Date",
        keys: &[],
        used_for: "the economy of networks whose delegation file is not loaded",
    },
    Kind {
        kind: SourceKind::AsNames,
        name: "as_names",
        meaning: "a name per ASN",
        formats: "text or JSON lists of ASN and name",
        keys: &[],
        used_for: "names on pages",
    },
    Kind {
        kind: SourceKind::Organisations,
        name: "organisations",
        meaning: "the organisation behind each ASN",
        formats: "CAIDA as2org, CSV: registry,organisation,asn",
        keys: &[],
        used_for: "holders of networks, siblings",
    },
    Kind {
        kind: SourceKind::Relationships,
        name: "relationships",
        meaning: "providers, customers and peers",
        formats: "CAIDA serial-1",
        keys: &[],
        used_for: "customers of each network, its size class",
    },
    Kind {
        kind: SourceKind::History,
        name: "history",
        meaning: "who originated which prefix on an earlier day",
        formats: "`prefix<TAB>asn` lines, as in ipasn files",
        keys: &[],
        used_for: "misoriginations: what an earlier table shows is not new",
    },
    Kind {
        kind: SourceKind::Contacts,
        name: "contacts",
        meaning: "networks, their points of contact, and the exchange points they are at",
        formats: "PeeringDB JSON: net, poc, netixlan",
        keys: &["excerpt"],
        used_for: "M8; forged paths: who meets where",
    },
    Kind {
        kind: SourceKind::Spoofer,
        name: "spoofer",
        meaning: "public tests of whether packets with a false source leave a network",
        formats: "CAIDA Spoofer JSON: pages with hydra:member, a list, a session per line",
        keys: &[],
        used_for: "M5",
    },
    Kind {
        kind: SourceKind::Bogons,
        name: "bogons",
        meaning: "space that nobody may announce, or a day's report of such announcements",
        formats: "full-bogons text, CIDR-report daily",
        keys: &[],
        used_for: "M3",
    },
    Kind {
        kind: SourceKind::Participants,
        name: "participants",
        meaning: "who takes part in a programme, with its networks and what it conforms with",
        formats: "CSV: Organization Name, ASNs, a column per action; JSON with participants",
        keys: &["programme"],
        used_for: "participants, their scores and figures",
    },
    Kind {
        kind: SourceKind::ForeignScores,
        name: "foreign_scores",
        meaning: "scores of networks or participants as the original Observatory published them",
        formats: "its export of networks (CSV: ASN, Holder, a column per score); its API's answers (JSON with participants)",
        keys: &["label"],
        used_for: "a foreign series to compare ours with, never mixed with ours",
    },
    Kind {
        kind: SourceKind::BgpstreamEvents,
        name: "bgpstream_events",
        meaning: "possible hijacks and leaks as BGPStream.com published them",
        formats: "BGPStream.com CSV: event_number, event_type, start_time and more",
        keys: &[],
        used_for: OPINIONS,
    },
    Kind {
        kind: SourceKind::GripEvents,
        name: "grip_events",
        meaning: "events of the Global Routing Intelligence Platform: moas, submoas, defcon, edges",
        formats: "GRIP JSON: an answer with data, a list, an event, an event per line",
        keys: &[],
        used_for: OPINIONS,
    },
    Kind {
        kind: SourceKind::RadarEvents,
        name: "radar_events",
        meaning: "route leaks and origin hijacks of Cloudflare Radar",
        formats: "Cloudflare Radar JSON: an answer with events, a list",
        keys: &[],
        used_for: OPINIONS,
    },
];

/// They are shown beside our events and change none.
const OPINIONS: &str = "what others say, shown beside our events, never mixed with them";

impl SourceKind {
    /// Who publishes events of this kind, in a word for a reader; `None` of what is no third party's events.
    pub fn publisher(self) -> Option<&'static str> {
        match self {
            SourceKind::BgpstreamEvents => Some("BGPStream.com"),
            SourceKind::GripEvents => Some("GRIP"),
            SourceKind::RadarEvents => Some("Cloudflare Radar"),
            _ => None,
        }
    }

    /// Whether it is what others say, beside ours: no registration that a month rests on.
    pub fn is_of_others(self) -> bool {
        self.publisher().is_some() || self == SourceKind::ForeignScores
    }

    /// Whether RPKI caches serve it over RTR.
    pub fn is_of_caches(self) -> bool {
        matches!(self, SourceKind::Vrps | SourceKind::Aspas)
    }

    /// The row of the table.
    pub fn row(self) -> &'static Kind {
        KINDS.iter().find(|k| k.kind == self).expect("every kind has its row")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
    const BEGIN: &str = "<!-- kinds: from the table in the code -->\n";
    const END: &str = "<!-- /kinds -->";

    #[test]
    fn the_document_lists_the_kinds() {
        let mut table =
            String::from("| kind | what it is | formats | own keys | used for |\n|---|---|---|---|---|\n");
        for kind in KINDS {
            let keys: Vec<String> = kind.keys.iter().map(|k| format!("`{k}`")).collect();
            table.push_str(&format!(
                "| `{}` | {} | {} | {} | {} |\n",
                kind.name,
                kind.meaning,
                kind.formats,
                keys.join(", "),
                kind.used_for
            ));
        }
        let text = std::fs::read_to_string(DOCUMENT).unwrap();
        let (before, rest) = text.split_once(BEGIN).expect("the document marks where the table begins");
        let (shown, after) = rest.split_once(END).expect("the document marks where the table ends");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(DOCUMENT, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        } else {
            assert_eq!(shown, table, "rewrite it with UPDATE_DOCS=1 cargo test -p observatory kinds");
        }
    }
}

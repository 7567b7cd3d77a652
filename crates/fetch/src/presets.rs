/// A public source that is known by name: `preset = "…"` in the configuration.
#[derive(Debug)]
pub struct Preset {
    /// Its name in `preset = "…"`.
    pub name: &'static str,
    /// Whose data it is and what they are.
    pub about: &'static str,
    /// The registry, for routing registries.
    pub authority: Option<&'static str>,
    /// A collector it may be of; empty for what is of none.
    pub collector: &'static str,
    /// Its files: each becomes a source of its own.
    pub feeds: &'static [Feed],
    /// Collectors that lie elsewhere: the name, and what stands for `{collector}/`.
    pub elsewhere: &'static [(&'static str, &'static str)],
    /// Under which terms.
    pub licence: &'static str,
    /// When its newest file counts as too old.
    pub age_hours_max: u32,
}

/// One file, or series of files, of a preset.
#[derive(Debug)]
pub struct Feed {
    /// What it is called beside the preset's name; empty where there is only one.
    pub part: &'static str,
    /// Kind of source, as in `kind = "…"`.
    pub kind: &'static str,
    /// URL or template; `{collector}` is the collector's name.
    pub url: &'static str,
    /// How often something new appears, or is worth fetching.
    pub cadence: &'static str,
}

const fn feed(part: &'static str, kind: &'static str, cadence: &'static str, url: &'static str) -> Feed {
    Feed { part, kind, url, cadence }
}

const NONE: Preset = Preset {
    name: "",
    about: "",
    authority: None,
    collector: "",
    feeds: &[],
    elsewhere: &[],
    licence: "",
    age_hours_max: 48,
};

const RIPE_TERMS: &str = "RIPE NCC terms of service";
const RIR_STATISTICS: &str = "public statistics of the registry, under its terms of use";
const CAIDA_TERMS: &str = "CAIDA acceptable use agreement, public data: name CAIDA as the source";

/// Every preset.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "ripe-ris",
        about: "RIPE RIS, a route collector (rrc00 …): updates, and the table of each midnight",
        collector: "rrc00",
        feeds: &[
            feed(
                "tables",
                "mrt",
                "1d",
                "https://data.ris.ripe.net/{collector}/{YYYY.MM}/bview.{YYYYMMDD.hhmm}.gz",
            ),
            feed(
                "updates",
                "mrt",
                "5m",
                "https://data.ris.ripe.net/{collector}/{YYYY.MM}/updates.{YYYYMMDD.hhmm}.gz",
            ),
        ],
        licence: RIPE_TERMS,
        age_hours_max: 36,
        ..NONE
    },
    Preset {
        name: "routeviews",
        about: "RouteViews, a route collector (route-views2, route-views.linx …): updates, and the table of each midnight",
        collector: "route-views2",
        feeds: &[
            feed(
                "tables",
                "mrt",
                "1d",
                "https://archive.routeviews.org/{collector}/bgpdata/{YYYY.MM}/RIBS/rib.{YYYYMMDD.hhmm}.bz2",
            ),
            feed(
                "updates",
                "mrt",
                "15m",
                "https://archive.routeviews.org/{collector}/bgpdata/{YYYY.MM}/UPDATES/updates.{YYYYMMDD.hhmm}.bz2",
            ),
        ],
        elsewhere: &[("route-views2", "")],
        licence: "CC BY 4.0, University of Oregon RouteViews",
        age_hours_max: 36,
        ..NONE
    },
    Preset {
        name: "afrinic-delegations",
        about: "AFRINIC, extended delegations",
        feeds: &[feed(
            "",
            "delegations",
            "1d",
            "https://ftp.afrinic.net/pub/stats/afrinic/delegated-afrinic-extended-latest",
        )],
        licence: RIR_STATISTICS,
        ..NONE
    },
    Preset {
        name: "apnic-delegations",
        about: "APNIC, extended delegations",
        feeds: &[feed(
            "",
            "delegations",
            "1d",
            "https://ftp.apnic.net/stats/apnic/delegated-apnic-extended-latest",
        )],
        licence: RIR_STATISTICS,
        ..NONE
    },
    Preset {
        name: "arin-delegations",
        about: "ARIN, extended delegations",
        feeds: &[feed(
            "",
            "delegations",
            "1d",
            "https://ftp.arin.net/pub/stats/arin/delegated-arin-extended-latest",
        )],
        licence: RIR_STATISTICS,
        ..NONE
    },
    Preset {
        name: "lacnic-delegations",
        about: "LACNIC, extended delegations",
        feeds: &[feed(
            "",
            "delegations",
            "1d",
            "https://ftp.lacnic.net/pub/stats/lacnic/delegated-lacnic-extended-latest",
        )],
        licence: RIR_STATISTICS,
        ..NONE
    },
    Preset {
        name: "ripe-delegations",
        about: "RIPE NCC, extended delegations",
        feeds: &[feed(
            "",
            "delegations",
            "1d",
            "https://ftp.ripe.net/pub/stats/ripencc/delegated-ripencc-extended-latest",
        )],
        licence: RIR_STATISTICS,
        ..NONE
    },
    Preset {
        name: "afrinic-irr",
        about: "AFRINIC, routing registry",
        authority: Some("AFRINIC"),
        feeds: &[feed("", "irr", "1d", "https://ftp.afrinic.net/pub/dbase/afrinic.db.gz")],
        licence: "AFRINIC database terms and conditions",
        ..NONE
    },
    Preset {
        name: "apnic-irr",
        about: "APNIC, routing registry, split by class",
        authority: Some("APNIC"),
        feeds: &[
            feed("aut-num", "irr", "1d", "https://ftp.apnic.net/apnic/whois/apnic.db.aut-num.gz"),
            feed("route", "irr", "1d", "https://ftp.apnic.net/apnic/whois/apnic.db.route.gz"),
            feed("route6", "irr", "1d", "https://ftp.apnic.net/apnic/whois/apnic.db.route6.gz"),
        ],
        licence: "APNIC whois database terms: operation of networks, no bulk copies",
        ..NONE
    },
    Preset {
        name: "arin-irr",
        about: "ARIN, routing registry",
        authority: Some("ARIN"),
        feeds: &[feed("", "irr", "1d", "https://ftp.arin.net/pub/rr/arin.db.gz")],
        licence: "ARIN terms of use for the routing registry",
        ..NONE
    },
    Preset {
        name: "lacnic-irr",
        about: "LACNIC, routing registry",
        authority: Some("LACNIC"),
        feeds: &[feed("", "irr", "1d", "https://ftp.lacnic.net/lacnic/irr/lacnic.db.gz")],
        licence: "LACNIC terms of use for the routing registry",
        ..NONE
    },
    Preset {
        name: "ripe-irr",
        about: "RIPE database, split by class",
        authority: Some("RIPE"),
        feeds: &[
            feed("aut-num", "irr", "1d", "https://ftp.ripe.net/ripe/dbase/split/ripe.db.aut-num.gz"),
            feed("route", "irr", "1d", "https://ftp.ripe.net/ripe/dbase/split/ripe.db.route.gz"),
            feed("route6", "irr", "1d", "https://ftp.ripe.net/ripe/dbase/split/ripe.db.route6.gz"),
        ],
        licence: "RIPE database terms and conditions",
        ..NONE
    },
    Preset {
        name: "radb",
        about: "RADB, routing registry. Merit documents FTP, which is not fetched; where its host does not answer over HTTPS, give the `url` of a copy",
        authority: Some("RADB"),
        feeds: &[feed("", "irr", "1d", "https://ftp.radb.net/radb/dbase/radb.db.gz")],
        licence: "Merit Network, RADb terms",
        ..NONE
    },
    Preset {
        name: "rpki-client",
        about: "VRPs as the public rpki-client console exports them; an own instance by `url`",
        feeds: &[feed("", "vrps", "1h", "https://console.rpki-client.org/vrps.json")],
        licence: "none stated",
        age_hours_max: 24,
        ..NONE
    },
    Preset {
        name: "routinator",
        about: "VRPs as RIPE NCC's public Routinator exports them; an own instance by `url`, such as http://localhost:8323/json",
        feeds: &[feed("", "vrps", "1h", "https://rpki-validator.ripe.net/json")],
        licence: RIPE_TERMS,
        age_hours_max: 24,
        ..NONE
    },
    Preset {
        name: "peeringdb",
        about: "PeeringDB through its API: networks, the contacts that everyone may see, who is at which exchange point",
        feeds: &[
            feed("networks", "contacts", "1d", "https://www.peeringdb.com/api/net"),
            feed("contacts", "contacts", "1d", "https://www.peeringdb.com/api/poc"),
            feed("connections", "contacts", "1d", "https://www.peeringdb.com/api/netixlan"),
        ],
        licence: "PeeringDB acceptable use policy",
        ..NONE
    },
    Preset {
        name: "peeringdb-dump",
        about: "PeeringDB as CAIDA keeps it, a dump of each day",
        feeds: &[feed(
            "",
            "contacts",
            "1d",
            "https://publicdata.caida.org/datasets/peeringdb/{YYYY}/{MM}/peeringdb_2_dump_{YYYY_MM_DD}.json",
        )],
        licence: "PeeringDB acceptable use policy; CAIDA acceptable use agreement",
        age_hours_max: 72,
        ..NONE
    },
    Preset {
        name: "caida-relationships",
        about: "CAIDA, relationships between ASes, serial-1",
        feeds: &[feed(
            "",
            "relationships",
            "1mo",
            "https://publicdata.caida.org/datasets/as-relationships/serial-1/{YYYYMMDD}.as-rel.txt.bz2",
        )],
        licence: CAIDA_TERMS,
        age_hours_max: 1_500,
        ..NONE
    },
    Preset {
        name: "caida-organisations",
        about: "CAIDA, organisations behind ASes",
        feeds: &[feed(
            "",
            "organisations",
            "3mo",
            "https://publicdata.caida.org/datasets/as-organizations/{YYYYMMDD}.as-org2info.txt.gz",
        )],
        licence: CAIDA_TERMS,
        age_hours_max: 3_000,
        ..NONE
    },
    Preset {
        name: "caida-spoofer",
        about: "CAIDA Spoofer, the public sessions of each day, all pages",
        feeds: &[feed(
            "",
            "spoofer",
            "1d",
            "https://api.spoofer.caida.org/sessions?timestamp%5Bafter%5D={YYYY-MM-DD}T00:00:00Z&timestamp%5Bbefore%5D={YYYY-MM-DD}T23:59:59Z&page={page}",
        )],
        licence: CAIDA_TERMS,
        age_hours_max: 96,
        ..NONE
    },
    Preset {
        name: "cymru-fullbogons",
        about: "Team Cymru, full bogons",
        feeds: &[
            feed("IPv4", "bogons", "1d", "https://www.team-cymru.org/Services/Bogons/fullbogons-ipv4.txt"),
            feed("IPv6", "bogons", "1d", "https://www.team-cymru.org/Services/Bogons/fullbogons-ipv6.txt"),
        ],
        licence: "Team Cymru, free of charge; its terms",
        ..NONE
    },
];

impl Preset {
    /// The preset of a name.
    pub fn named(name: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|p| p.name == name)
    }

    /// Whether it needs a `collector`.
    pub fn is_of_a_collector(&self) -> bool {
        !self.collector.is_empty()
    }

    /// The URL of one of its feeds, for a collector if it is of one.
    pub fn url(&self, feed: &Feed, collector: Option<&str>) -> String {
        let Some(collector) = collector else { return feed.url.to_owned() };
        match self.elsewhere.iter().find(|(name, _)| *name == collector) {
            Some((_, place)) => feed.url.replace("{collector}/", place),
            None => feed.url.replace("{collector}", collector),
        }
    }
}

#[cfg(test)]
mod tests {
    use routing::Timestamp;

    use super::*;
    use crate::{Cadence, UrlTemplate};

    #[test]
    fn every_row_is_whole() {
        for (i, preset) in PRESETS.iter().enumerate() {
            assert!(PRESETS[..i].iter().all(|p| p.name != preset.name), "{} twice", preset.name);
            assert!(!preset.about.is_empty() && !preset.licence.is_empty() && !preset.feeds.is_empty());
            for feed in preset.feeds {
                assert_eq!(feed.part.is_empty(), preset.feeds.len() == 1, "{}", preset.name);
                assert_eq!(feed.url.contains("{collector}"), preset.is_of_a_collector(), "{}", preset.name);
                let url = preset.url(feed, preset.is_of_a_collector().then_some("rrc00"));
                let template = UrlTemplate::parse(&url).unwrap_or_else(|e| panic!("{url}: {e}"));
                let cadence: Cadence = feed.cadence.parse().unwrap();
                if template.is_series() {
                    template.fits(cadence).unwrap_or_else(|e| panic!("{url}: {e}"));
                }
            }
            let slowest =
                preset.feeds.iter().map(|f| f.cadence.parse::<Cadence>().unwrap().seconds_max()).max();
            assert!(i64::from(preset.age_hours_max) * 3_600 > slowest.unwrap(), "{}", preset.name);
        }
    }

    #[test]
    fn collectors_have_their_places() {
        let at: Timestamp = "2024-05-01".parse().unwrap();
        let url = |preset: &str, feed: usize, collector: &str| {
            let preset = Preset::named(preset).unwrap();
            UrlTemplate::parse(&preset.url(&preset.feeds[feed], Some(collector))).unwrap().at(at)
        };
        assert_eq!(
            url("ripe-ris", 1, "rrc06"),
            "https://data.ris.ripe.net/rrc06/2024.05/updates.20240501.0000.gz"
        );
        assert_eq!(
            url("routeviews", 0, "route-views2"),
            "https://archive.routeviews.org/bgpdata/2024.05/RIBS/rib.20240501.0000.bz2"
        );
        assert_eq!(
            url("routeviews", 1, "route-views.linx"),
            "https://archive.routeviews.org/route-views.linx/bgpdata/2024.05/UPDATES/updates.20240501.0000.bz2"
        );
    }
}

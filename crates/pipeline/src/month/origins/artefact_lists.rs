use routing::Asn;

/// Networks that announce space of their customers to clean their traffic, as their operators say.
const PROTECTION: [(Asn, &str); 14] = [
    (Asn(12_008), "UltraDNS (Neustar)"),
    (Asn(13_335), "Cloudflare"),
    (Asn(19_324), "DOSarrest"),
    (Asn(19_551), "Incapsula (Imperva)"),
    (Asn(19_905), "Neustar SiteProtect"),
    (Asn(26_415), "Verisign"),
    (Asn(30_607), "Verisign"),
    (Asn(32_787), "Prolexic (Akamai)"),
    (Asn(55_002), "Defense.Net (F5)"),
    (Asn(57_724), "DDoS-Guard"),
    (Asn(59_796), "StormWall"),
    (Asn(197_068), "Qrator"),
    (Asn(198_949), "Radware"),
    (Asn(200_449), "Lantern (Link11)"),
];

/// Who a network is, where it protects others.
pub fn protection(asn: Asn) -> Option<&'static str> {
    PROTECTION.binary_search_by_key(&asn, |(known, _)| *known).ok().map(|place| PROTECTION[place].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(PROTECTION.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(protection(Asn(32_787)), Some("Prolexic (Akamai)"));
        assert_eq!(protection(Asn(3_320)), None);
    }
}

//! Every format in which relying parties and registries write VRPs and ASPAs.

mod data;

use reference::vrp::{self, TrustAnchor, Vrp};
use reference::{Parsed, ReadError, aspa};
use routing::{Asn, FaultCounts};

fn read(text: &str) -> (Result<Parsed<Vec<Vrp>>, ReadError>, FaultCounts) {
    let mut faults = FaultCounts::default();
    (vrp::parse(text.as_bytes(), &mut faults), faults)
}

fn shown(text: &str) -> Vec<String> {
    let (parsed, faults) = read(text);
    let parsed = parsed.unwrap_or_else(|e| panic!("{text}: {e}"));
    assert_eq!(faults.total(), 0, "{text}: {:?}", faults.first());
    assert!(parsed.complete, "{text}");
    parsed.content.iter().map(Vrp::to_string).collect()
}

#[test]
fn one_payload_in_every_format() {
    let v4 = "192.0.2.0/24-28 AS64500";
    for text in [
        "ASN,IP Prefix,Max Length,Trust Anchor\nAS64500,192.0.2.0/24,28,ripe\n",
        "\u{feff}\"ASN\",\"IP Prefix\",\"Max Length\",\"Trust Anchor\"\r\n\"AS64500\",\"192.0.2.0/24\",\"28\",\"ripe\"",
        "URI,ASN,IP Prefix,Max Length,Not Before,Not After\nrsync://x/y.roa,AS64500,192.0.2.0/24,28,2019-07-18 11:40:32,2029-07-18 11:40:32\n",
        "ASN,IP Prefix,Max Length,Trust Anchor,Expires\nAS64500,192.0.2.0/24,28,ripe,1700000000\n",
        "ASN,IP Prefix,Max Length\nAS64500,192.0.2.0/24,28",
        "64500,192.0.2.0/24,28,True\n",
        "\n\nAS64500,192.0.2.0/24,28\n",
        "{\"metadata\":{},\"roas\":[{\"asn\":\"AS64500\",\"prefix\":\"192.0.2.0/24\",\"maxLength\":28,\"ta\":\"ripe\"}]}",
        " {\"roas\":[{\"asn\":64500,\"prefix\":\"192.0.2.0/24\",\"maxLength\":\"28\",\"ta\":\"ripe\",\"expires\":1}]}",
        "roa 192.0.2.0/24 max 28 as 64500;\n",
        "route 192.0.2.0/24 max 28 as 64500;\n",
        "# made by hand\nroa-set {\n\t192.0.2.0/24 maxlen 28 source-as 64500\n}\n",
        "roa-set {\n\t192.0.2.0/24 maxlen 28 source-as 64500 expires 1700000000\n}\n",
        "{\"slurmVersion\":1,\"locallyAddedAssertions\":{\"prefixAssertions\":[{\"asn\":64500,\"prefix\":\"192.0.2.0/24\",\"maxPrefixLength\":28}]}}",
    ] {
        assert_eq!(shown(text), [v4], "{text}");
    }
    assert_eq!(shown("AS1,192.0.2.0/24,\n"), ["192.0.2.0/24 AS1"], "no maximum: the prefix's own length");
    for empty in
        ["", "\n \n", "roa-set {\n}\n", "ASN,IP Prefix,Max Length\n", "{\"metadata\":{}}", "{\"roas\":[]}"]
    {
        assert_eq!(shown(empty), [""; 0], "{empty}");
    }
}

#[test]
fn trust_anchor_and_time_are_kept() {
    let (parsed, _) = read(
        "{\"metadata\":{\"generatedTime\":\"2024-05-31T12:00:00Z\"},\"roas\":[
        {\"asn\":\"AS1\",\"prefix\":\"192.0.2.0/24\",\"maxLength\":24,\"ta\":\"RIPE NCC RPKI Root\"},
        {\"asn\":\"AS1\",\"prefix\":\"192.0.2.0/24\",\"maxLength\":24,\"source\":[{\"type\":\"roa\",\"tal\":\"apnic\"}]}]}",
    );
    let parsed = parsed.unwrap();
    assert_eq!(parsed.stated.unwrap().to_string(), "2024-05-31T12:00:00Z");
    let anchors: Vec<_> = parsed.content.iter().map(|v| v.trust_anchor).collect();
    assert_eq!(anchors, [TrustAnchor::Ripe, TrustAnchor::Apnic]);
    let (parsed, _) = read("{\"metadata\":{\"buildtime\":\"2024-05-31T12:00:00Z\"},\"roas\":[]}");
    assert_eq!(parsed.unwrap().stated.unwrap().to_string(), "2024-05-31T12:00:00Z");
    for (generated, want) in [("1700000000", Some(1_700_000_000)), ("9e18", None), ("-5", None)] {
        let text = format!("{{\"metadata\":{{\"generated\":{generated}}},\"roas\":[]}}");
        assert_eq!(read(&text).0.unwrap().stated.map(|t| t.0), want, "{generated}");
    }
    assert_eq!(read("Summary at 1970-01-01 00:00:00 UTC\ntotal:\n").0.unwrap().stated.unwrap().0, 0);
}

#[test]
fn wrong_records_are_faults_with_their_line() {
    let (parsed, faults) = read(
        "ASN,IP Prefix,Max Length\nAS1,192.0.2.0/24,24\nASx,192.0.2.0/24,24\nAS1,192.0.2.1/24,24\n\
         AS1,192.0.2.0/24,23\nAS1,192.0.2.0/24,33\nAS1,2001:db8::/32,129\nAS1\nAS4294967296,::/0,0\nAS2,::/0,128\nAS3,192.0.2.7,32\n",
    );
    let parsed = parsed.unwrap();
    assert_eq!(parsed.records, 3);
    assert_eq!(parsed.content[2].to_string(), "192.0.2.7/32 AS3");
    let found: Vec<_> = faults.first().iter().map(|f| (f.at, f.kind.code)).collect();
    assert_eq!(
        found,
        [
            (3, "bad-asn"),
            (4, "bad-prefix"),
            (5, "bad-max-length"),
            (6, "bad-max-length"),
            (7, "bad-max-length"),
            (8, "wrong-columns"),
            (9, "bad-asn"),
            (11, "no-length"),
        ]
    );
    let (parsed, faults) = read(
        "\n{\"roas\":[\n{\"asn\":\"AS1\",\"prefix\":\"192.0.2.0/24\"},\n5,\n{\"asn\":1},\n\
         {\"asn\":[],\"prefix\":\"192.0.2.0/24\"},\n{\"asn\":-1,\"prefix\":\"::/0\"}]}",
    );
    assert_eq!(parsed.unwrap().records, 1);
    assert_eq!(faults.first().iter().map(|f| f.at).collect::<Vec<_>>(), [4, 5, 6, 7]);
}

#[test]
fn what_breaks_off_is_not_complete() {
    let (parsed, faults) = read("{\"roas\":[{\"asn\":1,\"prefix\":\"192.0.2.0/24\"},\n{\"asn\":1,");
    let parsed = parsed.unwrap();
    assert_eq!((parsed.records, parsed.complete), (1, false));
    assert_eq!((faults.first()[0].kind.code, faults.first()[0].at), ("json-broken", 2));
    assert!(!read("roa-set {\n192.0.2.0/24 source-as 1\n").0.unwrap().complete);
}

#[test]
fn other_texts_are_told_apart() {
    for text in [
        "<!DOCTYPE html>\n<html><body>503</body></html>\n",
        "RIR,Country Code,ASN Number,Allocated Date\nafrinic,ZA,AS1228,19910301\n",
        "{\"data\":[{\"id\":1,\"asn\":65001}]}",
        "{\"error\":\"not found\"}",
        "[1,2]",
        "{",
        "not found\n",
        "1|2|-1\n",
        "ASN,IP Prefix,Max Length\nx,y,z\n",
    ] {
        let (parsed, _) = read(text);
        assert!(matches!(parsed, Err(ReadError::NotThisFormat { .. })), "{text}: {parsed:?}");
        let aspas = aspa::parse(text.as_bytes(), &mut FaultCounts::default());
        assert!(matches!(aspas, Err(ReadError::NotThisFormat { .. })), "{text}");
    }
}

#[test]
fn files_of_relying_parties() {
    let Some(folder) = data::folder() else { return };
    for path in data::files(&folder.join("rpki/routinator-tests"), ".") {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = data::read(&path);
        let mut faults = FaultCounts::default();
        let parsed = vrp::parse(data::open(&path), &mut faults).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(faults.total(), 0, "{name}: {:?}", faults.first());
        assert!(parsed.complete, "{name}");
        if name != "full.json" {
            let written = text.matches("12.34.56.0/24").count();
            assert_eq!(parsed.records as usize, written, "{name}");
            assert_eq!(
                written > 0,
                name.starts_with('1') && !name.ends_with("summary") && !name.ends_with("none")
            );
            assert!(parsed.content.iter().all(|v| v.to_string() == "12.34.56.0/24 AS1234"), "{name}");
        }
        if text.contains("metadata") || text.contains("slurmVersion") {
            let parsed =
                aspa::parse(data::open(&path), &mut faults).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(parsed.records as usize, text.matches("\"customer").count(), "{name}");
            let all = [1, 2, 3, 4].map(Asn);
            assert!(parsed.content.iter().all(|a| a.customer == Asn(1234) && a.providers == all), "{name}");
        }
    }
}

#[test]
fn files_of_registries() {
    let Some(folder) = data::folder() else { return };
    for (name, header) in [
        ("world-2016/2016-02_tabi_roa.csv.gz", 0),
        ("world-2016/irr-excerpt-2016-04-06/roas.csv", 1),
        ("world-2022/2022-01-02_afrinic_roas.csv.gz", 1),
    ] {
        let text = data::read(&folder.join(name));
        let mut faults = FaultCounts::default();
        let parsed = vrp::parse(text.as_bytes(), &mut faults).unwrap();
        let lines = text.lines().filter(|l| !l.trim().is_empty()).count() - header;
        assert_eq!(parsed.records + faults.skipped(), lines as u64, "{name}");
        assert!(parsed.records * 100 > lines as u64 * 99, "{name}: {:?}", faults.first());
        eprintln!("{name}: {} VRPs, {} faults {:?}", parsed.records, faults.total(), faults.first().first());
    }
}

//! Events of third parties: the shapes they come in, and what is made of each member.

mod data;

use reference::opinions::{Claim, Opinion, bgpstream_com, grip, radar};
use routing::{Asn, FaultCounts};

fn asns(list: &[Asn]) -> Vec<u32> {
    list.iter().map(|asn| asn.0).collect()
}

fn prefixes(opinion: &Opinion) -> Vec<String> {
    opinion.prefixes.iter().map(ToString::to_string).collect()
}

const GRIP: &str = r#"{"id":"submoas-1605039900-207384_48282","event_type":"submoas","view_ts":1605039900,
"finished_ts":null,"duration":null,"summary":{"attackers":[207384],"victims":["48282"],"ases":[1],
"prefixes":["178.208.78.0/24","178.208.64.0/20","no prefix"],"tags":[{"name":"no-common-as"}],
"inference_result":{"inferences":[],"primary_inference":{"inference_id":"x","suspicion_level":80,
"confidence":50,"explanation":"suspicious","labels":[]}}},
"pfx_events":[{"sub_pfx":"178.208.78.0/24","super_pfx":"178.208.64.0/20","tags":["newcomer-small-edge"],
"details":{"new_origins":[207384,9],"old_origins":[48282]}}]}"#;

#[test]
fn a_grip_event_is_the_same_alone_in_a_list_and_in_an_answer() {
    let line = GRIP.replace('\n', "");
    let whole = [
        GRIP.to_owned(),
        format!("[{GRIP}]"),
        format!("{{\"draw\":1,\"recordsTotal\":1,\"recordsFiltered\":1,\"data\":[{GRIP}]}}"),
        format!("\n{line}\n"),
    ];
    for text in whole {
        let mut faults = FaultCounts::default();
        let parsed = grip::parse(text.as_bytes(), &mut faults).unwrap();
        assert_eq!((parsed.records, faults.total(), parsed.complete), (1, 1, true), "{text}");
        assert_eq!(faults.first()[0].detail, "\"no prefix\"", "what cannot be read is told");
        let opinion = &parsed.content[0];
        assert_eq!(opinion.id, "grip-submoas-1605039900-207384_48282");
        assert_eq!((opinion.claim, opinion.called.as_str()), (Claim::Hijack, "submoas"));
        assert_eq!((opinion.start.0, opinion.end), (1_605_039_900, None));
        assert_eq!((asns(&opinion.culprits), asns(&opinion.victims)), (vec![207_384], vec![48_282]));
        assert_eq!(prefixes(opinion), ["178.208.64.0/20", "178.208.78.0/24"]);
        assert_eq!((opinion.suspicion, opinion.confidence), (Some(80), Some(50)));
        assert_eq!(opinion.tags, ["no-common-as", "newcomer-small-edge"]);
        let told = "178.208.78.0/24, inside 178.208.64.0/20, new origin AS207384 AS9, origin before AS48282";
        assert!(opinion.details.contains(&("prefix", told.to_owned())), "{:?}", opinion.details);
    }
}

#[test]
fn every_type_of_grip_is_read_and_another_is_a_fault() {
    let event = |kind: &str| format!("{{\"id\":\"x\",\"event_type\":\"{kind}\",\"view_ts\":1605039900}}\n");
    let kinds = ["moas", "submoas", "defcon", "edges", "volcano"];
    let text: String = kinds.map(event).concat();
    let mut faults = FaultCounts::default();
    let parsed = grip::parse(text.as_bytes(), &mut faults).unwrap();
    let claims: Vec<Claim> = parsed.content.iter().map(|opinion| opinion.claim).collect();
    assert_eq!(claims, [Claim::Hijack, Claim::Hijack, Claim::Path, Claim::Path]);
    assert_eq!((faults.total(), faults.first()[0].kind.code, faults.first()[0].at), (1, "unknown-event", 5));
    for refused in ["<html>", "{}", "[1,2]", "", "{\"data\":3}x", "{\"data\":3}", "{\"data\":\"x\"}"] {
        assert!(grip::parse(refused.as_bytes(), &mut FaultCounts::default()).is_err(), "{refused}");
    }
}

#[test]
fn leaks_and_hijacks_of_radar_are_told_apart() {
    let text = r#"{"success":true,"errors":[],"result":{"asn_info":[{"asn":1}],"events":[
    {"id":7,"leak_asn":64500,"leak_count":90,"leak_seg":[64501,64500,64502],"leak_type":1,"countries":["NL","ZZ"],
     "detected_ts":"2024-05-03T10:05:00","min_ts":"2024-05-03T10:00:00","max_ts":"2024-05-03T11:00:00","finished":true,
     "origin_count":3,"peer_count":12,"prefix_count":44},
    {"id":8,"hijacker_asn":64510,"victim_asns":[64512,64511],"confidence_score":9,"prefixes":["192.0.2.0/24"],
     "tags":[{"name":"rpki_new_invalid","score":3}],"min_hijack_ts":"2024-05-04T00:00:00","max_hijack_ts":"",
     "hijack_msgs_count":5,"peer_ip_count":2},
    {"id":9,"hijacker_asn":64510}]},"result_info":{"page":1}}"#;
    let mut faults = FaultCounts::default();
    let parsed = radar::parse(text.as_bytes(), &mut faults).unwrap();
    assert_eq!((parsed.records, faults.total(), faults.first()[0].kind.code), (2, 1, "bad-time"));
    let [leak, hijack] = &parsed.content[..] else { panic!("{:?}", parsed.content) };
    assert_eq!((leak.id.as_str(), leak.claim), ("radar-leak-7", Claim::Leak));
    assert_eq!(leak.called, "route leak, type 1");
    assert_eq!((asns(&leak.culprits), leak.prefixes_all, leak.prefixes.len()), (vec![64_500], 44, 0));
    assert_eq!(leak.end.map(|end| end.0 - leak.start.0), Some(3_600));
    assert!(leak.details.contains(&("leak segment", "AS64501 AS64500 AS64502".to_owned())), "{leak:?}");
    assert!(leak.details.contains(&("countries", "NL ZZ".to_owned())));
    assert_eq!((hijack.id.as_str(), hijack.claim, hijack.end), ("radar-hijack-8", Claim::Hijack, None));
    assert_eq!((asns(&hijack.culprits), asns(&hijack.victims)), (vec![64_510], vec![64_511, 64_512]));
    assert_eq!(
        (hijack.tags.as_slice(), hijack.confidence),
        (&["rpki_new_invalid (+3)".to_owned()][..], None)
    );
    assert!(hijack.details.contains(&("confidence score", "9 (high)".to_owned())));
    assert_eq!(radar::parse(&b"{\"result\":{\"events\":[]}}"[..], &mut faults).unwrap().records, 0);
    for refused in ["{\"result\":{}}", "{\"result\":{\"events\":\"x\"}}", "{\"events\":{}}"] {
        assert!(radar::parse(refused.as_bytes(), &mut faults).is_err(), "{refused}");
    }
}

#[test]
fn what_of_an_event_cannot_be_read_is_told_with_its_line() {
    let radar_text = "{\"events\":[\n\
        {\"id\":1,\"leak_asn\":\"sixty\",\"leak_seg\":[1,null,\"x\"],\"min_ts\":\"2024-05-03T10:00:00\"},\n\
        {\"id\":2,\"hijacker_asn\":0,\"victim_asns\":[true],\"min_hijack_ts\":\"2024-05-03T10:00:00\",\
         \"prefixes\":[\"10.0.0.0/33\",\"192.0.2.0/24\"]}]}";
    let grip_text = "{\"id\":\"a\",\"event_type\":\"submoas\",\"view_ts\":1605039900,\"summary\":{\"attackers\":[\"y\"],\
        \"victims\":null},\"pfx_events\":[{\"sub_pfx\":\"10.0.0.1/8\",\"details\":{\"old_origins\":[-1]}}]}";
    let told = |faults: &FaultCounts| -> Vec<(u64, &str, String)> {
        faults.first().iter().map(|fault| (fault.at, fault.kind.code, fault.detail.clone())).collect()
    };
    let mut faults = FaultCounts::default();
    let parsed = radar::parse(radar_text.as_bytes(), &mut faults).unwrap();
    assert_eq!(
        (parsed.records, parsed.content[1].prefixes_all, prefixes(&parsed.content[1]).len()),
        (2, 2, 1)
    );
    let wanted = [
        (2, "bad-asn", "\"sixty\""),
        (2, "bad-asn", "null"),
        (2, "bad-asn", "\"x\""),
        (3, "bad-asn", "true"),
    ];
    let told_of_radar = told(&faults);
    for (line, code, detail) in wanted.into_iter().chain([(3, "bad-prefix", "\"10.0.0.0/33\"")]) {
        assert!(told_of_radar.contains(&(line, code, detail.to_owned())), "{detail}: {told_of_radar:?}");
    }
    assert_eq!(faults.total(), 5);
    let mut faults = FaultCounts::default();
    assert_eq!(grip::parse(grip_text.as_bytes(), &mut faults).unwrap().records, 1);
    let details: Vec<String> = told(&faults).into_iter().map(|(_, _, detail)| detail).collect();
    assert_eq!(details, ["\"y\"", "\"10.0.0.1/8\"", "-1"]);
}

#[test]
fn columns_of_bgpstream_com_are_found_by_name() {
    let text = "event_type,event_number,start_time,end_time,detected_origin_number,expected_origin_number,\
                expected_prefix,more_specific_prefix,detected_as_path\n\
                Possible Hijack,5,2020-05-28 12:10:40+00,2020-05-28 13:10:40+00,64500,64501,192.0.0.0/16,\
                192.0.2.0/24,\"{1,2,64500}\"\nOutage,6,2020-05-28 12:10:40+00,,,,,,\n";
    let mut faults = FaultCounts::default();
    let parsed = bgpstream_com::parse(text.as_bytes(), &mut faults).unwrap();
    let opinion = &parsed.content[0];
    assert_eq!((parsed.records, faults.first()[0].kind.code), (1, "unknown-event"));
    assert_eq!((asns(&opinion.culprits), asns(&opinion.victims)), (vec![64_500], vec![64_501]));
    assert_eq!(
        (prefixes(opinion), opinion.end.map(|e| e.0 - opinion.start.0)),
        (vec!["192.0.2.0/24".to_owned()], Some(3_600))
    );
    assert!(opinion.details.contains(&("path", "1 2 64500".to_owned())));
    assert!(bgpstream_com::parse(&b"a,b\n1,2\n"[..], &mut faults).is_err());
    assert!(bgpstream_com::parse(&b""[..], &mut faults).is_err());
}

#[test]
fn what_bgpstream_com_published_is_read_whole() {
    let Some(folder) = data::folder() else { return };
    let mut claims = Vec::new();
    for name in ["hijacks.csv", "leaks.csv"] {
        let path = folder.join("incidents/bgpstream-com").join(name);
        let text = data::read(&path);
        let mut faults = FaultCounts::default();
        let parsed = bgpstream_com::parse(text.as_bytes(), &mut faults).unwrap();
        let rows = text.lines().filter(|line| !line.trim().is_empty()).count() as u64 - 1;
        assert_eq!(parsed.records + faults.skipped(), rows, "{name}");
        assert!(faults.skipped() * 50 < rows, "{name}: {:?}", faults.first());
        assert!(parsed.content.iter().all(|o| !o.prefixes.is_empty() && o.prefixes_all == 1), "{name}");
        claims.push((parsed.content[0].claim, parsed.records));
        eprintln!("{name}: {} events, faults {:?}", parsed.records, faults.first());
    }
    assert_eq!(claims.iter().map(|(claim, _)| *claim).collect::<Vec<_>>(), [Claim::Hijack, Claim::Leak]);
}

//! What third parties say of the demonstration world: some of it is seen by us, too, and some is not.

/// Files by name, one of each publisher.
pub fn files() -> [(String, String); 3] {
    // GRIP noticed what Amazonas Livre did on the third of May; nothing we know of is like its second event.
    let grip = r#"{"recordsTotal":2,"data":[
{"id":"moas-1714745100-65540","event_type":"moas","view_ts":1714745100,"finished_ts":1714746600,
 "summary":{"attackers":[65540],"victims":[],"prefixes":["10.64.0.0/16"],"tags":[{"name":"bogon-prefix"}],
 "inference_result":{"primary_inference":{"suspicion_level":80,"confidence":90,"explanation":"newcomer announces private space"}}},
 "pfx_events":[{"prefix":"10.64.0.0/16","tags":["bogon-prefix"],"details":{"new_origins":[65540],"old_origins":[]}}]},
{"id":"defcon-1715850000-64505","event_type":"defcon","view_ts":1715850000,"finished_ts":null,
 "summary":{"attackers":[64505],"victims":[64508],"prefixes":["198.18.8.0/24"],"tags":[]},"pfx_events":[]}
]}
"#;
    let radar = r#"{"success":true,"result":{"asn_info":[],"events":[
{"id":90417,"leak_asn":65547,"leak_seg":[64499,65547,64505],"leak_type":1,"countries":["ZA"],"detected_ts":"2024-05-12T09:31:00",
 "min_ts":"2024-05-12T09:20:00","max_ts":"2024-05-12T10:05:00","finished":true,"leak_count":40,"origin_count":2,"peer_count":6,
 "prefix_count":11}]}}
"#;
    let bgpstream = "event_number,event_type,country,start_time,end_time,detected_origin_number,detected_origin_name,\
                     expected_origin_number,expected_origin_name,expected_prefix,more_specific_prefix,detected_as_path,\
                     detected_by_bgpmon_peers,url\n\
                     600001,Possible Hijack,,2024-04-28 06:10:00+00,,64532,\"LAGOON\",,,10.0.0.0/8,10.0.0.0/8,\
                     \"{64499,64532}\",4,/event/600001\n";
    [("grip.json", grip), ("radar.json", radar), ("bgpstream-com.csv", bgpstream)]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
}

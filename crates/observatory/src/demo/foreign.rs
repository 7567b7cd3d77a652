//! What a made-up original published of the demonstration world: its export of networks and its answer on operators.

/// Its export of networks.
const EXPORT: &str = include_str!("tables/original.csv");

/// Files by name. Both are of one series.
pub fn files() -> [(String, String); 2] {
    let answer = r#"{"measurement_date":"2024-05-31","participants":[
{"id":103,"name":"Tasman Carrier","areas_served":["AU","NZ"],"ASNs":[64498,64510],"member_since":"2018-08-25",
 "filtering":{"conformance":"conformant"},"anti_spoofing":{"conformance":"non-conformant"},
 "coordination":{"conformance":"conformant","score":{"value":1,"severity":"ready"}},
 "routing_information":{"conformance":"conformant","score_irr":{"value":0.875,"severity":"aspiring"},
 "score_rpki":{"value":0.4,"severity":"lagging"}}},
{"id":104,"name":"Polder Net","areas_served":["NL"],"ASNs":[64499],"member_since":"2020-04-06",
 "filtering":{"conformance":"conformant"},"anti_spoofing":{"conformance":"conformant","score":{"value":null,"severity":"no-data"}},
 "coordination":{"conformance":"conformant","score":{"value":1,"severity":"ready"}},
 "routing_information":{"conformance":"conformant","score_irr":{"value":1,"severity":"ready"},
 "score_rpki":{"value":1,"severity":"ready"}}}
]}
"#;
    [("original-export-2024-05-31.csv", EXPORT), ("original-operators-2024-05-31.json", answer)]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
}

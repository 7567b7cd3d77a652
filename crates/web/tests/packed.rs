//! What a visitor takes packed comes packed, with a tag of its own strength.

mod api_server;
#[allow(dead_code)]
mod world;

use std::io::Read;

use api_server::serve;

#[test]
fn answers_are_packed_for_those_who_take_them_so() {
    let server = serve(true);
    for path in ["/", "/network/AS64500", "/api/networks", "/api/networks.csv", "/v1/conformance/net-ops"] {
        let plain = server.get(path);
        assert_eq!(plain.header("content-encoding"), "", "{path}: not asked for");
        let (head, body) = server.packed(path);
        let head = head.to_ascii_lowercase();
        assert!(head.contains("\r\ncontent-encoding: gzip"), "{path}: {head}");
        assert!(head.contains("accept-encoding"), "{path} varies: {head}");
        let mut text = String::new();
        flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, plain.body, "{path}");
        assert!(
            body.len() * 2 < text.len() || text.len() < 2_000,
            "{path}: {} of {}",
            body.len(),
            text.len()
        );
        let tag = plain.header("etag").to_owned();
        if !tag.is_empty() {
            assert!(tag.starts_with('"'), "{path}: {tag}");
            let weak = format!("w/{tag}");
            assert!(head.contains(&format!("etag: {weak}")), "{path}: {head}");
            let again = server.ask("GET", path, &format!("If-None-Match: W/{tag}\r\n"));
            assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        }
    }
}

//! Statements about what networks registered. Each becomes a line of the format its dataset is published in,
//! so that the readers of the real files are the ones that read it.

use routing::{Asn, Date, Family, Prefix};

use crate::words::{Words, Wrong};
use crate::world::{DelegationText, IrrText, ListText, PeeringDbText, ReportText, World};

const EXCERPT: &[&str] = &["excerpt"];

/// `vrp PREFIX[-MAX] ASN`
pub fn vrp(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let word = words.next("a prefix")?;
    let (prefix, max_length) = word.split_once('-').unwrap_or((word, ""));
    let asn: Asn = words.value("an AS number")?;
    let csv = world.vrps.get_or_insert_default();
    csv.push_str(&format!("{asn},{prefix},{max_length}\n"));
    Ok(())
}

/// `irr NAME [excerpt]`
pub fn irr(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let authority = words.next("the name of a routing registry")?.to_owned();
    let excerpt = !words.is_over() && words.one_of(EXCERPT)? == "excerpt";
    world.irr.push(IrrText { line: words.line, authority, excerpt, rpsl: String::new() });
    Ok(())
}

fn rpsl(world: &mut World) -> (&mut String, String) {
    let irr = world.irr.last_mut().expect("inside an irr block");
    (&mut irr.rpsl, irr.authority.clone())
}

/// `route PREFIX ASN [created DATE]`
pub fn route(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let prefix: Prefix = words.value("a prefix")?;
    let origin: Asn = words.value("an AS number")?;
    let created = match words.is_over() {
        true => String::new(),
        false => {
            words.expect("created")?;
            format!("created: {}\n", words.value::<Date>("a day")?)
        }
    };
    let class = if prefix.family() == Family::V4 { "route" } else { "route6" };
    let (text, source) = rpsl(world);
    text.push_str(&format!(
        "{class}: {prefix}\norigin: {origin}\n{created}mnt-by: MNT\nsource: {source}\n\n"
    ));
    Ok(())
}

/// `aut-num ASN [import] [export] [contact]`
pub fn aut_num(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let asn: Asn = words.value("an AS number")?;
    let mut lines = String::new();
    while !words.is_over() {
        lines.push_str(match words.one_of(&["import", "export", "contact"])? {
            "import" => "import: from AS1 accept ANY\n",
            "export" => "export: to AS1 announce AS-X\n",
            _ => "admin-c: XX1-X\n",
        });
    }
    let (text, source) = rpsl(world);
    text.push_str(&format!("aut-num: {asn}\nas-name: X\n{lines}source: {source}\n\n"));
    Ok(())
}

/// `peeringdb [excerpt]`
pub fn peeringdb(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let excerpt = !words.is_over() && words.one_of(EXCERPT)? == "excerpt";
    if world.peeringdb.is_some() {
        return words.wrong("there is one PeeringDB");
    }
    world.peeringdb =
        Some(PeeringDbText { line: words.line, excerpt, networks: Vec::new(), contacts: Vec::new() });
    Ok(())
}

/// `network ASN [contact | private contact | empty contact]`
pub fn network(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let asn: Asn = words.value("an AS number")?;
    let peeringdb = world.peeringdb.as_mut().expect("inside a peeringdb block");
    let id = peeringdb.networks.len() + 1;
    peeringdb.networks.push(format!(r#"{{"id":{id},"asn":{},"status":"ok"}}"#, asn.0));
    if words.is_over() {
        return Ok(());
    }
    let (visible, email) = match words.one_of(&["contact", "private", "empty"])? {
        "contact" => ("Public", "x@example.net"),
        "private" => ("Private", "x@example.net"),
        _ => ("Public", ""),
    };
    words.take("contact");
    peeringdb.contacts.push(format!(
        r#"{{"id":{id},"net_id":{id},"role":"NOC","visible":"{visible}","email":"{email}","status":"ok"}}"#
    ));
    Ok(())
}

/// `session N MOMENT ASN CLIENT [routed FATE] [private FATE] [nat|no-nat] [not-public]`
pub fn session(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    const FATES: &[&str] = &["blocked", "received", "rewritten", "unknown"];
    let id: u64 = words.value("the session's number")?;
    let time = words.moment()?;
    let asn: Asn = words.value("an AS number")?;
    let client = words.next("the client's address or prefix")?;
    // IPv6 members end in 6; those of results have no digit for IPv4.
    let (digit, six) = if client.contains(':') { ("6", "6") } else { ("4", "") };
    let mut json = format!(
        r#"{{"session":{id},"timestamp":"{time}","asn{digit}":"{}","client{digit}":"{client}""#,
        asn.0
    );
    while !words.is_over() {
        let member = match words.one_of(&["routed", "private", "nat", "no-nat", "not-public"])? {
            "routed" => format!(r#","routedspoof{six}":"{}""#, words.one_of(FATES)?),
            "private" => format!(r#","privatespoof{six}":"{}""#, words.one_of(FATES)?),
            "nat" => format!(r#","nat{digit}":true"#),
            "no-nat" => format!(r#","nat{digit}":false"#),
            _ => r#","public":false"#.to_owned(),
        };
        json.push_str(&member);
    }
    json.push('}');
    world.spoofer.as_mut().expect("inside a spoofer block").push(json);
    Ok(())
}

/// `delegations REGISTRY as of DATE`
pub fn delegations(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let code = words.one_of(&["afrinic", "apnic", "arin", "lacnic", "ripencc"])?;
    let registry = code.parse().expect("a registry's code");
    let as_of = as_of(words)?;
    world.delegations.push(DelegationText { line: words.line, registry, as_of, records: Vec::new() });
    Ok(())
}

pub(super) fn as_of(words: &mut Words<'_>) -> Result<Date, Wrong> {
    words.expect("as")?;
    words.expect("of")?;
    words.value("a day")
}

/// `allocated|assigned CC`, `available`, `reserved`
fn status(words: &mut Words<'_>) -> Result<(String, &'static str), Wrong> {
    let status = words.one_of(&["allocated", "assigned", "available", "reserved"])?;
    let held = matches!(status, "allocated" | "assigned");
    let country = if held { words.next("a country code")?.to_owned() } else { String::new() };
    Ok((country, status))
}

fn delegated(world: &mut World, kind: &str, start: &str, value: u64, (country, status): (String, &str)) {
    let file = world.delegations.last_mut().expect("inside a delegations block");
    let code = file.registry.code();
    file.records.push(format!("{code}|{country}|{kind}|{start}|{value}|20200101|{status}|holder"));
}

/// `asn ASN[-ASN] STATUS`
pub fn delegated_asns(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let (first, last) = super::asn_range(words)?;
    let status = status(words)?;
    delegated(world, "asn", &first.0.to_string(), u64::from(last.0 - first.0) + 1, status);
    Ok(())
}

/// `prefix PREFIX STATUS`
pub fn delegated_prefix(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let prefix: Prefix = words.value("a prefix")?;
    let status = status(words)?;
    let address = prefix.address().to_string();
    match prefix.family() {
        Family::V4 => delegated(world, "ipv4", &address, prefix.addresses() as u64, status),
        Family::V6 => delegated(world, "ipv6", &address, u64::from(prefix.len()), status),
    }
    Ok(())
}

/// `country REGISTRY CC ASN …`: a country list, the substitute for a delegation file
pub fn country(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let code = words.one_of(&["afrinic", "apnic", "arin", "lacnic", "ripencc"])?;
    let country = words.next("a country code")?;
    while !words.is_over() {
        let asn: Asn = words.value("an AS number")?;
        world.countries.push_str(&format!("{code},{country},{},20200101\n", asn.0));
    }
    Ok(())
}

/// `bogons NAME as of DATE`
pub fn bogons(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let name = words.next("the list's name")?.to_owned();
    let as_of = as_of(words)?;
    world.bogon_lists.push(ListText { line: words.line, name, as_of, text: String::new() });
    Ok(())
}

/// `prefix PREFIX`
pub fn listed_prefix(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let prefix: Prefix = words.value("a prefix")?;
    let list = world.bogon_lists.last_mut().expect("inside a bogons block");
    list.text.push_str(&format!("{prefix}\n"));
    Ok(())
}

/// `report DATE PREFIX ASN REASON…`
pub fn report(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let day: Date = words.value("a day")?;
    let prefix: Prefix = words.value("a prefix")?;
    let origin: Asn = words.value("an AS number")?;
    let text = format!("{prefix} {origin} {}\n", words.rest());
    world.reports.push(ReportText { line: words.line, day, text });
    Ok(())
}

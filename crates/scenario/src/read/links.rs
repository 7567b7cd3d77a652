//! Statements about how networks are tied to each other. Like those of registries each becomes a line of the
//! format its dataset is published in.

use routing::{Asn, Date, Prefix};

use super::registries::as_of;
use crate::words::{Words, Wrong};
use crate::world::World;

fn others(words: &mut Words<'_>) -> Result<Vec<Asn>, Wrong> {
    let mut all: Vec<Asn> = vec![words.value("an AS number")?];
    while !words.is_over() {
        all.push(words.value("an AS number")?);
    }
    Ok(all)
}

/// `history DATE PREFIX ASN`: a table of that day shows the prefix with this origin
pub fn history(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let day: Date = words.value("a day")?;
    let prefix: Prefix = words.value("a prefix")?;
    let origin: Asn = words.value("an AS number")?;
    world.histories.push((day, format!("{prefix}\t{}\n", origin.0)));
    Ok(())
}

/// `as of DATE`: the day of the file that a statement stands in, where it is not from before the month.
fn dated(day: &mut Option<Date>, words: &mut Words<'_>) -> Result<(), Wrong> {
    if words.peek() == Some("as") {
        *day = Some(as_of(words)?);
    }
    Ok(())
}

/// `provides [as of DATE] ASN ASN …`: the first is a provider of the others
pub fn provides(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    dated(&mut world.relationships_as_of, words)?;
    let provider: Asn = words.value("an AS number")?;
    for customer in others(words)? {
        let lines = world.relationships.get_or_insert_default();
        lines.push_str(&format!("{}|{}|-1\n", provider.0, customer.0));
    }
    Ok(())
}

/// `peers ASN ASN …`: the first is a peer of the others
pub fn peers(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let peer: Asn = words.value("an AS number")?;
    for other in others(words)? {
        let lines = world.relationships.get_or_insert_default();
        lines.push_str(&format!("{}|{}|0\n", peer.0, other.0));
    }
    Ok(())
}

/// `route-servers ASN …`: as a relationship file lists them
pub fn route_servers(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let asns: Vec<String> = others(words)?.iter().map(|asn| asn.0.to_string()).collect();
    let lines = world.relationships.get_or_insert_default();
    lines.insert_str(0, &format!("# IXP ASes: {}\n", asns.join(" ")));
    Ok(())
}

/// `siblings [as of DATE] ASN ASN …`: networks of one organisation
pub fn siblings(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    dated(&mut world.organisations_as_of, words)?;
    let number = world.organisations.len() + 1;
    let lines: Vec<String> = others(words)?
        .into_iter()
        .map(|asn| format!("{}|20200101|NET|ORG-{number}||RIPE\n", asn.0))
        .collect();
    world.organisations.push(lines.concat());
    Ok(())
}

/// `aspa [as of DATE] ASN ASN …`, `aspa [as of DATE] ASN none`: the first attests that the others are its providers
pub fn aspa(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    dated(&mut world.aspas_as_of, words)?;
    let customer: Asn = words.value("an AS number")?;
    let providers = if words.take("none") { vec![Asn::ZERO] } else { others(words)? };
    let list: Vec<String> = providers.iter().map(|asn| asn.0.to_string()).collect();
    let aspas = world.aspas.get_or_insert_default();
    aspas.push(format!(r#"{{"customer":{},"providers":[{}]}}"#, customer.0, list.join(",")));
    Ok(())
}

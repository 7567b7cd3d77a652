//! What a month was judged by, as its generation keeps it.

use anyhow::Result;
use lake::{BogonRow, DelegatedRow, Draft, ObjectRow, Registered, RoutePlace, VrpRow};
use pipeline::month::{Inputs, Outcome};
use reference::bogons::BogonClass;
use routing::{Prefix, Unknown};

/// Writes it.
pub fn write(draft: &Draft, inputs: &Inputs<'_>, outcome: &Outcome) -> Result<()> {
    let references = &inputs.references;
    let label = |known: Result<&str, &Unknown>| known.map(str::to_owned).map_err(|why| why.0.clone());
    let vrps = references.vrps.as_ref();
    let irr = references.irr.as_ref();
    let authorities = irr.iter().flat_map(|irr| irr.data.authorities());
    let registered = Registered {
        vrps: label(vrps.map(|vrps| vrps.label.as_str())),
        route_objects: label(irr.map(|irr| irr.label.as_str())),
        irr_excerpt: references.irr_excerpt.as_ref().map(|why| why.0.clone()),
        authorities: authorities.map(|a| (a.name.clone(), a.authoritative)).collect(),
    };
    lake::write_registered(draft, &registered)?;
    let rows = vrps.iter().flat_map(|vrps| vrps.data.vrps()).map(|vrp| VrpRow {
        prefix: vrp.prefix,
        max_length: vrp.max_length,
        asn: vrp.asn,
        trust_anchor: vrp.trust_anchor.name().to_owned(),
    });
    lake::write_touchable(draft, rows)?;
    let rows = irr.iter().flat_map(|irr| {
        irr.data.routes().iter().map(|listed| {
            let authority = irr.data.authority(listed.authority);
            ObjectRow {
                prefix: listed.object.prefix,
                origin: listed.object.origin,
                authority: authority.name.clone(),
                authoritative: authority.authoritative,
                maintainers: irr.data.names().text(listed.object.maintainers).to_owned(),
            }
        })
    });
    lake::write_touchable(draft, rows)?;
    let rows = references.delegations.held().map(|(prefix, registry, holder)| DelegatedRow {
        prefix,
        registry: registry.code().to_owned(),
        holder: holder.to_owned(),
    });
    lake::write_touchable(draft, rows)?;
    let rows = outcome.routes.iter().zip(&outcome.verdicts).map(|(route, verdict)| RoutePlace {
        prefix: route.prefix,
        origin: route.origin,
        full_feed_peers: route.full_feed_peers,
        seen_seconds: u64::try_from(route.seen_seconds).unwrap_or(0),
        bogon: verdict.bogon.is_some(),
        artefact: verdict.artefact,
        forged_origin: verdict.forged_origin,
    });
    lake::write_touchable(draft, rows)?;
    lake::write_touchable(draft, bogons(inputs))?;
    Ok(())
}

/// What holds for a route that is shown from the beginning of the month on, in the order of prefixes.
fn bogons(inputs: &Inputs<'_>) -> Vec<BogonRow> {
    let epochs = &inputs.references.bogons;
    let held = epochs.partition_point(|epoch| epoch.from <= inputs.month.span().start).max(1) - 1;
    let Some(epoch) = epochs.get(held) else { return Vec::new() };
    let set = epoch.table.at(epoch.from.date());
    let of_class = |(prefix, class): (Prefix, BogonClass)| BogonRow { prefix, class: class.to_string() };
    let public = |prefix: &Prefix| BogonRow { prefix: *prefix, class: "public".to_owned() };
    let mut rows: Vec<BogonRow> = set.space().map(of_class).chain(set.public().map(public)).collect();
    rows.sort_by(|a, b| (a.prefix, &a.class).cmp(&(b.prefix, &b.class)));
    rows
}

#[cfg(test)]
mod tests;

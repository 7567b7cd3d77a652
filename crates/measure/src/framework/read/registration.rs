//! The tables `[spoofing]`, `[irr]`, `[rpki]` and `[routes]`.

use super::{Read, basis};
use crate::framework::document::Item;
use crate::framework::schema;
use crate::framework::{
    Exclusion, IrrRule, IrrState, Lengths, RouteRule, RpkiRule, SpoofedSource, SpoofingRule, WithoutRoutes,
};

fn without_routes(item: &Item) -> Read<WithoutRoutes> {
    match item.as_text() {
        Some("no data") => Ok(WithoutRoutes::NoData),
        Some(other) => {
            Err(item.refuse(format!("is `{other}`: allowed is \"no data\" or a share from 0 to 1")))
        }
        None => item.decimal(0.0..=1.0).map(|share| WithoutRoutes::Share(share.value)),
    }
}

pub(super) fn spoofing(item: &Item) -> Read<SpoofingRule> {
    let table = item.table(&schema::keys("[spoofing]"))?;
    let list = table.get("received")?;
    let received = list.words(SpoofedSource::ALL, SpoofedSource::as_str)?;
    if received.is_empty() {
        return Err(list.refuse("is empty: at least one false source counts"));
    }
    Ok(SpoofingRule { received, basis: basis(&table, "")? })
}

pub(super) fn irr(item: &Item) -> Read<IrrRule> {
    let table = item.table(&schema::keys("[irr]"))?;
    let list = table.get("registered")?;
    let registered = list.words(IrrState::ALL, IrrState::as_str)?;
    if registered.is_empty() {
        return Err(list.refuse("is empty: at least one state counts as registered"));
    }
    Ok(IrrRule {
        registered,
        without_routes: without_routes(&table.get("without_routes")?)?,
        without_routes_unregistered: without_routes(&table.get("without_routes_unregistered")?)?,
        basis: basis(&table, "")?,
    })
}

pub(super) fn rpki(item: &Item) -> Read<RpkiRule> {
    let table = item.table(&schema::keys("[rpki]"))?;
    Ok(RpkiRule {
        invalid_factor: table.get("invalid_factor")?.whole(0..=1000)? as u32,
        floor: table.get("floor")?.decimal(0.0..=1.0)?.value,
        without_routes: without_routes(&table.get("without_routes")?)?,
        basis: basis(&table, "")?,
    })
}

pub(super) fn routes(item: &Item) -> Read<RouteRule> {
    let table = item.table(&schema::keys("[routes]"))?;
    let lengths = |key: &str, longest: u64| -> Read<Lengths> {
        let lengths = table.get(key)?.table(&["min", "max"])?;
        let min = lengths.get("min")?.whole(0..=longest)? as u8;
        let longest = lengths.get("max")?;
        let max = longest.whole(0..=if key == "ipv4" { 32 } else { 128 })? as u8;
        if max < min {
            return Err(longest.refuse(format!("is {max}: it must not be less than `min`, {min}")));
        }
        Ok(Lengths { min, max })
    };
    Ok(RouteRule {
        peers_min: table.get("peers_min")?.whole(1..=100_000)? as u32,
        seen_seconds_min: table.get("seen_seconds_min")?.whole(0..=2_419_200)?,
        ipv4: lengths("ipv4", 32)?,
        ipv6: lengths("ipv6", 128)?,
        excluded: table.get("excluded")?.words(Exclusion::ALL, Exclusion::as_str)?,
        basis: basis(&table, "")?,
    })
}

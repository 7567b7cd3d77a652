//! `as-set` objects (RFC 2622 §5.1, RFC 4012 §3): names, members, and what cannot be followed.

use routing::{Asn, FaultKind, as_set_name, as_set_reference};

use super::Object;
use crate::fault;
use crate::lines::text;

/// An `as-set` object.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AsSet {
    /// `as-set:`, in capitals.
    pub name: Box<str>,
    /// Members that are AS numbers, ascending, each once.
    pub asns: Vec<Asn>,
    /// Members that are sets, in capitals, ascending, each once; `SOURCE::AS-NAME` where the member names a
    /// registry.
    pub sets: Vec<Box<str>>,
    /// Members that are neither, such as `ANY` or a prefix.
    pub unreadable: u32,
    /// It has `mbrs-by-ref:`, so networks may say of themselves that they are members. These are not among its
    /// members here.
    pub by_reference: bool,
}

pub(super) fn as_set(object: &Object) -> Result<AsSet, (FaultKind, String)> {
    let first = object.attributes().next().map(|a| text(a.value)).unwrap_or_default();
    if first.is_empty() {
        return Err((fault::RPSL_MISSING, "as-set".to_owned()));
    }
    let name = as_set_name(&first).ok_or_else(|| (fault::BAD_SET_NAME, first.into_owned()))?;
    let mut set = AsSet { name: name.into(), ..AsSet::default() };
    for attribute in object.attributes() {
        match attribute.name {
            b"members" | b"mp-members" => {
                let value = text(attribute.value);
                for member in value.split([',', ' ', '\t']).filter(|member| !member.is_empty()) {
                    if let Ok(asn) = member.parse::<Asn>() {
                        set.asns.push(asn);
                    } else if let Some(name) = as_set_reference(member) {
                        set.sets.push(name.into());
                    } else {
                        set.unreadable += 1;
                    }
                }
            }
            b"mbrs-by-ref" => set.by_reference |= !attribute.value.is_empty(),
            _ => {}
        }
    }
    set.asns.sort_unstable();
    set.asns.dedup();
    set.sets.sort_unstable();
    set.sets.dedup();
    Ok(set)
}

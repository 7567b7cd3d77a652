//! What the routes of a month were judged by, at rest: VRPs, route objects, who was given the space, and of each
//! route what a framework asks besides. By them states can be computed anew with something changed.

use std::collections::BTreeMap;
use std::path::Path;

use routing::{Asn, Prefix};

use crate::touching::PrefixRow;
use crate::{Column, Draft, LakeError, Value, rows, write};

const FILE: &str = "registered.parquet";
const COLUMNS: &[Column] = &[Column::text("key"), Column::text("value")];

/// What stands at `shape`: tables of another shape lack something by which routes are judged.
const SHAPE: &str = "8";

/// Which tables there are, and why one is missing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registered {
    /// Sources and dates of the VRPs, or why there are none.
    pub vrps: Result<String, String>,
    /// Sources and dates of the route objects, or why there are none.
    pub route_objects: Result<String, String>,
    /// Why the absence of a route object proves nothing, where it does not.
    pub irr_excerpt: Option<String>,
    /// The routing registries read, and whether each is a regional registry's own.
    pub authorities: BTreeMap<String, bool>,
}

/// A VRP.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VrpRow {
    /// The prefix.
    pub prefix: Prefix,
    /// Longest length allowed.
    pub max_length: u8,
    /// The origin allowed.
    pub asn: Asn,
    /// As relying parties write it; empty when not said.
    pub trust_anchor: String,
}

/// A route object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectRow {
    /// Its prefix.
    pub prefix: Prefix,
    /// Its origin.
    pub origin: Asn,
    /// The registry it was read from.
    pub authority: String,
    /// Whether that is a regional registry's own.
    pub authoritative: bool,
    /// Every `mnt-by:`, separated by `, `.
    pub maintainers: String,
}

/// Space that a registry gave to someone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DelegatedRow {
    /// The space.
    pub prefix: Prefix,
    /// The registry's code: `ripencc`, …
    pub registry: String,
    /// The same for all that one holder has of one registry; empty when not said.
    pub holder: String,
}

/// Of a route what a framework asks besides its states.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoutePlace {
    /// Its prefix.
    pub prefix: Prefix,
    /// Its origin; `None` for an AS_SET.
    pub origin: Option<Asn>,
    /// Peer ASes with a full feed that showed it.
    pub full_feed_peers: u32,
    /// For how long, within the month.
    pub seen_seconds: u64,
    /// Whether its prefix is a bogon.
    pub bogon: bool,
    /// Whether an event says that nobody meant to announce it so.
    pub artefact: bool,
    /// Whether events say that its origin did not announce it.
    pub forged_origin: bool,
}

/// Space that nobody may announce, as the month began; nested and touching blocks of one class are one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BogonRow {
    /// The space.
    pub prefix: Prefix,
    /// `full`, `administrative`; or `public`: space inside full bogons that is meant to be reached.
    pub class: String,
}

impl PrefixRow for BogonRow {
    const FILE: &'static str = "bogons.parquet";
    const COLUMNS: &'static [Column] = &[Column::text("class")];

    fn prefix(&self) -> Prefix {
        self.prefix
    }

    fn to_values(&self) -> Vec<Value> {
        vec![self.class.as_str().into()]
    }

    fn from_values(prefix: Prefix, values: &[Value]) -> Option<BogonRow> {
        Some(BogonRow { prefix, class: text(values.first())? })
    }
}

fn small(value: Option<&Value>) -> Option<u32> {
    value?.as_integer().and_then(|n| u32::try_from(n).ok())
}

fn text(value: Option<&Value>) -> Option<String> {
    value?.as_text().map(str::to_owned)
}

impl PrefixRow for VrpRow {
    const FILE: &'static str = "vrps.parquet";
    const COLUMNS: &'static [Column] =
        &[Column::integer("max_length"), Column::integer("asn"), Column::text("trust_anchor")];

    fn prefix(&self) -> Prefix {
        self.prefix
    }

    fn to_values(&self) -> Vec<Value> {
        vec![u32::from(self.max_length).into(), self.asn.0.into(), self.trust_anchor.as_str().into()]
    }

    fn from_values(prefix: Prefix, values: &[Value]) -> Option<VrpRow> {
        Some(VrpRow {
            prefix,
            max_length: u8::try_from(small(values.first())?).ok()?,
            asn: Asn(small(values.get(1))?),
            trust_anchor: text(values.get(2))?,
        })
    }
}

impl PrefixRow for ObjectRow {
    const FILE: &'static str = "route_objects.parquet";
    const COLUMNS: &'static [Column] = &[
        Column::integer("origin"),
        Column::text("authority"),
        Column::boolean("authoritative"),
        Column::text("maintainers"),
    ];

    fn prefix(&self) -> Prefix {
        self.prefix
    }

    fn to_values(&self) -> Vec<Value> {
        vec![
            self.origin.0.into(),
            self.authority.as_str().into(),
            self.authoritative.into(),
            self.maintainers.as_str().into(),
        ]
    }

    fn from_values(prefix: Prefix, values: &[Value]) -> Option<ObjectRow> {
        Some(ObjectRow {
            prefix,
            origin: Asn(small(values.first())?),
            authority: text(values.get(1))?,
            authoritative: values.get(2)?.as_boolean()?,
            maintainers: text(values.get(3))?,
        })
    }
}

impl PrefixRow for DelegatedRow {
    const FILE: &'static str = "delegated.parquet";
    const COLUMNS: &'static [Column] = &[Column::text("registry"), Column::text("holder")];

    fn prefix(&self) -> Prefix {
        self.prefix
    }

    fn to_values(&self) -> Vec<Value> {
        vec![self.registry.as_str().into(), self.holder.as_str().into()]
    }

    fn from_values(prefix: Prefix, values: &[Value]) -> Option<DelegatedRow> {
        Some(DelegatedRow { prefix, registry: text(values.first())?, holder: text(values.get(1))? })
    }
}

impl PrefixRow for RoutePlace {
    const FILE: &'static str = "route_places.parquet";
    const COLUMNS: &'static [Column] = &[
        Column::integer("origin"),
        Column::integer("full_feed_peers"),
        Column::integer("seen_seconds"),
        Column::boolean("bogon"),
        Column::boolean("artefact"),
        Column::boolean("forged_origin"),
    ];

    fn prefix(&self) -> Prefix {
        self.prefix
    }

    fn to_values(&self) -> Vec<Value> {
        vec![
            self.origin.map(|asn| asn.0).into(),
            self.full_feed_peers.into(),
            (self.seen_seconds as i64).into(),
            self.bogon.into(),
            self.artefact.into(),
            self.forged_origin.into(),
        ]
    }

    fn from_values(prefix: Prefix, values: &[Value]) -> Option<RoutePlace> {
        Some(RoutePlace {
            prefix,
            origin: match values.first()? {
                Value::Null => None,
                origin => Some(Asn(small(Some(origin))?)),
            },
            full_feed_peers: small(values.get(1))?,
            seen_seconds: u64::try_from(values.get(2)?.as_integer()?).ok()?,
            bogon: values.get(3)?.as_boolean()?,
            artefact: values.get(4)?.as_boolean()?,
            forged_origin: values.get(5)?.as_boolean()?,
        })
    }
}

/// Writes which tables there are.
///
/// # Errors
/// When the file cannot be written.
pub fn write_registered(draft: &Draft, registered: &Registered) -> Result<(), LakeError> {
    let pair = |key: &str, value: &str| vec![Value::from(key), Value::from(value)];
    let known = |key: &str, known: &Result<String, String>| match known {
        Ok(label) => pair(key, label),
        Err(why) => pair(&format!("no {key}"), why),
    };
    let shape = pair("shape", SHAPE);
    let mut all =
        vec![shape, known("vrps", &registered.vrps), known("route_objects", &registered.route_objects)];
    all.extend(registered.irr_excerpt.iter().map(|why| pair("irr_excerpt", why)));
    all.extend(registered.authorities.iter().map(|(name, own)| {
        pair(&format!("authority {name}"), if *own { "authoritative" } else { "not authoritative" })
    }));
    write(draft.create(FILE)?, COLUMNS, all)?;
    Ok(())
}

/// Which tables a generation has; `None` when it was written before they were kept, or with less in them.
///
/// # Errors
/// When the file cannot be read or holds something else.
pub fn registered(folder: &Path) -> Result<Option<Registered>, LakeError> {
    let path = folder.join(FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let wrong = || LakeError::Row { path: path.clone() };
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for row in rows(&path, None)? {
        let row = row?;
        let (key, value) = text(row.first()).zip(text(row.get(1))).ok_or_else(wrong)?;
        all.insert(key, value);
    }
    if all.get("shape").is_none_or(|shape| shape != SHAPE) {
        return Ok(None);
    }
    let known = |key: &str| match (all.get(key), all.get(&format!("no {key}"))) {
        (Some(label), _) => Ok(Ok(label.clone())),
        (None, Some(why)) => Ok(Err(why.clone())),
        (None, None) => Err(wrong()),
    };
    let authority = |(key, value): (&String, &String)| {
        Some((key.strip_prefix("authority ")?.to_owned(), value == "authoritative"))
    };
    Ok(Some(Registered {
        vrps: known("vrps")?,
        route_objects: known("route_objects")?,
        irr_excerpt: all.get("irr_excerpt").cloned(),
        authorities: all.iter().filter_map(authority).collect(),
    }))
}

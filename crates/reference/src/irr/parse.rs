use std::io::BufRead;

use routing::{Asn, Date, FaultCounts, FaultKind, Prefix, Timestamp};

use super::as_set::as_set;
use super::{AutNum, IrrDump, Object, Objects, RouteObject};
use crate::fault;
use crate::lines::text;
use crate::names::Names;
use crate::parsed::{Parsed, ReadError, Tally};

/// Distinct classes counted by name.
const CLASSES_MAX: usize = 200;
/// Classes of RPSL (RFC 2622, RFC 4012, RFC 2725) and of the registries' own databases.
const CLASSES: [&[u8]; 24] = [
    b"route",
    b"route6",
    b"aut-num",
    b"as-set",
    b"route-set",
    b"filter-set",
    b"peering-set",
    b"rtr-set",
    b"inet-rtr",
    b"mntner",
    b"person",
    b"role",
    b"organisation",
    b"irt",
    b"key-cert",
    b"as-block",
    b"inetnum",
    b"inet6num",
    b"domain",
    b"dictionary",
    b"repository",
    b"poem",
    b"poetic-form",
    b"limerick",
];
/// Longest name of a class, an AS or a list of maintainers kept, in bytes.
const NAME_BYTES_MAX: usize = 200;

/// Reads a dump of one registry in one pass. `authority` is the registry it is read for; an object that
/// names another `source:` is kept and remarked.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when hardly anything in it is an RPSL object.
pub fn parse(
    input: impl BufRead,
    authority: &str,
    faults: &mut FaultCounts,
) -> Result<Parsed<IrrDump>, ReadError> {
    let mut dump = IrrDump::default();
    let mut tally = Tally::default();
    let mut objects = Objects::new(input);
    let earlier = faults.skipped();
    while let Some(object) = objects.next(faults)? {
        count_class(&mut dump, object.class());
        let read = match object.class() {
            b"route" | b"route6" => route(object, &mut dump.names, faults).map(|r| dump.routes.push(r)),
            b"aut-num" => aut_num(object).map(|n| dump.networks.push(n)),
            b"as-set" => as_set(object).map(|set| dump.as_sets.push(set)),
            _ => Ok(()),
        };
        match read {
            Ok(()) => {
                tally.accepted += u64::from(CLASSES.contains(&object.class()));
                remark_source(object, authority, faults);
            }
            Err((kind, detail)) => {
                tally.refuse(&detail);
                fault::push(faults, kind, object.line(), &detail);
            }
        }
    }
    // Lines that are no RPSL and objects of no known class speak against the whole file.
    let wrong = faults.skipped() - earlier;
    let unknown = tally.accepted == 0 && (wrong > 0 || !dump.classes.is_empty());
    if unknown || wrong > tally.accepted.max(10) {
        tally.refuse_all("lines that are no RPSL");
    }
    tally.check("an RPSL dump")?;
    let records = (dump.routes.len() + dump.networks.len()) as u64;
    Ok(Parsed { content: dump, stated: None, format: "rpsl", records, complete: true })
}

fn count_class(dump: &mut IrrDump, class: &[u8]) {
    let known = core::str::from_utf8(class)
        .ok()
        .filter(|c| dump.classes.contains_key(*c) || (c.len() <= 64 && dump.classes.len() < CLASSES_MAX));
    let name = known.unwrap_or("…");
    match dump.classes.get_mut(name) {
        Some(n) => *n += 1,
        None => {
            dump.classes.insert(name.to_owned(), 1);
        }
    }
}

fn remark_source(object: &Object, authority: &str, faults: &mut FaultCounts) {
    let source = object.attributes().find(|a| a.name == b"source").map(|a| text(a.value));
    if let Some(source) = source.filter(|s| !s.is_empty() && !s.eq_ignore_ascii_case(authority)) {
        fault::push(faults, fault::SOURCE_DIFFERS, object.line(), &format!("{source}, not {authority}"));
    }
}

type Wrong = (FaultKind, String);

fn route(object: &Object, names: &mut Names, faults: &mut FaultCounts) -> Result<RouteObject, Wrong> {
    let (mut prefix, mut origin, mut source) = (None, None, None);
    let (mut created, mut modified) = (None, None);
    let (mut first_change, mut last_change) = (None, None);
    let mut maintainers = String::new();
    for attribute in object.attributes() {
        let value = text(attribute.value);
        match attribute.name {
            b"route" | b"route6" => first_of(&mut prefix, value.into_owned(), object, faults),
            b"origin" => first_of(&mut origin, value.into_owned(), object, faults),
            b"source" => source = source.or_else(|| Some(value.to_ascii_uppercase())),
            b"created" => created = created.or_else(|| day(&value, object, faults)),
            b"last-modified" => modified = modified.or_else(|| day(&value, object, faults)),
            b"changed" => {
                let date = Date::find_in(&value);
                first_change = [first_change, date].into_iter().flatten().min();
                last_change = last_change.max(date);
            }
            b"mnt-by" if maintainers.len() + value.len() <= NAME_BYTES_MAX => {
                if !maintainers.is_empty() {
                    maintainers.push_str(", ");
                }
                maintainers.push_str(&value);
            }
            _ => {}
        }
    }
    let missing = |what: &str| (fault::RPSL_MISSING, what.to_owned());
    let prefix = prefix.filter(|p| !p.is_empty()).ok_or_else(|| missing("route"))?;
    let prefix: Prefix = prefix.parse().map_err(|e| (fault::BAD_PREFIX, format!("{e}")))?;
    let origin = origin.filter(|o| !o.is_empty()).ok_or_else(|| missing("origin"))?;
    let origin: Asn = origin.parse().map_err(|e| (fault::BAD_ASN, format!("{e}")))?;
    let source: String = source.unwrap_or_default().chars().take(NAME_BYTES_MAX).collect();
    Ok(RouteObject {
        prefix,
        origin,
        created: created.or(first_change),
        last_modified: modified.or(last_change),
        source: names.intern(&source),
        maintainers: names.intern(&maintainers),
    })
}

fn first_of(slot: &mut Option<String>, value: String, object: &Object, faults: &mut FaultCounts) {
    match slot {
        None => *slot = Some(value),
        Some(_) => fault::push(faults, fault::RPSL_REPEATED, object.line(), &value),
    }
}

fn day(value: &str, object: &Object, faults: &mut FaultCounts) -> Option<Date> {
    match value.parse::<Timestamp>() {
        Ok(t) => Some(t.date()),
        Err(_) => {
            fault::push(faults, fault::BAD_DATE, object.line(), value);
            None
        }
    }
}

fn aut_num(object: &Object) -> Result<AutNum, Wrong> {
    let first = object.attributes().next().map(|a| text(a.value)).unwrap_or_default();
    if first.is_empty() {
        return Err((fault::RPSL_MISSING, "aut-num".to_owned()));
    }
    let mut network = AutNum {
        asn: first.parse().map_err(|e| (fault::BAD_ASN, format!("{e}")))?,
        as_name: Box::default(),
        imports: 0,
        exports: 0,
        has_admin_c: false,
        has_tech_c: false,
    };
    for attribute in object.attributes() {
        let handle = || !attribute.value.is_empty() && !attribute.value.contains(&b' ');
        match attribute.name {
            b"as-name" if network.as_name.is_empty() => {
                network.as_name = text(attribute.value).chars().take(NAME_BYTES_MAX).collect();
            }
            b"import" | b"mp-import" if !attribute.value.is_empty() => network.imports += 1,
            b"export" | b"mp-export" if !attribute.value.is_empty() => network.exports += 1,
            b"admin-c" => network.has_admin_c |= handle(),
            b"tech-c" => network.has_tech_c |= handle(),
            _ => {}
        }
    }
    Ok(network)
}

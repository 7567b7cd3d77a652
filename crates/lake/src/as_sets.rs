//! The as-sets of a generation, and the networks that one of them leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use routing::Asn;

use crate::{Column, Draft, LakeError, Value, rows, write};

/// File of a generation that holds the as-sets of the routing registries used, in the order of their keys.
pub const AS_SETS_FILE: &str = "as_sets.parquet";

const KEY: Column = Column::integer("key");

const COLUMNS: &[Column] = &[
    KEY,
    Column::text("name"),
    Column::text("registry"),
    Column::text("asns"),
    Column::text("sets"),
    Column::integer("unreadable"),
    Column::boolean("by_reference"),
];

/// Rows per row group: a look-up decodes the few groups that hold a name.
const GROUP_ROWS_MAX: usize = 512;

/// An `as-set` object of a registry.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct AsSetRow {
    /// Its name, in capitals.
    pub name: String,
    /// The registry, as its source is configured.
    pub registry: String,
    /// Members that are networks, ascending.
    pub asns: Vec<Asn>,
    /// Members that are sets: `AS-NAME` or `REGISTRY::AS-NAME`.
    pub sets: Vec<String>,
    /// Members that are neither.
    pub unreadable: u32,
    /// Networks may name themselves its members; those are not followed.
    pub by_reference: bool,
}

/// How far a set is followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Networks.
    pub networks_max: usize,
    /// Objects of sets.
    pub sets_max: usize,
    /// Sets inside sets.
    pub depth_max: usize,
}

/// The networks that a set leads to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Expansion {
    /// Distinct networks, ascending.
    pub asns: Vec<Asn>,
    /// The objects that were followed, each once: name and registry.
    pub followed: Vec<(String, String)>,
    /// Sets named as members that no registry used holds.
    pub unknown: Vec<String>,
    /// Sets whose further members would have to be found in other objects.
    pub by_reference: Vec<String>,
    /// Members that are neither networks nor sets.
    pub unreadable: u64,
    /// How deep sets lay in sets: 1 when there was none inside.
    pub depth: usize,
    /// The bound that cut it off; what was found until then stands.
    pub cut: Option<Cut>,
}

/// A bound that a set went beyond.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    /// More networks.
    Networks,
    /// More sets.
    Sets,
    /// Deeper.
    Depth,
}

/// FNV-1a of a name, without its topmost bit: where its row stands.
fn key(name: &str) -> i64 {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 1) as i64
}

/// Writes the as-sets of a month into its generation, in whatever order they come.
///
/// # Errors
/// When the file cannot be written.
pub fn write_as_sets(draft: &Draft, sets: Vec<AsSetRow>) -> Result<(), LakeError> {
    let mut sets: Vec<(i64, AsSetRow)> = sets.into_iter().map(|set| (key(&set.name), set)).collect();
    sets.sort();
    // The same object of the same registry twice is one.
    sets.dedup();
    let values = |(key, set): (i64, AsSetRow)| {
        let asns: Vec<String> = set.asns.iter().map(|asn| asn.0.to_string()).collect();
        vec![
            Value::Integer(key),
            set.name.into(),
            set.registry.into(),
            asns.join(" ").into(),
            set.sets.join(" ").into(),
            set.unreadable.into(),
            set.by_reference.into(),
        ]
    };
    let file = draft.create(AS_SETS_FILE)?;
    write::write_in_groups(file, COLUMNS, sets.into_iter().map(values), GROUP_ROWS_MAX)?;
    Ok(())
}

fn read(row: &[Value]) -> Option<AsSetRow> {
    let words = |at: usize| Some(row.get(at)?.as_text()?.split(' ').filter(|word| !word.is_empty()));
    Some(AsSetRow {
        name: row.get(1)?.as_text()?.to_owned(),
        registry: row.get(2)?.as_text()?.to_owned(),
        asns: words(3)?.map(|n| n.parse().ok().map(Asn)).collect::<Option<_>>()?,
        sets: words(4)?.map(str::to_owned).collect(),
        unreadable: u32::try_from(row.get(5)?.as_integer()?).ok()?,
        by_reference: row.get(6)?.as_boolean()?,
    })
}

/// The objects of these names, by name and registry; `None` when the generation keeps no as-sets.
///
/// # Errors
/// When the file cannot be read or holds something else.
pub fn as_sets(
    folder: &Path,
    names: &BTreeSet<String>,
) -> Result<Option<BTreeMap<String, Vec<AsSetRow>>>, LakeError> {
    let path = folder.join(AS_SETS_FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let table = rows(&path, None)?;
    let keys: BTreeSet<i64> = names.iter().map(|name| key(name)).collect();
    let mut found: BTreeMap<String, Vec<AsSetRow>> = BTreeMap::new();
    for group in 0..table.groups_count() {
        let Some((first, last)) = table.bounds(group, KEY.name) else { continue };
        let worth_decoding = keys.range(first..=last).next().is_some()
            && table.integers(group, 0)?.iter().any(|key| keys.contains(key));
        if !worth_decoding {
            continue;
        }
        for values in table.decode(group)? {
            // Only rows asked for are taken apart: some hold ten thousands of members.
            let wanted = values.get(1).and_then(Value::as_text).is_some_and(|name| names.contains(name));
            if wanted {
                let row = read(&values).ok_or_else(|| LakeError::Row { path: path.clone() })?;
                found.entry(row.name.clone()).or_default().push(row);
            }
        }
    }
    Ok(Some(found))
}

/// The sets that have to do with some networks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SetsAbout {
    /// Those that name the network among their own members, as name and registry, by name.
    pub naming: Vec<(String, String)>,
    /// By network, the names under its number, `AS64500:AS-NAME` (RFC 2622 §5): only its holder may make them.
    pub under: BTreeMap<Asn, BTreeSet<String>>,
}

/// The sets that name `asn`, and those under the number of it or of `others`; `None` when the generation keeps no
/// as-sets. The whole table is gone through.
///
/// # Errors
/// When the file cannot be read or holds something else.
pub fn as_sets_about(
    folder: &Path,
    asn: Asn,
    others: &BTreeSet<Asn>,
) -> Result<Option<SetsAbout>, LakeError> {
    let path = folder.join(AS_SETS_FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let number = asn.0.to_string();
    let mut about = SetsAbout::default();
    for values in rows(&path, None)? {
        let values = values?;
        let text = |at: usize| values.get(at).and_then(Value::as_text);
        if text(3).is_some_and(|members| members.split(' ').any(|member| member == number)) {
            let row = read(&values).ok_or_else(|| LakeError::Row { path: path.clone() })?;
            about.naming.push((row.name, row.registry));
        }
        if let Some((name, holder)) = text(1).and_then(|name| Some((name, holder(name)?)))
            && (holder == asn || others.contains(&holder))
        {
            about.under.entry(holder).or_default().insert(name.to_owned());
        }
    }
    about.naming.sort();
    Ok(Some(about))
}

/// The network under whose number a set stands; `None` of one for another network, `AS64500:AS-PEER:AS64501`.
fn holder(name: &str) -> Option<Asn> {
    let (first, rest) = name.split_once(':')?;
    let holder = first.parse().ok()?;
    rest.split(':').all(|part| part.starts_with("AS-")).then_some(holder)
}

/// A name with the registry it is sought in; `None` for all of them.
type Sought = (String, Option<String>);

fn sought(member: &str) -> Sought {
    match member.split_once("::") {
        Some((registry, name)) => (name.to_owned(), Some(registry.to_owned())),
        None => (member.to_owned(), None),
    }
}

/// Follows a set, `AS-NAME` or `REGISTRY::AS-NAME` in capitals, to its networks. A member without a registry is
/// sought where the set that names it stands, and in the others only if it is not there; the set asked for in
/// all. `None` when the generation keeps no as-sets, and an expansion that followed nothing when there is no such
/// set.
///
/// # Errors
/// When the file cannot be read or holds something else.
pub fn expand_as_set(folder: &Path, name: &str, bounds: Bounds) -> Result<Option<Expansion>, LakeError> {
    let mut out = Expansion::default();
    let mut asns: BTreeSet<Asn> = BTreeSet::new();
    let mut done: BTreeSet<(String, String)> = BTreeSet::new();
    let mut unknown: BTreeSet<String> = BTreeSet::new();
    // What is sought with the registry that names it.
    let mut level: BTreeSet<(Sought, Option<String>)> = BTreeSet::from([(sought(name), None)]);
    while !level.is_empty() {
        let names: BTreeSet<String> = level.iter().map(|((name, _), _)| name.clone()).collect();
        let Some(known) = as_sets(folder, &names)? else { return Ok(None) };
        let mut next = BTreeSet::new();
        let mut followed_any = false;
        for ((name, registry), named_in) in &level {
            let all = known.get(name).map_or(&[][..], Vec::as_slice);
            let of = |registry: &String| all.iter().any(|set| set.registry == *registry);
            let only = registry.as_ref().or(named_in.as_ref().filter(|registry| of(registry)));
            let objects: Vec<&AsSetRow> =
                all.iter().filter(|set| only.is_none_or(|only| set.registry == *only)).collect();
            if objects.is_empty() && named_in.is_some() {
                unknown.insert(registry.as_ref().map_or(name.clone(), |r| format!("{r}::{name}")));
            }
            for set in objects {
                if !done.insert((set.name.clone(), set.registry.clone())) {
                    continue;
                }
                if done.len() > bounds.sets_max {
                    out.cut.get_or_insert(Cut::Sets);
                    break;
                }
                followed_any = true;
                out.followed.push((set.name.clone(), set.registry.clone()));
                asns.extend(&set.asns);
                out.unreadable += u64::from(set.unreadable);
                if set.by_reference {
                    out.by_reference.push(set.name.clone());
                }
                next.extend(set.sets.iter().map(|member| (sought(member), Some(set.registry.clone()))));
            }
        }
        out.depth += usize::from(followed_any);
        if asns.len() > bounds.networks_max {
            out.cut.get_or_insert(Cut::Networks);
        }
        if out.cut.is_some() {
            break;
        }
        if out.depth >= bounds.depth_max && next.iter().any(|((name, _), _)| !knows(&done, name)) {
            out.cut = Some(Cut::Depth);
            break;
        }
        level = next;
    }
    out.asns = asns.into_iter().collect();
    out.unknown = unknown.into_iter().collect();
    out.by_reference.sort();
    out.by_reference.dedup();
    Ok(Some(out))
}

fn knows(done: &BTreeSet<(String, String)>, name: &str) -> bool {
    done.range((name.to_owned(), String::new())..).next().is_some_and(|(known, _)| known == name)
}

#[cfg(test)]
mod tests;

//! From the texts of a world to the tables a month is judged by, through the readers of the real files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pipeline::month::{AutNumFacts, Before, BogonEpoch, DailyReport, Dated, Known, References};
use reference::aspa::{self, AspaTable};
use reference::bogons::{self, BogonBlock, BogonTable};
use reference::contacts::ContactTable;
use reference::delegations::{Delegation, DelegationTable};
use reference::irr::{Authority, IrrSource, RouteEpochs, RouteTable};
use reference::organisations::{self, OrganisationTable};
use reference::relationships::{self, RelationshipTable};
use reference::spoofer::{self, SpooferTable};
use reference::vrp::{VrpEpochs, VrpTable};
use reference::{
    Epoch, Parsed, ReadError, Registry, asn_countries, contacts, delegations, history, irr, vrp,
};
use routing::{Asn, Date, FaultCounts, Month, Timestamp, Unknown};

use crate::words::Wrong;
use crate::world::{PeeringDbText, World};

/// Reads a text; anything wrong in it is the scenario's mistake.
fn read<'a, T>(
    line: usize,
    text: &'a str,
    parse: impl FnOnce(&'a [u8], &mut FaultCounts) -> Result<Parsed<T>, ReadError>,
) -> Result<T, Wrong> {
    let mut faults = FaultCounts::default();
    let parsed = parse(text.as_bytes(), &mut faults)
        .map_err(|error| Wrong { line, message: format!("{error} — in\n{text}") })?;
    match faults.first().first() {
        None => Ok(parsed.content),
        Some(fault) => Err(Wrong { line, message: format!("{fault} — in line {} of\n{text}", fault.at) }),
    }
}

/// Everything registered.
pub(crate) fn references(world: &World, month: Month) -> Result<References, Wrong> {
    let missing = |what: &str| Unknown::because(format!("no {what} are loaded"));
    let label = |what: &str| format!("{what} of the scenario");
    let vrps = match &world.vrps {
        None => Err(missing("VRPs")),
        Some(csv) => {
            let data = VrpTable::new(read(1, csv, vrp::parse)?).into();
            Ok(Dated { data, label: label("VRPs") })
        }
    };
    let registries = irr_tables(world)?;
    let mut before = before(world, month)?;
    before.irr = registries.routes.as_ref().map(|table| {
        let epoch = Epoch { as_of: month.span().start, label: label("route objects") };
        RouteEpochs::of_one(table.clone(), epoch)
    });
    let contacts = match &world.peeringdb {
        None => Err(missing("contacts")),
        Some(text) => Ok(Dated { data: contact_table(text)?, label: label("contacts") }),
    };
    let spoofer = match &world.spoofer {
        None => Err(missing("Spoofer sessions")),
        Some(sessions) => {
            let page = format!("{{\"hydra:member\":[{}]}}", sessions.join(","));
            Ok(SpooferTable::new(read(1, &page, spoofer::parse)?.sessions))
        }
    };
    let excerpt = |yes: bool, what: &str| {
        yes.then(|| {
            Unknown::because(format!("only an excerpt of {what} is loaded, absence from it proves nothing"))
        })
    };
    let delegations = delegation_files(world)?;
    let header = "RIR,Country Code,ASN Number,Allocated Date\n".to_owned();
    let countries = match world.countries.as_str() {
        "" => Vec::new(),
        lines => read(1, &(header + lines), asn_countries::parse)?,
    };
    let links =
        world.relationships.as_deref().map(|lines| read(1, lines, relationships::parse)).transpose()?;
    let aspas = match &world.aspas {
        None => None,
        Some(all) => Some(read(1, &format!("{{\"aspas\":[{}]}}", all.join(",")), aspa::parse)?),
    };
    let header = "# format:aut|changed|aut_name|org_id|opaque_id|source\n".to_owned();
    let organisations = match world.organisations.as_slice() {
        [] => None,
        all => Some(read(1, &(header + &all.concat()), organisations::parse)?),
    };
    let organisations = Arc::new(OrganisationTable::new(organisations));
    let as_of = world.organisations_as_of.map_or(month.span().start, Date::start);
    before.organisations =
        (as_of <= month.span().start).then(|| Known { data: organisations.clone(), as_of });
    Ok(References {
        vrps,
        irr: registries
            .routes
            .map(|data| Dated { data, label: label("route objects") })
            .ok_or_else(|| missing("route objects")),
        irr_excerpt: excerpt(registries.all_excerpts, "the routing registries"),
        aut_nums: registries
            .facts
            .map(|data| Dated { data, label: label("aut-num objects") })
            .ok_or_else(|| missing("aut-num objects")),
        aut_num_registries: registries.whole,
        contacts,
        contacts_excerpt: excerpt(world.peeringdb.as_ref().is_some_and(|p| p.excerpt), "PeeringDB"),
        spoofer,
        delegations: DelegationTable::new(nearest(&delegations, month).into_iter().cloned()),
        asn_countries: DelegationTable::new(countries.into_iter().map(Delegation::from)),
        names: BTreeMap::new(),
        organisations,
        relationships: links.map(|file| RelationshipTable::new(&file.links)),
        aspas: aspas.map(AspaTable::new),
        before,
        bogons: epochs(world, &delegations, month)?,
        reports: reports(world)?,
    })
}

/// What is known from before the month; what a world registers without a day has been so for long.
fn before(world: &World, month: Month) -> Result<Before, Wrong> {
    let start = month.span().start;
    let of = |day: Option<Date>| day.map_or(start, Date::start);
    let mut before = Before { aspas_as_of: Some(of(world.aspas_as_of)), ..Before::default() };
    for (day, lines) in &world.histories {
        before.history.add_origins("history", day.start(), &read(1, lines, history::parse)?);
    }
    if let Some(lines) = &world.relationships {
        let file = read(1, lines, relationships::parse)?;
        before.history.add_relationships("relationships", of(world.relationships_as_of), &file);
        before.route_servers = file.exchanges;
        before.route_servers.sort_unstable();
    }
    if let Some(csv) = &world.vrps {
        let table = VrpTable::new(read(1, csv, vrp::parse)?).into();
        let epoch = Epoch { as_of: start, label: "VRPs of the scenario".to_owned() };
        before.vrps = VrpEpochs::of_one(table, epoch);
    }
    Ok(before)
}

/// What the routing registries say.
struct IrrTables {
    routes: Option<Arc<RouteTable>>,
    facts: Option<BTreeMap<Asn, AutNumFacts>>,
    /// Registries whose own aut-num objects are loaded whole.
    whole: BTreeSet<String>,
    all_excerpts: bool,
}

fn irr_tables(world: &World) -> Result<IrrTables, Wrong> {
    if world.irr.is_empty() {
        return Ok(IrrTables { routes: None, facts: None, whole: BTreeSet::new(), all_excerpts: false });
    }
    let (mut sources, mut facts, mut whole) =
        (Vec::new(), BTreeMap::<Asn, AutNumFacts>::new(), BTreeSet::new());
    for source in &world.irr {
        let dump =
            read(source.line, &source.rpsl, |input, faults| irr::parse(input, &source.authority, faults))?;
        let own = !source.excerpt && !dump.networks.is_empty();
        if let (true, Ok(registry)) = (own, source.authority.parse::<Registry>()) {
            whole.insert(registry.code().to_owned());
        }
        let authority = Authority::named(&source.authority);
        for network in &dump.networks {
            facts.entry(network.asn).or_default().add(network, &authority);
        }
        sources.push(IrrSource { authority, dump });
    }
    let all_excerpts = world.irr.iter().all(|s| s.excerpt);
    Ok(IrrTables { routes: Some(RouteTable::new(sources).into()), facts: Some(facts), whole, all_excerpts })
}

fn contact_table(text: &PeeringDbText) -> Result<ContactTable, Wrong> {
    let records = [text.networks.as_slice(), &text.contacts].concat().join(",\n");
    let json = format!("{{\"data\":[{records}],\"meta\":{{}}}}");
    Ok(ContactTable::new([read(text.line, &json, contacts::parse)?]))
}

/// A delegation file: registry, day, records.
type DelegationFile = (Registry, Date, Vec<Delegation>);

fn delegation_files(world: &World) -> Result<Vec<DelegationFile>, Wrong> {
    let mut files = Vec::new();
    for text in &world.delegations {
        let day = text.as_of.to_string().replace('-', "");
        let (code, n) = (text.registry.code(), text.records.len());
        let whole = format!("2|{code}|{day}|{n}|20000101|{day}|+0000\n{}\n", text.records.join("\n"));
        files.push((text.registry, text.as_of, read(text.line, &whole, delegations::parse)?));
    }
    Ok(files)
}

/// Of each registry the file nearest to the month; of several inside it the last.
fn nearest(files: &[DelegationFile], month: Month) -> Vec<&Delegation> {
    let rank = |day: Date| (month.span().distance_days(day.start()), core::cmp::Reverse(day));
    let is_best = |file: &&DelegationFile| {
        files.iter().filter(|f| f.0 == file.0).all(|other| rank(file.1) <= rank(other.1))
    };
    files.iter().filter(is_best).flat_map(|f| &f.2).collect()
}

/// From the month's first second on, and from the day of each newer list on: the newest of each that is not
/// newer than the moment.
fn epochs(world: &World, files: &[DelegationFile], month: Month) -> Result<Vec<BogonEpoch>, Wrong> {
    let mut lists = Vec::new();
    for list in &world.bogon_lists {
        lists.push((list.name.as_str(), list.as_of, read(list.line, &list.text, bogons::parse_full_bogons)?));
    }
    let days = files.iter().map(|f| f.1).chain(lists.iter().map(|l| l.1));
    let mut moments: Vec<Timestamp> = days.map(Date::start).filter(|t| month.span().contains(*t)).collect();
    moments.push(month.span().start);
    moments.sort_unstable();
    moments.dedup();
    let table = |moment: Timestamp| {
        let newest = |days: &mut dyn Iterator<Item = Date>| days.filter(|d| d.start() <= moment).max();
        let mut blocks: Vec<BogonBlock> = Vec::new();
        for (registry, day, records) in files {
            if newest(&mut files.iter().filter(|f| f.0 == *registry).map(|f| f.1)) == Some(*day) {
                let table = DelegationTable::new(records.iter().cloned());
                blocks.extend(bogons::pool_blocks(&table, *day, None));
            }
        }
        for (name, day, list) in &lists {
            if newest(&mut lists.iter().filter(|l| l.0 == *name).map(|l| l.1)) == Some(*day) {
                blocks.extend(bogons::list_blocks(list, name, *day, None));
            }
        }
        BogonTable::new(blocks, world.public_prefixes.clone(), world.public_asns.clone())
    };
    Ok(moments.into_iter().map(|from| BogonEpoch { from, table: table(from) }).collect())
}

fn reports(world: &World) -> Result<Vec<DailyReport>, Wrong> {
    let mut reports = Vec::new();
    for report in &world.reports {
        for line in read(report.line, &report.text, bogons::parse_cidr_report)? {
            reports.push(DailyReport {
                day: report.day,
                prefix: line.prefix,
                origin: line.origin,
                reason: line.reason.into(),
                source: "report".to_owned(),
            });
        }
    }
    reports.sort();
    Ok(reports)
}

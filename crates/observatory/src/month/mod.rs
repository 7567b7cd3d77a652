//! `observatory month`: from sources to a publication.

mod cover;
mod customers;
mod events;
mod foreign;
mod matching;
mod opinions;
mod participants;
mod populations;
mod register;
mod registered;
mod roas;
mod rows;
mod summary;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, bail};
use detect::Open;
use lake::Lake;
use measure::framework::Framework;
use pipeline::month::{Collector, Inputs, Outcome, References, Settings, compute};
use pipeline::sweep::Recording;
use programme::Register;
use reference::irr::RouteTable;
use reference::vrp::{VrpEpochs, VrpTable};
use routing::Month;
use sha2::{Digest, Sha256};
use store::{PublicationRow, Published, Store};

use crate::config::{Config, SourceKind};
use crate::load::{
    Admission, Loaded, SourceFile, clear_workbench, discover, load_foreign, load_open, load_opinions,
    load_participants, load_references, sweep_all,
};
use crate::progress::Progress;
use crate::workers::Threads;

/// Part of every generation's name: what computes. A change of rules or of shapes needs a new one.
const COMPUTED_BY: &str = concat!("observatory ", env!("CARGO_PKG_VERSION"), " rules 11 shapes 10");

/// The store and the lake of a configuration.
pub struct Data {
    /// Publications.
    pub store: Store,
    /// Generations.
    pub lake: Lake,
}

impl Data {
    /// Opens the data folder, which is made if it is not there, and the database.
    pub async fn open(config: &Config) -> Result<Data> {
        let folder = &config.data;
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the data folder {} cannot be made", folder.display()))?;
        Ok(Data { store: Store::open(&config.store).await?, lake: Lake::open(folder.join("lake"))? })
    }
}

/// What became of a month that is published only if there is anything of it.
pub enum Computed {
    /// It is published.
    Published(Box<Published>),
    /// Nothing covers it, so nothing is published; why, for a sentence that ends in it.
    Nothing(String),
}

/// Computes and publishes a month. The same sources, frameworks and settings as those of the current
/// publication change nothing.
pub async fn run(config: &Config, month: Month, progress: &Progress) -> Result<Published> {
    match compute_if(config, month, progress, |_, _| Ok(())).await? {
        Computed::Published(published) => Ok(*published),
        Computed::Nothing(why) => bail!("nothing covers {month}: {why}"),
    }
}

/// As [`run`], but a month that nothing covers is not published.
pub async fn run_if_covered(config: &Config, month: Month, progress: &Progress) -> Result<Computed> {
    compute_if(config, month, progress, |files, observed| cover::examine(config, month, files, observed))
        .await
}

async fn compute_if(
    config: &Config,
    month: Month,
    progress: &Progress,
    examine: impl Fn(&[Vec<SourceFile>], bool) -> Result<(), String>,
) -> Result<Computed> {
    let data = Data::open(config).await?;
    let _lock = lock(&config.data)?;
    let texts = config.frameworks.iter().map(|named| crate::norm::text(named)).collect::<Result<Vec<_>>>()?;
    let frameworks = crate::norm::load_all(&config.frameworks)?;
    let mut files = discover(config, month, progress)?;
    // Routes come and go; registrations are what must not fall.
    let registrations = config.sources.iter().filter(|s| s.kind != SourceKind::Mrt && !s.kind.is_of_others());
    let names = registrations.map(|s| s.name.as_str()).collect();
    let used = data.store.snapshots().await?;
    let admission = Admission::new(config.admission, &used, month, &names, &files);
    let kept = Kept {
        open: load_open(&data.store, month).await?,
        held: crate::register::of_month(&data.store, month).await?,
    };
    let generation = generation(config, month, &frameworks, &files, &admission, &kept);
    if let Some((_, head)) = data.store.current(&month.to_string()).await?
        && head.generation == generation
        && data.lake.generation(&generation).is_dir()
    {
        // A run that was killed before may have left something.
        data.lake.sweep_out(&data.store.generations().await?)?;
        return Ok(Computed::Published(Box::new(Published::Unchanged(head))));
    }
    let Loaded { mut references, as_sets, sets_by, vrp_days } =
        load_references(config, month, &mut files, &admission, progress)?;
    references.before.open = kept.open;
    let lists = load_participants(config, month, &mut files, &admission, progress)?;
    let said = load_opinions(config, month, &mut files)?;
    let foreign = load_foreign(config, month, &mut files)?;
    let (collectors, digests) = sweep_all(config, month, &mut files, progress)?;
    let observed = collectors.iter().any(|collector| !collector.coverage.is_empty());
    if let Err(why) = examine(&files, observed) {
        return Ok(Computed::Nothing(why));
    }
    let stage = progress.stage("judging and grading", 1);
    let settings = Settings {
        full_feed_share_percent_min: config.full_feed_share_percent_min,
        peers_min_visible: config.peers_min_visible,
    };
    let mut inputs = Inputs { month, frameworks: &frameworks, collectors, references, settings };
    let outcome = compute(&inputs, &Threads(config.threads)).context("reading back what was swept")?;
    forget_routes(&mut inputs.collectors, &outcome);
    drop(stage);

    let stage = progress.stage("writing", 2);
    let draft = data.lake.draft(&generation)?;
    let routes = rows::Routes::new(&outcome, &inputs);
    let file = draft.create(lake::ROUTES_FILE)?;
    let mut hash = Sha256::new();
    let written = routes.by_origin().map(|route| {
        let values = route.to_values();
        hash.update(format!("{values:?}\n"));
        values
    });
    lake::write(file, lake::ROUTE_COLUMNS, written)?;
    lake::write_routes_by_prefix(draft.create(lake::ROUTES_BY_PREFIX_FILE)?, routes.by_prefix())?;
    if !as_sets.is_empty() {
        lake::write_as_sets(&draft, as_sets)?;
    }
    customers::write(&draft, sets_by, inputs.references.relationships.as_ref(), outcome.inferred.as_ref())?;
    lake::write_facts(&draft, &pipeline::month::facts(&inputs, &outcome))?;
    registered::write(&draft, &inputs, &outcome)?;
    for (framework, text) in frameworks.iter().zip(&texts) {
        lake::write_framework(&draft, &framework.id, text)?;
    }
    draft.finish()?;
    stage.step(1);
    let replays = events::replay_rows(&outcome, &inputs);
    forget_registrations(&mut inputs.references);
    let matched = matching::listed(config, &lists, &kept.held, month);
    let (participants, programmes) = participants::rows(&matched.listed, &frameworks, &outcome, observed);
    // First of all rows: while they are made they take more memory than any others.
    let roas = roas::rows(&vrp_days, &outcome, &participants);
    drop(vrp_days);
    let mut publication = rows::publication(config, &frameworks, &files, &digests, &said, &outcome, &inputs)?;
    (publication.participants, publication.programmes, publication.roas) = (participants, programmes, roas);
    publication.replays = replays;
    publication.sources.extend(register::source_row(&kept.held, month));
    matched.tell(&mut publication.sources);
    // No part of what the result is a digest of: it is none of ours.
    (publication.foreign_series, publication.foreign) = foreign::rows(config, &foreign);
    publication.head.generation = generation;
    publication.head.result = result_digest(hash, &publication)?;
    publication.head.summary = summary::of(&outcome, &inputs, &files, config);
    let seen_too = publication.opinions.iter().filter(|opinion| !opinion.events.is_empty()).count();
    publication.head.summary["others_say"] =
        serde_json::json!({ "events": publication.opinions.len(), "seen_by_us": seen_too });
    publication.head.summary["participants"] = participants::counts(&publication.participants);
    let unclear = matched.unclear();
    if let Some(warnings) = publication.head.summary["warnings"].as_array_mut() {
        warnings.extend(unclear.values().flatten().map(|said| said.as_str().into()));
    }
    publication.head.summary["participants_unclear"] = serde_json::json!(unclear);
    publication.head.reason = reason(&data.store, &publication.head).await?;
    let published = data.store.publish(publication).await?;
    let named = data.store.generations().await?;
    data.lake.sweep_out(&named)?;
    clear_workbench(&config.data)?;
    drop(stage);
    Ok(Computed::Published(Box::new(published)))
}

/// What was swept is read no more, but for the paths that events show.
fn forget_routes(collectors: &mut [Collector], outcome: &Outcome) {
    let mut shown: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); collectors.len()];
    for (_, event) in &outcome.events {
        let seen = event.evidence.sightings.iter().map(|seen| (seen.collector, seen.path));
        let around = outcome.replays.get(event).into_iter().flat_map(|replay| &replay.routes);
        for (collector, path) in seen.chain(around.map(|route| (route.collector, route.path))) {
            shown[usize::from(collector)].insert(path);
        }
    }
    for (collector, shown) in collectors.iter_mut().zip(shown) {
        collector.recording = Recording::default();
        collector.paths.forget(|path| shown.contains(&path));
    }
}

/// What routes were judged by is asked no more: from here on only what it was is told.
fn forget_registrations(references: &mut References) {
    if let Ok(vrps) = &mut references.vrps {
        vrps.data = VrpTable::new(Vec::new()).into();
    }
    if let Ok(irr) = &mut references.irr {
        irr.data = RouteTable::new(Vec::new()).into();
    }
    (references.before.vrps, references.before.irr) = (VrpEpochs::default(), None);
}

/// One writer at a time; readers need no lock.
fn lock(folder: &Path) -> Result<File> {
    let path = folder.join("writing.lock");
    let file = File::create(&path).with_context(|| path.display().to_string())?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            bail!("another run is writing to {}: wait until it is over", folder.display())
        }
        Err(std::fs::TryLockError::Error(error)) => Err(error).with_context(|| path.display().to_string()),
    }
}

/// What a month takes from the store.
struct Kept {
    /// What the month before left open.
    open: Vec<Open>,
    /// Who takes part by the register.
    held: Register,
}

/// Names a generation: everything the result depends on, and nothing else.
fn generation(
    config: &Config,
    month: Month,
    frameworks: &[Framework],
    files: &[Vec<SourceFile>],
    admission: &Admission,
    kept: &Kept,
) -> String {
    let mut text = format!(
        "{COMPUTED_BY}\n{month}\nskew {}\nfull feed {}\nvisible {}\ngap {}\nshrink {}\nunreadable {}\n",
        config.reference_skew_days_max,
        config.full_feed_share_percent_min,
        config.peers_min_visible,
        config.gap_seconds_max,
        config.admission.shrink_percent_max,
        config.admission.unreadable_percent_max
    );
    for entry in &config.treat_as_public {
        text.push_str(&format!("public {entry}\n"));
    }
    for asn in &config.route_servers {
        text.push_str(&format!("route server {asn}\n"));
    }
    for event in &kept.open {
        text.push_str(&format!("open {event:?}\n"));
    }
    for framework in frameworks {
        text.push_str(&format!("framework {framework}\n"));
    }
    text.push_str(&register::line(&kept.held));
    let mut sources: Vec<String> = Vec::new();
    for (source, files) in config.sources.iter().zip(files) {
        let mut line = format!(
            "source {:?} {:?} {:?} {:?} {:?} {}\n",
            source.kind, source.name, source.date, source.collector, source.authority, source.excerpt
        );
        if let Some(label) = &source.label {
            line.push_str(&format!("label {label:?}\n"));
        }
        if let Some(programme) = source.programme {
            line.push_str(&format!("programme {} {}\n", programme.id, programme.digest));
        }
        for file in files {
            line.push_str(&format!("file {} {}\n", file.name(), file.digest));
        }
        sources.push(line);
    }
    sources.extend(admission.lines().map(|line| line + "\n"));
    sources.sort();
    sources.iter().for_each(|s| text.push_str(s));
    hex(&Sha256::digest(text)[..16])
}

/// Digest of everything computed, in its fixed order: behind the routes, which `hash` has.
fn result_digest(mut hash: Sha256, publication: &store::Publication<'_>) -> Result<String> {
    let mut rows = |row: String| hash.update(row + "\n");
    for row in &publication.networks {
        rows(serde_json::to_string(row)?);
    }
    for row in publication.readiness.iter() {
        rows(serde_json::to_string(&row)?);
    }
    for row in &publication.aggregates {
        rows(serde_json::to_string(row)?);
    }
    for row in publication.events.iter() {
        rows(serde_json::to_string(&row)?);
    }
    for row in &publication.replays {
        rows(serde_json::to_string(row)?);
    }
    for row in &publication.opinions {
        rows(serde_json::to_string(row)?);
    }
    for row in &publication.incidents {
        rows(serde_json::to_string(row)?);
    }
    for row in &publication.participants {
        rows(serde_json::to_string(row)?);
    }
    for row in &publication.programmes {
        rows(serde_json::to_string(row)?);
    }
    rows(serde_json::to_string(&publication.roas.month)?);
    for row in &publication.roas.days {
        rows(serde_json::to_string(row)?);
    }
    for row in &publication.roas.networks {
        rows(serde_json::to_string(row)?);
    }
    for row in &publication.roas.changes {
        rows(serde_json::to_string(row)?);
    }
    Ok(hex(&hash.finalize()))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|b| format!("{b:02x}")).collect()
}

/// Why there is this revision, against the one before.
async fn reason(store: &Store, new: &PublicationRow) -> Result<String> {
    let Some((_, old)) = store.current(&new.month).await? else {
        return Ok("first publication of the month".to_owned());
    };
    Ok(if old.frameworks != new.frameworks {
        "frameworks changed"
    } else if old.result == new.result {
        "sources changed, results did not"
    } else {
        "sources or settings changed"
    }
    .to_owned())
}

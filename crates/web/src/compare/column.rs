//! The figures of one subject in one month under one framework.

use std::collections::BTreeMap;

use lake::{Bounds, Cut, Expansion};
use measure::aggregate::{Aggregate, Mean};
use measure::framework::{Framework, Pooling, ScoreKey};
use routing::{Asn, Region, Unknown, economy_name};
use store::{GradeCounts, GradeTally, ReadinessRow, Tally, Tallying, participant_area};

use super::subject::{At, Members, Subject};
use crate::Site;
use crate::edition::Chosen;
use crate::format::counted;
use crate::link::{Encoded, Link};
use crate::refusal::Refusal;
use crate::view::View;

/// How far an as-set is followed.
pub(crate) const AS_SET_BOUNDS: Bounds = Bounds { networks_max: 5_000, sets_max: 5_000, depth_max: 32 };

/// A subject with its figures.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) at: At,
    pub(crate) chosen: Chosen,
    pub(crate) title: String,
    /// Its page, where it has one.
    pub(crate) link: Option<Link>,
    /// What a reader must know of these figures.
    pub(crate) notes: Vec<String>,
    /// Why there are none at all.
    pub(crate) missing: Option<String>,
    pub(crate) tally: Tally,
    pub(crate) scores: Vec<ScoreFigure>,
    /// Of a group, its networks that the month knows, ascending.
    pub(crate) asns: Vec<u32>,
}

/// A score of a subject.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct ScoreFigure {
    pub(crate) key: String,
    pub(crate) score: Option<f64>,
    pub(crate) grade: Option<String>,
    /// Why there is none.
    pub(crate) unknown: Option<String>,
}

/// A group as a month knows it.
pub(crate) struct Group {
    /// Those of its networks that are in the month, ascending.
    pub(crate) asns: Vec<u32>,
    /// Those that are not.
    pub(crate) absent: Vec<Asn>,
    /// How it came about, of an as-set.
    pub(crate) expansion: Option<Expansion>,
}

impl Column {
    /// The figures of a subject; `view` holds the month and framework of the page.
    pub(crate) async fn of(site: &Site, view: &View, at: At) -> Result<Column, Refusal> {
        let mut view = view.clone();
        for (key, value) in [("month", &at.month), ("framework", &at.framework)] {
            if let Some(value) = value {
                view = view.with(key, value);
            }
        }
        let chosen = site.choose(&view).await.map_err(|refusal| refusal.naming(&at.to_string()))?;
        let (id, framework) = (chosen.edition.id, chosen.framework.id.clone());
        let mut column = Column {
            title: title(&chosen, &at.subject),
            link: None,
            notes: Vec::new(),
            missing: None,
            tally: Tally::default(),
            scores: Vec::new(),
            asns: Vec::new(),
            at,
            chosen,
        };
        let subject = column.at.subject.clone();
        match &subject {
            Subject::World => column.area(site, "world", "").await?,
            Subject::Economy(code) => column.area(site, "economy", code).await?,
            Subject::Region(slug) => column.area(site, "region", slug).await?,
            Subject::Programme(programme) => {
                let row = column.chosen.edition.programmes.iter();
                let row = row.clone().find(|row| row.programme == *programme && row.framework == framework);
                let rules = rules(site, &column.chosen)?;
                match (row, site.store.tally(id, &framework, "programme", programme).await?) {
                    (Some(row), Some(tally)) => {
                        column.scores =
                            row.scores.iter().map(|score| area_score(rules.as_ref(), score)).collect();
                        column.tally = tally;
                        column.link = (!programme.is_empty())
                            .then(|| column.chosen.link_to("/participants").with("programme", *programme));
                    }
                    _ => column.missing(format!(
                        "no list of its participants was used for {}",
                        column.chosen.edition.head.month
                    )),
                }
            }
            Subject::Participant(programme, participant) => {
                let row = column.chosen.edition.participants.iter();
                let row = row.clone().find(|row| row.programme == *programme && row.id == *participant);
                let area = participant_area(programme, participant);
                match (row.cloned(), site.store.tally(id, &framework, "participant", &area).await?) {
                    (Some(row), Some(tally)) => {
                        column.title = row.organisation.clone();
                        let path = format!("/participant/{programme}/{}", Encoded(participant));
                        column.link = Some(column.chosen.link_to(path));
                        column.scores =
                            row.scores.get(&framework).into_iter().flatten().map(participant_score).collect();
                        column.tally = tally;
                    }
                    _ => column.missing(format!(
                        "the lists used for {} know no such participant",
                        column.chosen.edition.head.month
                    )),
                }
            }
            Subject::Network(asn) => match site.store.network(id, asn.0).await? {
                Some(network) => {
                    column.title =
                        network.name.clone().map_or(asn.to_string(), |name| format!("{asn} {name}"));
                    column.link = Some(column.chosen.link_to(format!("/network/{asn}")));
                    column.networks(site, &[asn.0]).await?;
                }
                None => column
                    .missing(format!("{asn} is not in the data of {}", column.chosen.edition.head.month)),
            },
            Subject::Group(members) => {
                let group = Group::of(site, &column.chosen, members).await?;
                column.title = group_title(members, group.asns.len() + group.absent.len());
                column.link =
                    Some(column.chosen.link_to(format!("/group/{}", Encoded(&members.to_string()))));
                column.notes = group.notes(&column.chosen);
                match group.asns.is_empty() {
                    true => column.missing(format!(
                        "none of its networks is in the data of {}",
                        column.chosen.edition.head.month
                    )),
                    false => column.networks(site, &group.asns).await?,
                }
                column.asns = group.asns;
            }
        }
        Ok(column)
    }

    fn missing(&mut self, why: String) {
        self.missing = Some(why);
    }

    async fn area(&mut self, site: &Site, scope: &'static str, area: &str) -> Result<(), Refusal> {
        let (id, framework) = (self.chosen.edition.id, self.chosen.framework.id.clone());
        let row = {
            let areas = self.chosen.edition.areas(&site.store, &framework).await?;
            if scope == "world" { areas.world.clone() } else { areas.find(scope, area).cloned() }
        };
        let rules = rules(site, &self.chosen)?;
        let Some(row) = row else {
            self.missing(format!("no network of {} is registered there", self.chosen.edition.head.month));
            return Ok(());
        };
        if row.partial {
            self.notes.push(
                "partial: the delegation file of at least one registry is missing, so networks that announced nothing may be missing too"
                    .to_owned(),
            );
        }
        self.link = Some(self.chosen.link_to(if scope == "world" {
            "/".to_owned()
        } else {
            format!("/{scope}/{area}")
        }));
        let tally = site.store.tally(id, &framework, scope, area).await?.unwrap_or_default();
        let grades = row.scores.iter().map(grades_of).collect();
        // The area's own row stands above what is counted beside it.
        self.tally =
            Tally { networks: row.networks, routes: row.routes, events: row.events.clone(), grades, ..tally };
        self.scores = row.scores.iter().map(|score| area_score(rules.as_ref(), score)).collect();
        Ok(())
    }

    /// The figures of networks that the month knows.
    async fn networks(&mut self, site: &Site, asns: &[u32]) -> Result<(), Refusal> {
        let (id, framework) = (self.chosen.edition.id, self.chosen.framework.id.as_str());
        let networks = site.store.networks_among(id, asns).await?;
        let readiness = site.store.readiness_among(id, framework, asns).await?;
        let mut tallying = Tallying::default();
        let mut of = readiness.iter().peekable();
        for network in &networks {
            while of.peek().is_some_and(|row| row.asn < network.asn) {
                of.next();
            }
            tallying.add(network, of.peek().filter(|row| row.asn == network.asn).copied());
        }
        let events = site.store.events_caused(id, asns).await?;
        let incidents = site.store.incidents_answered(id, framework, asns).await?;
        self.tally = tallying.finish(events, incidents);
        let rules = rules(site, &self.chosen)?;
        self.scores = match &readiness[..] {
            [one] if asns.len() == 1 => one.scores.iter().map(network_score).collect(),
            many => pooled(rules.as_ref(), many, &self.tally.grades),
        };
        Ok(())
    }

    /// The figure of a score, or why there is none.
    pub(crate) fn score(&self, key: &str) -> Result<&ScoreFigure, String> {
        if let Some(why) = &self.missing {
            return Err(why.clone());
        }
        let figure = self.scores.iter().find(|figure| figure.key == key);
        let figure =
            figure.ok_or_else(|| format!("framework {} has no such score", self.chosen.framework.id))?;
        match &figure.unknown {
            Some(why) if figure.score.is_none() => Err(why.clone()),
            _ if figure.score.is_none() => Err("no data".to_owned()),
            _ => Ok(figure),
        }
    }
}

/// The rules a month was graded by: those shipped, or the file that its generation keeps.
pub(crate) fn rules(site: &Site, chosen: &Chosen) -> Result<Option<Framework>, Refusal> {
    match chosen.rules {
        Some(rules) => Ok(Some(rules.clone())),
        None => {
            let folder = site.lake.generation(&chosen.edition.head.generation);
            let kept = lake::framework(&folder, &chosen.framework.id)?;
            let kept = kept.and_then(|text| measure::framework::check(&text).ok());
            Ok(kept.filter(|rules| rules.digest == chosen.framework.digest))
        }
    }
}

fn title(chosen: &Chosen, subject: &Subject) -> String {
    match subject {
        Subject::World => "World".to_owned(),
        Subject::Economy(code) => economy_name(code).unwrap_or(code).to_owned(),
        Subject::Region(slug) => Region::with_slug(slug).map_or(*slug, |region| region.name).to_owned(),
        Subject::Programme("") => "Participants of all programmes".to_owned(),
        Subject::Programme(id) => {
            let programme = programme::shipped().iter().find(|programme| programme.id == *id);
            format!("Participants: {}", programme.map_or(*id, |programme| programme.title.as_str()))
        }
        Subject::Participant(programme, id) => {
            let rows = &chosen.edition.participants;
            let row = rows.iter().find(|row| row.programme == *programme && row.id == *id);
            row.map_or_else(|| format!("{programme}/{id}"), |row| row.organisation.clone())
        }
        Subject::Network(asn) => asn.to_string(),
        Subject::Group(members) => members.to_string(),
    }
}

/// What a group is called.
pub(crate) fn group_title(members: &Members, networks: usize) -> String {
    match members {
        Members::Set(name) => name.clone(),
        Members::List(asns) => {
            let named: Vec<String> = asns.iter().take(3).map(ToString::to_string).collect();
            let more = networks.saturating_sub(named.len());
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{}{rest}", named.join(", "))
        }
    }
}

fn grades_of(score: &GradeCounts) -> GradeTally {
    let GradeCounts { key, mean: _, ready, aspiring, lagging, no_data } = score;
    GradeTally { key: key.clone(), ready: *ready, aspiring: *aspiring, lagging: *lagging, no_data: *no_data }
}

fn grade(rules: Option<&Framework>, key: &str, score: Option<f64>) -> Option<String> {
    let key = ScoreKey::ALL.iter().find(|known| known.as_str() == key)?;
    Some(rules?.score(*key)?.grades.grade(score?).as_str().to_owned())
}

fn area_score(rules: Option<&Framework>, score: &GradeCounts) -> ScoreFigure {
    let none_of = || format!("none of {} has data", counted(score.no_data, "network", "networks"));
    ScoreFigure {
        key: score.key.clone(),
        score: score.mean,
        grade: grade(rules, &score.key, score.mean),
        unknown: score.mean.is_none().then(none_of),
    }
}

fn participant_score(score: &store::ParticipantScoreRow) -> ScoreFigure {
    ScoreFigure {
        key: score.key.clone(),
        score: score.score.filter(|_| score.published),
        grade: score.grade.clone().filter(|_| score.published),
        unknown: score.unknown.clone(),
    }
}

fn network_score(score: &store::ScoreRow) -> ScoreFigure {
    ScoreFigure {
        key: score.key.clone(),
        score: score.score,
        grade: score.grade.clone(),
        unknown: score.unknown.clone(),
    }
}

/// Scores of several networks as those of an area are pooled.
fn pooled(rules: Option<&Framework>, rows: &[ReadinessRow], grades: &[GradeTally]) -> Vec<ScoreFigure> {
    let of_key = |grades: &GradeTally| {
        let known = || {
            let scores = rows.iter().flat_map(|row| &row.scores).filter(|score| score.key == grades.key);
            scores.filter_map(|score| score.score)
        };
        let score = pool(rules, &grades.key, known());
        let none_of = || format!("none of {} has data", counted(grades.no_data, "network", "networks"));
        ScoreFigure {
            key: grades.key.clone(),
            score,
            grade: grade(rules, &grades.key, score),
            unknown: score.is_none().then(none_of),
        }
    };
    grades.iter().map(of_key).collect()
}

/// Pools scores by the rule of areas; by their mean where the framework's file is not at hand.
pub(crate) fn pool(rules: Option<&Framework>, key: &str, scores: impl Iterator<Item = f64>) -> Option<f64> {
    let known = ScoreKey::ALL.iter().find(|known| known.as_str() == key);
    let rule = rules.and_then(|rules| Some((rules.aggregation.area, rules.score(*known?)?)));
    match rule {
        Some((pooling, rule)) if pooling != Pooling::Mean => {
            let mut aggregate = Aggregate::new(pooling);
            scores.for_each(|score| aggregate.add(Ok::<f64, &Unknown>(score), &rule.grades));
            aggregate.score().ok()
        }
        _ => scores.collect::<Mean>().value(),
    }
}

impl Group {
    /// Finds the networks of a group in a month.
    pub(crate) async fn of(site: &Site, chosen: &Chosen, members: &Members) -> Result<Group, Refusal> {
        let (asns, expansion) = match members {
            Members::List(asns) => (asns.clone(), None),
            Members::Set(name) => {
                let expansion = expand(site, chosen, name).await?;
                (expansion.asns.clone(), Some(expansion))
            }
        };
        let directory = chosen.edition.directory(&site.store).await?;
        let (known, absent): (Vec<Asn>, Vec<Asn>) =
            asns.into_iter().partition(|asn| directory.index(asn.0).is_some());
        Ok(Group { asns: known.into_iter().map(|asn| asn.0).collect(), absent, expansion })
    }

    /// The numbers of all its networks, whether the month knows them or not.
    pub(crate) fn numbers(self) -> Vec<u32> {
        self.asns.into_iter().chain(self.absent.into_iter().map(|asn| asn.0)).collect()
    }

    /// What a reader must know of it.
    pub(crate) fn notes(&self, chosen: &Chosen) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.absent.is_empty() {
            notes.push(format!(
                "{} not in the data of {}: {}",
                counted(self.absent.len() as u64, "network", "networks"),
                chosen.edition.head.month,
                some(self.absent.iter().map(ToString::to_string))
            ));
        }
        let Some(expansion) = &self.expansion else { return notes };
        let mut registries: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, registry) in &expansion.followed {
            *registries.entry(registry).or_default() += 1;
        }
        let from: Vec<&str> = registries.into_keys().collect();
        notes.push(format!(
            "as-set as of {}: {} of {}, {} deep, name {}",
            chosen.edition.head.month,
            counted(expansion.followed.len() as u64, "object", "objects"),
            from.join(", "),
            counted(expansion.depth as u64, "level", "levels"),
            counted(expansion.asns.len() as u64, "network", "networks")
        ));
        if !expansion.unknown.is_empty() {
            notes.push(format!(
                "members that no registry used holds: {}",
                some(expansion.unknown.iter().cloned())
            ));
        }
        if !expansion.by_reference.is_empty() {
            notes.push(format!(
                "networks may name themselves members (mbrs-by-ref) of {}: those are not followed",
                some(expansion.by_reference.iter().cloned())
            ));
        }
        if expansion.unreadable > 0 {
            let members = counted(expansion.unreadable, "member is", "members are");
            notes.push(format!("{members} neither a network nor a set and left out"));
        }
        notes
    }
}

/// The first few, and how many more.
fn some(words: impl ExactSizeIterator<Item = String>) -> String {
    const NAMED_MAX: usize = 8;
    let more = words.len().saturating_sub(NAMED_MAX);
    let named: Vec<String> = words.take(NAMED_MAX).collect();
    format!("{}{}", named.join(", "), if more > 0 { format!(" and {more} more") } else { String::new() })
}

/// Follows an as-set of the month. Columns are decoded outside the threads that answer.
async fn expand(site: &Site, chosen: &Chosen, name: &str) -> Result<Expansion, Refusal> {
    let month = &chosen.edition.head.month;
    let folder = site.lake.generation(&chosen.edition.head.generation);
    let wanted = name.to_owned();
    let read = move || lake::expand_as_set(&folder, &wanted, AS_SET_BOUNDS);
    let Some(expansion) = tokio::task::spawn_blocking(read).await?? else {
        let advice = "Its routing registries held none, none was used, or it was computed before as-sets were kept: name the networks, as in /group/64500,64501.";
        return Err(Refusal::absent(
            format!("The publication of {month} keeps no as-sets"),
            vec![advice.to_owned()],
        ));
    };
    if expansion.followed.is_empty() {
        let advice = [
            format!(
                "No routing registry used for {month} holds an as-set of that name; the sources page shows which were used."
            ),
            "Another registry may hold it, or it may be in another month.".to_owned(),
        ];
        return Err(Refusal::absent(format!("There is no as-set `{name}` in {month}"), advice.to_vec()));
    }
    let Bounds { networks_max, sets_max, depth_max } = AS_SET_BOUNDS;
    let beyond = match expansion.cut {
        None => return Ok(expansion),
        Some(Cut::Networks) => format!("more than {networks_max} networks"),
        Some(Cut::Sets) => format!("more than {sets_max} sets"),
        Some(Cut::Depth) => format!("sets more than {depth_max} deep in one another"),
    };
    Err(Refusal::wrong(
        format!("`{name}` leads to {beyond}, and so far as-sets are not followed"),
        "Ask for one of the sets inside it, or for a list of networks.",
    ))
}

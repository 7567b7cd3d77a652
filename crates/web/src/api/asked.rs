//! A question, read: which month and framework, which rows, which fields, in which form.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::Query;
use axum::http::{HeaderMap, Uri};
use routing::{Asn, Prefix, Timestamp};
use store::Filter;

use super::answer::{Body, Form};
use super::cursor::{self, NoPlace};
use super::field::Resource;
use super::operation::Operation;
use super::parameter::{self, CURSOR, FIELDS, FRAMEWORK, LIMIT, LIMIT_DEFAULT, MONTH, Parameter, nearest};
use super::problem::{self, Problem};
use crate::Site;
use crate::compare::column::Group;
use crate::compare::subject::members;
use crate::edition::Chosen;
use crate::link::Link;

/// Values of the parameters of a query.
pub(crate) type Values = BTreeMap<&'static str, String>;

/// A question whose parameters are all in order.
pub(crate) struct Asked {
    pub(crate) site: Arc<Site>,
    pub(crate) chosen: Chosen,
    pub(crate) operation: &'static Operation,
    pub(crate) form: Form,
    /// What the path names, as written.
    pub(crate) named: String,
    pub(crate) limit: usize,
    /// Positions of the fields asked for.
    pub(crate) fields: Vec<usize>,
    /// The networks that the query lists, those of an as-set as of the month.
    culprits: Option<Vec<u32>>,
    values: Values,
    path: String,
}

/// What a row of a list is found by again.
pub(crate) type Key = String;

impl Asked {
    /// Reads a question.
    pub(crate) async fn read(
        site: Arc<Site>,
        operation: &'static Operation,
        suffix: Option<Form>,
        named: Option<String>,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Asked, Problem> {
        let values = values(operation, uri)?;
        let named = named.unwrap_or_default();
        if let Some(parameter) = operation.named {
            parameter.examine(&named)?;
        }
        let fields = fields(operation, values.get(FIELDS.name))?;
        let limit = values.get(LIMIT.name).and_then(|text| parameter::limit(text)).unwrap_or(LIMIT_DEFAULT);
        let form = Form::of(suffix, &super::accepted(headers), operation)?;
        let chosen = choose(&site, &values).await?;
        let culprits = match values.get(parameter::LIST.name).map(|text| members(text)) {
            Some(Ok(members)) => Some(Group::of(&site, &chosen, &members).await?.numbers()),
            _ => None,
        };
        let path = uri.path().to_owned();
        Ok(Asked { site, chosen, operation, form, named, limit, fields, culprits, values, path })
    }

    pub(crate) fn value(&self, parameter: &Parameter) -> Option<&str> {
        self.values.get(parameter.name).map(String::as_str)
    }

    /// The publication's key in the store.
    pub(crate) fn publication(&self) -> i64 {
        self.chosen.edition.id
    }

    pub(crate) fn framework(&self) -> &str {
        &self.chosen.framework.id
    }

    /// The rules of every framework of the month.
    pub(crate) fn rules(&self) -> Result<Vec<measure::framework::Framework>, Problem> {
        Ok(crate::counting::frameworks(&self.site, &self.chosen.edition)?)
    }

    pub(crate) fn month(&self) -> &str {
        &self.chosen.edition.head.month
    }

    /// One row more than is shown, to know whether there are more.
    pub(crate) fn limit_and_one(&self) -> i64 {
        self.limit as i64 + 1
    }

    /// The network the path names.
    pub(crate) fn asn(&self) -> Result<Asn, Problem> {
        parameter::asn(&self.named)
    }

    /// The network the path names, which must be in the month.
    pub(crate) async fn network(&self) -> Result<store::NetworkRow, Problem> {
        let asn = self.asn()?;
        let found = self.site.store.network(self.publication(), asn.0).await?;
        found.ok_or_else(|| {
            let month = self.month();
            let detail = format!(
                "{asn} is not in the data of {month}: no collector loaded showed a route of it, and no \
                 delegation file loaded lists it as allocated or assigned"
            );
            Problem::new(problem::UNKNOWN_NETWORK, detail)
        })
    }

    /// The prefix that path or query names.
    pub(crate) fn prefix(&self) -> Result<Prefix, Problem> {
        parameter::prefix(self.value(&parameter::PREFIX).unwrap_or(&self.named))
    }

    /// What incidents or events the query narrows to, as far as its list can be narrowed.
    pub(crate) fn filter(&self) -> Filter {
        let word = |parameter: &Parameter| self.value(parameter).map(str::to_owned);
        let moment = |parameter: &Parameter| self.value(parameter)?.parse::<Timestamp>().ok().map(|at| at.0);
        let network = self.value(&parameter::NETWORK);
        Filter {
            kinds: word(&parameter::KIND).into_iter().collect(),
            verdict: word(&parameter::VERDICT),
            reason: word(&parameter::REASON),
            culprit: network.and_then(|text| parameter::asn(text).ok()).map(|asn| asn.0),
            culprits: self.culprits.clone(),
            economy: word(&parameter::ECONOMY).map(|code| code.to_ascii_uppercase()),
            prefix: self.value(&parameter::ABOUT_PREFIX).and_then(|text| parameter::prefix(text).ok()),
            from: moment(&parameter::FROM),
            to: moment(&parameter::TO),
            ongoing: self.value(&parameter::ONGOING).is_some(),
            ..Filter::default()
        }
    }

    /// What this list is, whatever part of it is shown.
    fn list_name(&self) -> String {
        let filters = self.operation.required.iter().chain(self.operation.filters);
        let filters = filters.filter_map(|p| Some(format!("{}={}", p.name, self.values.get(p.name)?)));
        let filters: Vec<String> = filters.collect();
        [self.operation.id, &self.named, self.month(), self.framework(), &filters.join("&")].join("\n")
    }

    /// Key of the row that the rows asked for come after.
    pub(crate) fn after(&self) -> Result<Option<Key>, Problem> {
        let Some(text) = self.value(&CURSOR) else { return Ok(None) };
        let key = cursor::read(&self.list_name(), text).map_err(|why| {
            let (code, detail) = match why {
                NoPlace::Malformed => {
                    (problem::MALFORMED_CURSOR, "cursors are taken unchanged from links.next")
                }
                NoPlace::OfAnotherList => (
                    problem::UNKNOWN_CURSOR,
                    "it is of another list, month, framework or filter: begin again without a cursor",
                ),
            };
            Problem::new(code, detail).of(CURSOR.name)
        })?;
        Ok(Some(key))
    }

    /// A place in this list that its own cursor names and that cannot be read is of another version.
    pub(crate) fn lost(&self) -> Problem {
        Problem::new(
            problem::UNKNOWN_CURSOR,
            "the list has no such place any more: begin again without a cursor",
        )
        .of(CURSOR.name)
    }

    /// The first rows up to the limit; a row beyond it says that there are more.
    pub(crate) fn part<R: Resource>(&self, mut rows: Vec<R>, key: impl Fn(&R) -> Key) -> Body {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next = rows.last().filter(|_| more).map(key);
        self.part_before(&rows, next)
    }

    /// These rows, and the key behind which the list goes on.
    pub(crate) fn part_before<R: Resource>(&self, rows: &[R], next: Option<Key>) -> Body {
        let next =
            next.map(|key| self.link().with(CURSOR.name, cursor::write(&self.list_name(), &key)).to_string());
        Body { rows: rows.iter().map(Resource::values).collect(), next, links: Vec::new() }
    }

    /// The part asked for of a list that is read whole because it is short.
    pub(crate) fn part_of<R: Resource>(
        &self,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> Key,
    ) -> Result<Body, Problem> {
        if let Some(after) = self.after()? {
            let place = rows.iter().position(|row| key(row) == after).ok_or_else(|| self.lost())?;
            rows.drain(..=place);
        }
        Ok(self.part(rows, key))
    }

    /// One object.
    pub(crate) fn one<R: Resource>(&self, row: &R) -> Body {
        Body { rows: vec![row.values()], next: None, links: Vec::new() }
    }

    /// This question with month and framework spelled out, so that it stays what it is.
    pub(crate) fn link(&self) -> Link {
        let mut link = Link::to(&self.path);
        for parameter in self.operation.query() {
            link = link.with_some(parameter.name, self.values.get(parameter.name).map(String::as_str));
        }
        link.with(MONTH.name, self.month()).with(FRAMEWORK.name, self.framework())
    }

    /// Another question of the same month and framework.
    pub(crate) fn link_to(&self, path: String) -> String {
        Link::to(path).with(MONTH.name, self.month()).with(FRAMEWORK.name, self.framework()).to_string()
    }
}

/// The parameters of a query, each known, given once and fit.
fn values(operation: &Operation, uri: &Uri) -> Result<Values, Problem> {
    let pairs: Query<Vec<(String, String)>> = Query::try_from_uri(uri)
        .map_err(|error| Problem::new(problem::MALFORMED_QUERY, error.to_string()))?;
    let known = operation.query();
    let mut values = Values::new();
    for (name, value) in pairs.0 {
        let Some(parameter) = known.iter().find(|parameter| parameter.name == name) else {
            let names = || known.iter().map(|parameter| parameter.name);
            let detail = match nearest(&name, names()) {
                Some(meant) => format!("there is no parameter `{name}` here: did you mean `{meant}`?"),
                None => format!("there is no parameter `{name}` here"),
            };
            return Err(Problem::new(problem::UNKNOWN_PARAMETER, detail)
                .of(&name)
                .suggest(nearest(&name, names()))
                .allowing(names()));
        };
        parameter.examine(&value)?;
        if values.insert(parameter.name, value).is_some() {
            let detail = format!("`{name}` may be given once");
            return Err(Problem::new(problem::REPEATED_PARAMETER, detail).of(&name));
        }
    }
    match operation.required.filter(|parameter| !values.contains_key(parameter.name)) {
        Some(missing) => {
            let detail =
                format!("`{}` must be given, such as {}={}", missing.name, missing.name, missing.example);
            Err(Problem::new(problem::MISSING_PARAMETER, detail).of(missing.name))
        }
        None => Ok(values),
    }
}

/// Positions of the fields asked for, in the order of the resource.
fn fields(operation: &Operation, text: Option<&String>) -> Result<Vec<usize>, Problem> {
    let known = operation.fields();
    let Some(text) = text else { return Ok((0..known.len()).collect()) };
    let mut positions = Vec::new();
    for name in text.split(',') {
        let Some(position) = known.iter().position(|field| *field == name) else {
            let suggestion = nearest(name, known.iter().copied());
            let detail = match suggestion {
                Some(meant) => format!("there is no field `{name}` here: did you mean `{meant}`?"),
                None => format!("there is no field `{name}` here"),
            };
            let problem = Problem::new(problem::UNKNOWN_FIELD, detail).of(FIELDS.name);
            return Err(problem.suggest(suggestion).allowing(known));
        };
        positions.push(position);
    }
    positions.sort_unstable();
    positions.dedup();
    Ok(positions)
}

/// The publication of the month asked for, under the framework asked for.
pub(crate) async fn choose(site: &Site, values: &Values) -> Result<Chosen, Problem> {
    let months = site.store.months().await?;
    let Some(latest) = months.first() else {
        let detail = "a month appears here as soon as it has been computed and published";
        return Err(Problem::new(problem::NOTHING_PUBLISHED, detail));
    };
    let month = values.get(MONTH.name).unwrap_or(latest);
    let Some((id, head)) = site.store.current(month).await? else {
        let detail = format!("there is no publication of {month}");
        return Err(Problem::new(problem::UNKNOWN_MONTH, detail).of(MONTH.name).allowing(months));
    };
    let edition = site.editions.get(&site.store, id, head).await?;
    let graded = &edition.head.frameworks;
    let framework = match values.get(FRAMEWORK.name) {
        Some(id) => graded.iter().find(|framework| framework.id == *id),
        None => graded.first(),
    };
    let Some(framework) = framework.cloned() else {
        let detail = format!("{} was not graded by it", edition.head.month);
        let ids: Vec<&str> = graded.iter().map(|framework| framework.id.as_str()).collect();
        return Err(Problem::new(problem::UNKNOWN_FRAMEWORK, detail).of(FRAMEWORK.name).allowing(ids));
    };
    Ok(Chosen {
        rules: crate::edition::rules_of(&framework),
        edition,
        framework,
        months,
        link: Link::to("/"),
    })
}

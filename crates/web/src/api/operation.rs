//! The questions there are. Router, document and interactive documentation are made from this one table.

mod about;
mod areas;
mod incidents;
mod networks;
mod programmes;
mod routing;

use std::pin::Pin;

use super::answer::Body;
use super::asked::Asked;
use super::field::{Item, Resource};
use super::parameter::{self, FIELDS, FRAMEWORK, GRADE_PARAMETERS, LIMIT, MONTH, Parameter};
use super::problem::Problem;

/// How a question is answered.
pub(crate) type Run = fn(Asked) -> Pin<Box<dyn Future<Output = Result<(Asked, Body), Problem>> + Send>>;

/// How a bundle is put together: its text.
pub(crate) type Bundled = fn(Asked) -> Pin<Box<dyn Future<Output = Result<String, Problem>> + Send>>;

/// What an answer is.
#[derive(Clone, Copy)]
pub(crate) enum Answers {
    /// Rows, part by part; as JSON, CSV and NDJSON.
    List(fn() -> Item, Run),
    /// One object.
    Object(fn() -> Item, Run),
    /// Incidents as a STIX 2.1 bundle.
    Bundle(Bundled),
    /// The OpenAPI document.
    Document,
    /// The interactive documentation.
    Page,
}

/// One question.
pub(crate) struct Operation {
    /// `operationId` of the document.
    pub(crate) id: &'static str,
    pub(crate) path: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) about: &'static str,
    /// What the path names.
    pub(crate) named: Option<Parameter>,
    /// What must be given in the query.
    pub(crate) required: Option<Parameter>,
    /// What the answer can be narrowed by.
    pub(crate) filters: &'static [Parameter],
    pub(crate) answers: Answers,
}

impl Operation {
    /// Every parameter of the query, required ones first.
    pub(crate) fn query(&self) -> Vec<Parameter> {
        let general: &[Parameter] = match self.answers {
            Answers::List(..) => &[MONTH, FRAMEWORK, FIELDS, LIMIT, parameter::CURSOR],
            Answers::Object(..) => &[MONTH, FRAMEWORK, FIELDS],
            Answers::Bundle(_) => &[MONTH],
            Answers::Document | Answers::Page => &[],
        };
        self.required.iter().chain(self.filters).chain(general).copied().collect()
    }

    /// The rows or the object it answers with.
    pub(crate) fn item(&self) -> Option<Item> {
        match self.answers {
            Answers::List(item, _) | Answers::Object(item, _) => Some(item()),
            Answers::Bundle(_) | Answers::Document | Answers::Page => None,
        }
    }

    /// Names of the fields of its answer.
    pub(crate) fn fields(&self) -> Vec<&'static str> {
        self.item().map(|item| item.shapes.iter().map(|shape| shape.name).collect()).unwrap_or_default()
    }
}

const GRADES: [Parameter; 5] = {
    let mut out = [MONTH; 5];
    let mut i = 0;
    while i < out.len() {
        out[i] = GRADE_PARAMETERS[i].1;
        i += 1;
    }
    out
};

const NETWORK_FILTERS: &[Parameter] =
    &[parameter::ECONOMY, parameter::REGION, GRADES[0], GRADES[1], GRADES[2], GRADES[3], GRADES[4]];

const EVENT_FILTERS: &[Parameter] = &[
    parameter::KIND,
    parameter::VERDICT,
    parameter::REASON,
    parameter::FROM,
    parameter::TO,
    parameter::NETWORK,
    parameter::LIST,
    parameter::ECONOMY,
    parameter::ABOUT_PREFIX,
    parameter::ONGOING,
];

const INCIDENT_FILTERS: &[Parameter] = &[
    parameter::KIND,
    parameter::METRIC,
    parameter::VERDICT,
    parameter::REASON,
    parameter::FROM,
    parameter::TO,
    parameter::NETWORK,
    parameter::LIST,
    parameter::ECONOMY,
    parameter::ABOUT_PREFIX,
    parameter::ONGOING,
];

/// What a bundle is narrowed by: it holds incidents alone.
const BUNDLE_FILTERS: &[Parameter] = &[
    parameter::KIND,
    parameter::REASON,
    parameter::FROM,
    parameter::TO,
    parameter::NETWORK,
    parameter::LIST,
    parameter::ECONOMY,
    parameter::ABOUT_PREFIX,
    parameter::ONGOING,
];

/// A list without parameters of its own.
pub(crate) const fn list<R: Resource>(
    id: &'static str,
    path: &'static str,
    [summary, about]: [&'static str; 2],
    run: Run,
) -> Operation {
    let answers = Answers::List(R::item, run);
    Operation { id, path, summary, about, named: None, required: None, filters: &[], answers }
}

/// An object without parameters of its own.
const fn object<R: Resource>(
    id: &'static str,
    path: &'static str,
    [summary, about]: [&'static str; 2],
    run: Run,
) -> Operation {
    let answers = Answers::Object(R::item, run);
    Operation { id, path, summary, about, named: None, required: None, filters: &[], answers }
}

/// With what its path names.
pub(crate) const fn of(parameter: Parameter, operation: Operation) -> Operation {
    Operation { named: Some(parameter), ..operation }
}

/// Every question, in the order of the documentation.
pub(crate) fn operations() -> impl DoubleEndedIterator<Item = &'static Operation> + Clone {
    [
        &networks::OPERATIONS[..],
        &routing::OPERATIONS,
        &areas::OPERATIONS,
        &incidents::OPERATIONS,
        &programmes::OPERATIONS,
        &about::OPERATIONS,
    ]
    .into_iter()
    .flatten()
}

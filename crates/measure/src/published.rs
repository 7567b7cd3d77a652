//! Values from given events alone: what the original calculator published per network and month, with the
//! events behind each value as input.

use routing::{Month, Span, Timestamp, Unknown};
use serde::{Deserialize, Serialize};

use crate::framework::Framework;
use crate::metric::Metric;
use crate::raw::Weight;
use crate::{Measured, Value, incidents, m6_policy, m7_irr, m8_contact};

/// One network's month as published: the data behind each value. Other fields are passed over, so that a
/// published line can be read as it is. A list that is absent or null was not measured; an empty one is none.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct GivenMonth {
    /// The network's number.
    pub asn: u32,
    /// `2018-05`
    pub month: String,
    /// Route leaks, culprit.
    pub m1_data: Option<Vec<GivenEvent>>,
    /// Route leaks, accomplice.
    pub m1c_data: Option<Vec<GivenEvent>>,
    /// Misoriginations, culprit.
    pub m2_data: Option<Vec<GivenEvent>>,
    /// Misoriginations, accomplice.
    pub m2c_data: Option<Vec<GivenEvent>>,
    /// Bogon prefixes.
    pub m3_data: Option<Vec<GivenEvent>>,
    /// Routing policy.
    pub m6_data: Option<GivenPolicy>,
    /// Registered routes.
    pub m7irr_data: Option<GivenRoutes>,
    /// Contact.
    pub m8_data: Option<GivenContact>,
}

/// An event behind a value.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct GivenEvent {
    /// First second, UTC.
    pub start_time: String,
    /// First second no longer, UTC; absent or null while the event is open: it is closed with the month.
    pub end_time: Option<String>,
    /// 0 to 1.
    pub weight: f64,
}

/// What is behind M6; null = not known.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct GivenPolicy {
    /// At least one import.
    pub has_imports: Option<bool>,
    /// At least one export.
    pub has_exports: Option<bool>,
}

/// What is behind M7IRR; null = not known.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct GivenRoutes {
    /// Announced routes.
    pub total_routes_num: Option<u64>,
    /// How many of them are not registered; where absent, the list says it.
    pub unregistered_routes_num: Option<u64>,
    /// Those not registered.
    pub unregistered_routes: Option<Vec<String>>,
}

/// What is behind M8; null = not known.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct GivenContact {
    /// A contact is registered.
    pub has_contact_info: Option<bool>,
}

/// The values of one network and month, as published; null = not known, or not used in the framework.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PublishedMonth {
    /// The network's number.
    pub asn: u32,
    /// `2018-05`
    pub month: String,
    /// Weighted incidents.
    pub m1: Option<f64>,
    /// Weighted incidents.
    pub m1c: Option<f64>,
    /// Weighted incidents.
    pub m2: Option<f64>,
    /// Weighted incidents.
    pub m2c: Option<f64>,
    /// Weighted incidents.
    pub m3: Option<f64>,
    /// Import and export are stated.
    pub m6: Option<bool>,
    /// Share of routes registered, 0 to 1.
    pub m7irr: Option<f64>,
    /// A contact is registered.
    pub m8: Option<bool>,
}

/// What is wrong with given data, and in which field.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GivenError {
    /// The month.
    #[error("`month`: {0}")]
    Month(routing::TimeError),
    /// A time that is none.
    #[error("`{list}[{index}].{field}`: {error}")]
    Time {
        /// The list, `m1_data`.
        list: &'static str,
        /// The event in it, from 0.
        index: usize,
        /// The field of the event.
        field: &'static str,
        /// What is wrong.
        error: routing::TimeError,
    },
    /// An event that ends before it starts.
    #[error("`{list}[{index}]`: the event ends at {end}, before it starts at {start}")]
    Backwards {
        /// The list.
        list: &'static str,
        /// The event in it, from 0.
        index: usize,
        /// Its start.
        start: Timestamp,
        /// Its end.
        end: Timestamp,
    },
    /// A weight that is none.
    #[error("`{list}[{index}].weight` is {weight}: allowed is 0 to 1 with at most six decimals")]
    Weight {
        /// The list.
        list: &'static str,
        /// The event in it, from 0.
        index: usize,
        /// The weight, as text.
        weight: String,
    },
}

/// Computes the values of one network and month.
pub fn measure(framework: &Framework, given: &GivenMonth) -> Result<PublishedMonth, GivenError> {
    let month: Month = given.month.parse().map_err(GivenError::Month)?;
    let incidents = |metric, list, events: &Option<Vec<GivenEvent>>| -> Result<Option<f64>, GivenError> {
        let events = events.as_ref().map(|events| spans(list, events, month.span())).transpose()?;
        let events = events.as_deref().ok_or_else(not_given);
        Ok(number(incidents::measure(framework, metric, month.span(), events)))
    };
    Ok(PublishedMonth {
        asn: given.asn,
        month: month.to_string(),
        m1: incidents(Metric::M1, "m1_data", &given.m1_data)?,
        m1c: incidents(Metric::M1C, "m1c_data", &given.m1c_data)?,
        m2: incidents(Metric::M2, "m2_data", &given.m2_data)?,
        m2c: incidents(Metric::M2C, "m2c_data", &given.m2c_data)?,
        m3: incidents(Metric::M3, "m3_data", &given.m3_data)?,
        m6: given.m6_data.as_ref().and_then(|policy| flag(policy_stated(framework, policy))),
        m7irr: given.m7irr_data.as_ref().and_then(|routes| number(routes_registered(framework, routes))),
        m8: given.m8_data.as_ref().and_then(|contact| {
            flag(m8_contact::measure(framework, contact.has_contact_info.ok_or_else(not_given)))
        }),
    })
}

fn not_given() -> Unknown {
    Unknown::because("not given")
}

fn number(value: Measured) -> Option<f64> {
    value.ok().map(Value::to_f64)
}

fn flag(value: Measured) -> Option<bool> {
    match value {
        Ok(Value::Flag(flag)) => Some(flag),
        _ => None,
    }
}

fn policy_stated(framework: &Framework, policy: &GivenPolicy) -> Measured {
    m6_policy::measure(
        framework,
        m6_policy::Policy {
            has_imports: policy.has_imports.ok_or_else(not_given),
            has_exports: policy.has_exports.ok_or_else(not_given),
        },
    )
}

fn routes_registered(framework: &Framework, routes: &GivenRoutes) -> Measured {
    let rule = framework.irr.as_ref().ok_or_else(|| incidents::not_used(framework, Metric::M7Irr))?;
    let listed = routes.unregistered_routes.as_ref().map(|routes| routes.len() as u64);
    let total = routes.total_routes_num.ok_or_else(not_given)?;
    let unregistered = routes.unregistered_routes_num.or(listed).ok_or_else(not_given)?;
    m7_irr::share(rule, total, unregistered).map(Value::Share)
}

fn spans(list: &'static str, events: &[GivenEvent], month: Span) -> Result<Vec<(Weight, Span)>, GivenError> {
    let span = |(index, event): (usize, &GivenEvent)| {
        let time = |field, text: &str| -> Result<Timestamp, GivenError> {
            text.parse().map_err(|error| GivenError::Time { list, index, field, error })
        };
        let start = time("start_time", &event.start_time)?;
        let end = match &event.end_time {
            Some(text) => time("end_time", text)?,
            None => month.end.max(start),
        };
        if end < start {
            return Err(GivenError::Backwards { list, index, start, end });
        }
        let weight = Weight::from_f64(event.weight).ok_or_else(|| GivenError::Weight {
            list,
            index,
            weight: event.weight.to_string(),
        })?;
        Ok((weight, Span { start, end }))
    };
    events.iter().enumerate().map(span).collect()
}

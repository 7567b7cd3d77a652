//! Autonomous system provider authorisations (draft-ietf-sidrops-aspa-profile).

use std::collections::BTreeMap;
use std::io::BufRead;

use routing::{Asn, FaultCounts, FaultKind, Timestamp};
use serde_json::Value;

use crate::fault;
use crate::json::{self, Take, walk};
use crate::parsed::{Parsed, ReadError, Tally};

mod verification;

pub use verification::{AspaState, AspaVerdict, AttestedHop, PathFault, Received};

const EXPECTED: &str = "a list of ASPAs";

/// The providers a customer names; AS0 alone says that it has none.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Aspa {
    /// The network that speaks.
    pub customer: Asn,
    /// Its providers, ascending, each once, at least one.
    pub providers: Vec<Asn>,
}

/// Whether the hop from a customer to a provider is attested
/// (draft-ietf-sidrops-aspa-verification-28 §5, FRAMEWORK §6).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Authorisation {
    /// The customer has no ASPA.
    NoAttestation,
    /// The customer names this provider (*Provider+*).
    Provider,
    /// The customer has an ASPA, and not this provider in it (*Not Provider+*).
    NotProvider,
}

/// ASPAs ready for questions: those of one customer united.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AspaTable {
    aspas: BTreeMap<Asn, Vec<Asn>>,
}

impl AspaTable {
    /// Unites the ASPAs of each customer; their order does not matter.
    pub fn new(aspas: impl IntoIterator<Item = Aspa>) -> AspaTable {
        let mut table = BTreeMap::<Asn, Vec<Asn>>::new();
        for aspa in aspas {
            table.entry(aspa.customer).or_default().extend(aspa.providers);
        }
        for providers in table.values_mut() {
            providers.sort_unstable();
            providers.dedup();
        }
        AspaTable { aspas: table }
    }

    /// Does `customer` attest that `provider` is its provider?
    pub fn authorised(&self, customer: Asn, provider: Asn) -> Authorisation {
        match self.aspas.get(&customer) {
            None => Authorisation::NoAttestation,
            Some(providers) if provider != Asn::ZERO && providers.binary_search(&provider).is_ok() => {
                Authorisation::Provider
            }
            Some(_) => Authorisation::NotProvider,
        }
    }

    /// The providers a customer names, ascending; `None` without an ASPA.
    pub fn providers(&self, customer: Asn) -> Option<&[Asn]> {
        self.aspas.get(&customer).map(Vec::as_slice)
    }

    /// Customers with an ASPA.
    pub fn len(&self) -> usize {
        self.aspas.len()
    }

    /// True when no customer has one.
    pub fn is_empty(&self) -> bool {
        self.aspas.is_empty()
    }
}

const WANTED: &[(&str, Take)] = &[
    ("metadata", Take::Whole),
    ("slurmVersion", Take::Whole),
    ("aspas", Take::Each),
    ("provider_authorizations", Take::Inside),
    ("ipv4", Take::Each),
    ("ipv6", Take::Each),
    ("locallyAddedAssertions", Take::Inside),
    ("aspaAssertions", Take::Each),
];

/// Reads ASPAs from routinator's and rpki-client's JSON and from SLURM assertions.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when it is none of these.
pub fn parse(input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Vec<Aspa>>, ReadError> {
    let (mut aspas, mut stated, mut tally) = (Vec::new(), None, Tally::default());
    let end = walk(input, 1, WANTED, &mut |piece| match piece.member {
        "metadata" => {
            stated = ["generatedTime", "buildtime"]
                .iter()
                .find_map(|name| piece.value.get(name)?.as_str()?.parse::<Timestamp>().ok());
        }
        "slurmVersion" => {}
        _ => match element(&piece.value) {
            Ok(aspa) => {
                tally.accepted += 1;
                aspas.push(aspa);
            }
            Err((kind, detail)) => {
                tally.refuse(&detail);
                fault::push(faults, kind, piece.line, &detail);
            }
        },
    })?;
    let complete = end.report(faults, &mut tally);
    tally.check(EXPECTED)?;
    let format = match (end.has("slurmVersion"), end.has("aspas") || end.has("metadata")) {
        (true, _) => "slurm",
        (false, true) => "json",
        (false, false) => {
            return Err(ReadError::NotThisFormat {
                expected: EXPECTED,
                found: "JSON without `aspas`".into(),
            });
        }
    };
    Ok(Parsed { records: tally.accepted, content: aspas, stated, format, complete })
}

/// One element: `customer`/`providers` (routinator), `customer_asid` (rpki-client), `customerAsn`/
/// `providerAsns` or `customerAsid`/`providerSet` (SLURM drafts).
pub(crate) fn element(value: &Value) -> Result<Aspa, (FaultKind, String)> {
    let shown = || value.to_string().chars().take(80).collect::<String>();
    let member = |names: &[&str]| names.iter().find_map(|name| value.get(name));
    let customer = member(&["customer", "customer_asid", "customerAsn", "customerAsid"])
        .and_then(json::asn)
        .ok_or_else(|| (fault::JSON_ELEMENT, shown()))?;
    let list = member(&["providers", "providerAsns", "providerAsids", "providerSet"])
        .and_then(Value::as_array)
        .ok_or_else(|| (fault::JSON_ELEMENT, shown()))?;
    let mut providers =
        list.iter().map(json::asn).collect::<Option<Vec<_>>>().ok_or_else(|| (fault::BAD_ASN, shown()))?;
    if providers.is_empty() {
        return Err((fault::EMPTY_PROVIDERS, shown()));
    }
    providers.sort_unstable();
    providers.dedup();
    Ok(Aspa { customer, providers })
}

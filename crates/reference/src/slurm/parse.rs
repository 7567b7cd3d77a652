use std::io::{BufRead, Read};

use routing::{Asn, Prefix};
use serde_json::{Map, Value};

use super::{PrefixFilter, Slurm};
use crate::aspa::{self, Aspa};
use crate::json::asn;
use crate::vrp::{TrustAnchor, Vrp};

/// Largest file read, in bytes.
const FILE_BYTES_MAX: u64 = 32 << 20;

/// Why a SLURM file is refused as a whole: RFC 8416 §3.1 makes every deviation an error.
#[derive(Debug, thiserror::Error)]
pub enum SlurmError {
    /// The stream below gave an error.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Longer than any file of local exceptions.
    #[error("a SLURM file is at most {} MiB", FILE_BYTES_MAX >> 20)]
    TooLarge,
    /// Not JSON; names line and column.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A version this reader does not know.
    #[error("`slurmVersion` is {0}: versions 1 (RFC 8416) and 2 are known")]
    Version(String),
    /// A member is missing.
    #[error("{place}: `{member}` is missing")]
    Missing {
        /// Where, e.g. `prefixFilters[2]`.
        place: String,
        /// The member.
        member: &'static str,
    },
    /// A member that RFC 8416 does not define.
    #[error("{place}: `{member}` is not defined for SLURM version {version}")]
    Unknown {
        /// Where.
        place: String,
        /// The member.
        member: String,
        /// The file's version.
        version: u8,
    },
    /// A value of the wrong type or out of range.
    #[error("{place}: `{member}` is {value}: {why}")]
    Value {
        /// Where.
        place: String,
        /// The member.
        member: &'static str,
        /// What stands there.
        value: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// Reads a SLURM file of version 1 or 2.
///
/// # Errors
/// Any deviation from the format; nothing of such a file is used.
pub fn parse(input: impl BufRead) -> Result<Slurm, SlurmError> {
    let mut text = Vec::new();
    if input.take(FILE_BYTES_MAX + 1).read_to_end(&mut text)? as u64 > FILE_BYTES_MAX {
        return Err(SlurmError::TooLarge);
    }
    let document: Value = serde_json::from_slice(&text)?;
    let top = object(&document, "the file", "file")?;
    let version = match top.get("slurmVersion").and_then(Value::as_u64) {
        Some(v @ (1 | 2)) => v as u8,
        _ => return Err(SlurmError::Version(top.get("slurmVersion").map_or("missing".into(), shown))),
    };
    let reader = Reader { version };
    reader.only(top, "the file", &["slurmVersion", "validationOutputFilters", "locallyAddedAssertions"])?;
    let filters =
        object(member(top, "the file", "validationOutputFilters")?, "the file", "validationOutputFilters")?;
    let assertions =
        object(member(top, "the file", "locallyAddedAssertions")?, "the file", "locallyAddedAssertions")?;
    let mut slurm = Slurm { version, ..Slurm::default() };
    let lists = |names: &[&'static str]| names[..if version == 1 { 2 } else { 3 }].to_vec();
    reader.only(
        filters,
        "validationOutputFilters",
        &lists(&["prefixFilters", "bgpsecFilters", "aspaFilters"]),
    )?;
    reader.only(
        assertions,
        "locallyAddedAssertions",
        &lists(&["prefixAssertions", "bgpsecAssertions", "aspaAssertions"]),
    )?;
    reader.each(filters, "prefixFilters", |p, o| {
        slurm.prefix_filters.push(reader.prefix_filter(p, o)?);
        Ok(())
    })?;
    reader.each(filters, "bgpsecFilters", |p, o| {
        slurm.bgpsec_entries += 1;
        reader.only(o, p, &["asn", "SKI", "comment"])
    })?;
    reader.each(assertions, "prefixAssertions", |p, o| {
        slurm.prefix_assertions.push(reader.vrp(p, o)?);
        Ok(())
    })?;
    reader.each(assertions, "bgpsecAssertions", |p, o| {
        slurm.bgpsec_entries += 1;
        reader.only(o, p, &["asn", "SKI", "routerPublicKey", "comment"])
    })?;
    if version == 2 {
        reader.each(filters, "aspaFilters", |p, o| {
            reader.only(o, p, &["customerAsn", "customerAsid", "comment"])?;
            let name = if o.contains_key("customerAsid") { "customerAsid" } else { "customerAsn" };
            slurm.aspa_filters.push(read_asn(o, p, name)?);
            Ok(())
        })?;
        reader.each(assertions, "aspaAssertions", |p, o| {
            slurm.aspa_assertions.push(reader.aspa(p, o)?);
            Ok(())
        })?;
    }
    Ok(slurm)
}

struct Reader {
    version: u8,
}

type Object = Map<String, Value>;

impl Reader {
    fn only(&self, object: &Object, place: &str, known: &[&str]) -> Result<(), SlurmError> {
        match object.keys().find(|k| !known.contains(&k.as_str())) {
            None => Ok(()),
            Some(k) => Err(SlurmError::Unknown {
                place: place.to_owned(),
                member: k.chars().take(60).collect(),
                version: self.version,
            }),
        }
    }

    fn each<'a>(
        &self,
        parent: &'a Object,
        list: &'static str,
        mut f: impl FnMut(&str, &'a Object) -> Result<(), SlurmError>,
    ) -> Result<(), SlurmError> {
        let value = member(parent, "the file", list)?;
        let elements = value.as_array().ok_or_else(|| wrong("the file", list, value, "it must be a list"))?;
        for (i, element) in elements.iter().enumerate() {
            let place = format!("{list}[{i}]");
            let entry =
                element.as_object().ok_or_else(|| wrong(&place, list, element, "it must be an object"))?;
            if let Some(comment) = entry.get("comment").filter(|c| !c.is_string()) {
                return Err(wrong(&place, "comment", comment, "it must be a text"));
            }
            f(&place, entry)?;
        }
        Ok(())
    }

    fn prefix_filter(&self, place: &str, object: &Object) -> Result<PrefixFilter, SlurmError> {
        self.only(object, place, &["prefix", "asn", "comment"])?;
        let has = |name| object.contains_key(name);
        let prefix = has("prefix").then(|| read_prefix(object, place)).transpose()?;
        let asn = has("asn").then(|| read_asn(object, place, "asn")).transpose()?;
        if prefix.is_none() && asn.is_none() {
            return Err(SlurmError::Missing { place: place.to_owned(), member: "prefix or asn" });
        }
        Ok(PrefixFilter { prefix, asn })
    }

    fn vrp(&self, place: &str, object: &Object) -> Result<Vrp, SlurmError> {
        self.only(object, place, &["prefix", "asn", "maxPrefixLength", "comment"])?;
        let prefix = read_prefix(object, place)?;
        let max_length = match object.get("maxPrefixLength") {
            None => prefix.len(),
            Some(value) => value
                .as_u64()
                .and_then(|n| u8::try_from(n).ok())
                .filter(|n| (prefix.len()..=prefix.family().bits()).contains(n))
                .ok_or_else(|| {
                    let why = "it lies between the prefix's length and the family's";
                    wrong(place, "maxPrefixLength", value, why)
                })?,
        };
        Ok(Vrp { prefix, max_length, asn: read_asn(object, place, "asn")?, trust_anchor: TrustAnchor::Other })
    }

    fn aspa(&self, place: &str, object: &Object) -> Result<Aspa, SlurmError> {
        let known =
            ["customerAsn", "customerAsid", "providerAsns", "providerAsids", "providerSet", "comment"];
        self.only(object, place, &known)?;
        aspa::element(&Value::Object(object.clone())).map_err(|(kind, _)| SlurmError::Value {
            place: place.to_owned(),
            member: "aspaAssertions",
            value: shown(&Value::Object(object.clone())),
            why: kind.meaning,
        })
    }
}

fn member<'a>(parent: &'a Object, place: &str, name: &'static str) -> Result<&'a Value, SlurmError> {
    parent.get(name).ok_or_else(|| SlurmError::Missing { place: place.to_owned(), member: name })
}

fn object<'a>(value: &'a Value, place: &str, name: &'static str) -> Result<&'a Object, SlurmError> {
    value.as_object().ok_or_else(|| wrong(place, name, value, "it must be an object"))
}

fn wrong(place: &str, member: &'static str, value: &Value, why: &'static str) -> SlurmError {
    SlurmError::Value { place: place.to_owned(), member, value: shown(value), why }
}

fn shown(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}

/// SLURM writes ASNs as numbers (RFC 8416 §3.3.1).
fn read_asn(object: &Object, place: &str, name: &'static str) -> Result<Asn, SlurmError> {
    let value = member(object, place, name)?;
    if value.is_string() {
        return Err(wrong(place, name, value, "an AS number is a JSON number here"));
    }
    asn(value).ok_or_else(|| wrong(place, name, value, "an AS number is between 0 and 4294967295"))
}

fn read_prefix(object: &Object, place: &str) -> Result<Prefix, SlurmError> {
    let value = member(object, place, "prefix")?;
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| wrong(place, "prefix", value, "it must be a prefix without host bits"))
}

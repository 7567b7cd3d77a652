//! The set that is held of a cache, and the file it is kept as.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use routing::{Asn, Prefix};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::pdu::{Violation, code};

/// A VRP as RTR has it: without a trust anchor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Vrp {
    /// The prefix.
    pub prefix: Prefix,
    /// Longest length allowed.
    pub max_length: u8,
    /// The origin.
    pub asn: Asn,
}

/// For which routes an ASPA is meant: before version 13 of the draft each family had its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Families {
    /// All.
    Both,
    /// IPv4, in the older form.
    Ipv4,
    /// IPv6, in the older form.
    Ipv6,
}

/// VRPs and ASPAs, each once.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Set {
    vrps: BTreeSet<Vrp>,
    aspas: BTreeMap<(Families, Asn), Vec<Asn>>,
    /// Providers of all ASPAs.
    providers: u64,
}

impl Set {
    /// VRPs.
    pub fn vrps(&self) -> u64 {
        self.vrps.len() as u64
    }

    /// ASPAs.
    pub fn aspas(&self) -> u64 {
        self.aspas.len() as u64
    }

    /// What there is to keep: VRPs, ASPAs and their providers.
    pub fn records(&self) -> u64 {
        self.vrps() + self.aspas() + self.providers
    }

    /// Adds or removes a VRP.
    ///
    /// # Errors
    /// When it is there already, or is not there.
    pub fn take(&mut self, announced: bool, vrp: Vrp) -> Result<(), Violation> {
        let Vrp { prefix, max_length, asn } = vrp;
        if announced && !self.vrps.insert(vrp) {
            let words = format!("{prefix}-{max_length} {asn} is announced a second time");
            return Err(Violation::new(code::DUPLICATE_ANNOUNCEMENT, words));
        }
        if !announced && !self.vrps.remove(&vrp) {
            let words = format!("{prefix}-{max_length} {asn} is withdrawn and was never announced");
            return Err(Violation::new(code::UNKNOWN_WITHDRAWAL, words));
        }
        Ok(())
    }

    /// Adds, replaces or removes the providers of a customer; true when the set changed.
    ///
    /// An announcement replaces what is there. A withdrawal that names providers takes back that list alone,
    /// which an announcement before it may have replaced.
    ///
    /// # Errors
    /// When a customer is withdrawn that has no providers.
    pub fn take_aspa(
        &mut self,
        announced: bool,
        families: Families,
        customer: Asn,
        mut providers: Vec<Asn>,
    ) -> Result<bool, Violation> {
        providers.sort_unstable();
        providers.dedup();
        let key = (families, customer);
        let before = self.aspas.get(&key);
        if announced {
            if before == Some(&providers) {
                return Ok(false);
            }
            self.providers += providers.len() as u64;
            self.providers -= self.aspas.insert(key, providers).map_or(0, |old| old.len() as u64);
            return Ok(true);
        }
        match before {
            None => {
                let words = format!("the ASPA of {customer} is withdrawn and was never announced");
                Err(Violation::new(code::UNKNOWN_WITHDRAWAL, words))
            }
            Some(held) if !providers.is_empty() && *held != providers => Ok(false),
            Some(held) => {
                self.providers -= held.len() as u64;
                self.aspas.remove(&key);
                Ok(true)
            }
        }
    }

    /// Writes the set as relying parties write it (JSON), a record per line and in order: the same set is the
    /// same bytes. Which moment, session and serial it is of is not part of it. `with_aspas`: whether ASPAs
    /// were to be had at all.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write<E>(&self, with_aspas: bool, out: &mut dyn FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut text = format!("{{\"metadata\":{{\"vrps\":{}", self.vrps());
        if with_aspas {
            text.push_str(&format!(",\"aspas\":{}", self.aspas()));
        }
        text.push_str("},\n\"roas\":[");
        let roa = |v: &Vrp| {
            format!("{{\"asn\":\"{}\",\"prefix\":\"{}\",\"maxLength\":{}}}", v.asn, v.prefix, v.max_length)
        };
        write_list(&mut text, self.vrps.iter().map(roa), out)?;
        let providers =
            |providers: &[Asn]| providers.iter().map(|p| format!("\"{p}\"")).collect::<Vec<_>>().join(",");
        let of = |families: Families| self.aspas.iter().filter(move |((f, _), _)| *f == families);
        if with_aspas {
            let aspa = |((_, customer), list): (&(Families, Asn), &Vec<Asn>)| {
                format!("{{\"customer\":\"{customer}\",\"providers\":[{}]}}", providers(list))
            };
            text.push_str(",\n\"aspas\":[");
            write_list(&mut text, of(Families::Both).map(aspa), out)?;
            let older = |((_, customer), list): (&(Families, Asn), &Vec<Asn>)| {
                format!("{{\"customer_asid\":\"{customer}\",\"providers\":[{}]}}", providers(list))
            };
            if self.aspas.keys().any(|(f, _)| *f != Families::Both) {
                text.push_str(",\n\"provider_authorizations\":{\"ipv4\":[");
                write_list(&mut text, of(Families::Ipv4).map(older), out)?;
                text.push_str(",\n\"ipv6\":[");
                write_list(&mut text, of(Families::Ipv6).map(older), out)?;
                text.push('}');
            }
        }
        text.push_str("}\n");
        out(text.as_bytes())
    }

    /// Reads a set back. `None` when the text is not as [`Set::write`] writes it, or holds too much.
    pub fn read(input: impl Read, records_max: u64) -> Option<Set> {
        let file: File = serde_json::from_reader(input).ok()?;
        let mut set = Set::default();
        for Roa { asn, prefix, max_length } in file.roas {
            let fits = (prefix.len()..=prefix.family().bits()).contains(&max_length);
            if !fits || !set.vrps.insert(Vrp { prefix, max_length, asn }) {
                return None;
            }
        }
        let older = file.provider_authorizations.unwrap_or_default();
        let lists = [
            (Families::Both, file.aspas.unwrap_or_default()),
            (Families::Ipv4, older.ipv4),
            (Families::Ipv6, older.ipv6),
        ];
        for (families, list) in lists {
            for Aspa { customer, providers } in list {
                set.take_aspa(true, families, customer, providers).ok()?;
            }
        }
        (set.records() <= records_max).then_some(set)
    }
}

/// Hands over what has gathered when it is worth it.
const BUFFER_BYTES: usize = 1 << 16;

fn write_list<E>(
    text: &mut String,
    records: impl Iterator<Item = String>,
    out: &mut dyn FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    for (i, record) in records.enumerate() {
        text.push_str(if i == 0 { "\n" } else { ",\n" });
        text.push_str(&record);
        if text.len() > BUFFER_BYTES {
            out(text.as_bytes())?;
            text.clear();
        }
    }
    text.push(']');
    Ok(())
}

#[derive(Deserialize)]
struct File {
    roas: Vec<Roa>,
    aspas: Option<Vec<Aspa>>,
    provider_authorizations: Option<Older>,
}

#[derive(Deserialize, Default)]
struct Older {
    ipv4: Vec<Aspa>,
    ipv6: Vec<Aspa>,
}

#[derive(Deserialize)]
struct Roa {
    #[serde(deserialize_with = "text")]
    asn: Asn,
    #[serde(deserialize_with = "text")]
    prefix: Prefix,
    #[serde(rename = "maxLength")]
    max_length: u8,
}

#[derive(Deserialize)]
struct Aspa {
    #[serde(deserialize_with = "text", alias = "customer_asid")]
    customer: Asn,
    #[serde(deserialize_with = "texts")]
    providers: Vec<Asn>,
}

fn text<'de, D: Deserializer<'de>, T: core::str::FromStr>(input: D) -> Result<T, D::Error> {
    String::deserialize(input)?.parse().map_err(|_| D::Error::custom("not as it was written"))
}

fn texts<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<Asn>, D::Error> {
    let texts = Vec::<String>::deserialize(input)?;
    texts.iter().map(|t| t.parse().map_err(|_| D::Error::custom("not as it was written"))).collect()
}

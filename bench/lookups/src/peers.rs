//! The same answers by the tables of others.

use std::net::{Ipv4Addr, Ipv6Addr};

use ip_network_table_deps_treebitmap::IpLookupTable;
use prefix_trie::PrefixMap;
use reference::vrp::Vrp;
use routing::{Asn, Family};

use crate::{Question, State};

/// What of a VRP decides: its maximum length and its ASN.
type Payloads = Vec<(u8, u32)>;

fn judge<'a>(covering: impl Iterator<Item = &'a Payloads>, (prefix, origin): Question) -> State {
    let mut state = State::NotFound;
    for (max_length, asn) in covering.flatten() {
        if *asn != 0 && origin == Some(Asn(*asn)) && prefix.len() <= *max_length {
            return State::Valid;
        }
        state = State::Invalid;
    }
    state
}

/// `prefix-trie`, asked by `cover`.
#[derive(Default)]
pub struct Trie {
    v4: PrefixMap<(u32, u8), Payloads>,
    v6: PrefixMap<(u128, u8), Payloads>,
}

impl Trie {
    pub fn new(vrps: &[Vrp]) -> Trie {
        let mut trie = Trie::default();
        for vrp in vrps {
            let (bits, len) = (vrp.prefix.bits(), vrp.prefix.len());
            let list = match vrp.prefix.family() {
                Family::V4 => trie.v4.entry(((bits >> 96) as u32, len)).or_default(),
                Family::V6 => trie.v6.entry((bits, len)).or_default(),
            };
            list.push((vrp.max_length, vrp.asn.0));
        }
        trie
    }

    pub fn validate(&self, question: Question) -> State {
        let (bits, len) = (question.0.bits(), question.0.len());
        match question.0.family() {
            Family::V4 => judge(self.v4.cover_values(&((bits >> 96) as u32, len)), question),
            Family::V6 => judge(self.v6.cover_values(&(bits, len)), question),
        }
    }
}

/// `treebitmap`, asked for every match of the first address, of which the longer ones than the prefix are left out.
pub struct Bitmap {
    v4: IpLookupTable<Ipv4Addr, Payloads>,
    v6: IpLookupTable<Ipv6Addr, Payloads>,
}

impl Bitmap {
    pub fn new(vrps: &[Vrp]) -> Bitmap {
        let mut bitmap = Bitmap { v4: IpLookupTable::new(), v6: IpLookupTable::new() };
        for same in vrps.chunk_by(|a, b| a.prefix == b.prefix) {
            let payloads: Payloads = same.iter().map(|vrp| (vrp.max_length, vrp.asn.0)).collect();
            let (bits, len) = (same[0].prefix.bits(), u32::from(same[0].prefix.len()));
            match same[0].prefix.family() {
                Family::V4 => bitmap.v4.insert(Ipv4Addr::from((bits >> 96) as u32), len, payloads),
                Family::V6 => bitmap.v6.insert(Ipv6Addr::from(bits), len, payloads),
            };
        }
        bitmap
    }

    pub fn validate(&self, question: Question) -> State {
        let (bits, len) = (question.0.bits(), u32::from(question.0.len()));
        match question.0.family() {
            Family::V4 => {
                let all = self.v4.matches(Ipv4Addr::from((bits >> 96) as u32));
                judge(all.filter(|(_, own, _)| *own <= len).map(|(.., payloads)| payloads), question)
            }
            Family::V6 => {
                let all = self.v6.matches(Ipv6Addr::from(bits));
                judge(all.filter(|(_, own, _)| *own <= len).map(|(.., payloads)| payloads), question)
            }
        }
    }
}

//! Networks that announce space of their customers to clean their traffic (FRAMEWORK §6, DDoS-protection
//! origins): a list with what each entry rests on.

use routing::Asn;

/// A network that protects others.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Protector {
    /// The network.
    pub asn: Asn,
    /// Who it is.
    pub name: String,
    /// What the entry rests on.
    pub source: String,
}

/// The list; unless another is given, the shipped one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Protectors(Vec<Protector>);

const SHIPPED: &str = include_str!("../data/ddos-protection.csv");

impl Default for Protectors {
    fn default() -> Protectors {
        let lines = SHIPPED.lines().filter(|line| !line.starts_with('#'));
        let all = lines.map(|line| {
            let mut columns = line.splitn(3, ',');
            let mut column = || columns.next().expect("the shipped list has three columns");
            let asn = column().parse().expect("the shipped list begins with an ASN");
            Protector { asn, name: column().to_owned(), source: column().to_owned() }
        });
        Protectors::new(all.collect())
    }
}

impl Protectors {
    /// A list in any order; of entries for one network the first in the order of their words counts.
    pub fn new(mut all: Vec<Protector>) -> Protectors {
        all.sort();
        all.dedup_by_key(|protector| protector.asn);
        Protectors(all)
    }

    /// Reads `AS32787 Prolexic: what it rests on`; `None` unless there are all three.
    pub fn parse_entry(text: &str) -> Option<Protector> {
        let (head, source) = text.split_once(':')?;
        let (asn, name) = head.trim().split_once(' ')?;
        let asn = asn.parse().ok()?;
        let (name, source) = (name.trim().to_owned(), source.trim().to_owned());
        (!name.is_empty() && !source.is_empty()).then_some(Protector { asn, name, source })
    }

    /// The entry of a network.
    pub fn get(&self, asn: Asn) -> Option<&Protector> {
        self.0.binary_search_by_key(&asn, |protector| protector.asn).ok().map(|place| &self.0[place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_says_what_it_rests_on() {
        let shipped = Protectors::default();
        assert!(shipped.0.len() >= 5 && shipped.0.iter().all(|p| !p.name.is_empty() && p.source.len() > 10));
        assert_eq!(shipped.get(Asn(32_787)).map(|p| p.name.as_str()), Some("Akamai Prolexic"));
        assert_eq!(shipped.get(Asn(3_320)), None);
    }

    #[test]
    fn entries_need_a_source() {
        let entry = Protectors::parse_entry("AS64500 Example Shield: its operator's page").unwrap();
        assert_eq!((entry.asn, entry.name.as_str()), (Asn(64_500), "Example Shield"));
        for wrong in ["AS64500 Example", "AS64500: page", "Example Shield: page", "AS64500 Example:"] {
            assert_eq!(Protectors::parse_entry(wrong), None, "{wrong}");
        }
    }
}

//! Which networks meet at which exchange point, as PeeringDB has it.

use std::collections::BTreeMap;

use routing::Asn;

/// That a network is connected to an exchange point.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Connection {
    /// PeeringDB's number of the exchange point.
    pub exchange_point: u32,
    /// The network.
    pub asn: Asn,
}

/// Exchange points by network.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ExchangePoints {
    /// Ascending, each once.
    by_network: BTreeMap<Asn, Vec<u32>>,
}

impl ExchangePoints {
    /// Joins connections; their order does not matter.
    pub fn new(connections: impl IntoIterator<Item = Connection>) -> ExchangePoints {
        let mut by_network: BTreeMap<Asn, Vec<u32>> = BTreeMap::new();
        for Connection { exchange_point, asn } in connections {
            by_network.entry(asn).or_default().push(exchange_point);
        }
        for points in by_network.values_mut() {
            points.sort_unstable();
            points.dedup();
        }
        ExchangePoints { by_network }
    }

    /// At how many exchange points both networks are; `None` where one of them is not listed at any: it may be
    /// there all the same.
    pub fn common(&self, a: Asn, b: Asn) -> Option<usize> {
        let (a, b) = (self.by_network.get(&a)?, self.by_network.get(&b)?);
        Some(a.iter().filter(|point| b.binary_search(point).is_ok()).count())
    }

    /// True when nobody is known to be anywhere.
    pub fn is_empty(&self) -> bool {
        self.by_network.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_meet_where_both_are() {
        let at = |exchange_point, asn| Connection { exchange_point, asn: Asn(asn) };
        let all = [at(7, 1), at(3, 1), at(3, 2), at(7, 2), at(3, 1), at(9, 3)];
        let table = ExchangePoints::new(all);
        assert_eq!(table, ExchangePoints::new(all.into_iter().rev()));
        assert_eq!(table.common(Asn(1), Asn(2)), Some(2));
        assert_eq!(table.common(Asn(1), Asn(3)), Some(0));
        assert_eq!(table.common(Asn(1), Asn(4)), None);
        assert!(!table.is_empty() && ExchangePoints::default().is_empty());
    }
}

//! What is known of the networks of a path when it is judged.

use reference::aspa::{AspaTable, Authorisation};
use reference::relationships::{Relation, RelationshipTable, Size};
use routing::Asn;

/// What a neighbour is to a network, as far as leaks go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Its provider.
    Provider,
    /// Its customer.
    Customer,
    /// Its peer.
    Peer,
    /// Its provider or its peer, no customer.
    NotCustomer,
}

impl Role {
    /// True of those to whom only customers' routes go, and whose routes go to customers only.
    pub fn is_above(self) -> bool {
        self != Role::Customer
    }

    /// For a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Role::Provider => "its provider",
            Role::Customer => "its customer",
            Role::Peer => "its peer",
            Role::NotCustomer => "no customer of it",
        }
    }
}

/// What a role is known from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum By {
    /// The relationships given or inferred.
    Relationships,
    /// What networks attest in ASPAs.
    Attestation,
    /// A route server between the two.
    RouteServer,
    /// The ONLY_TO_CUSTOMER mark.
    Mark,
}

/// A role with what it rests on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Standing {
    /// The role.
    pub role: Role,
    /// What it is known from.
    pub by: By,
    /// True when relationships and attestations contradict each other about whether it is a customer.
    pub contested: bool,
}

/// What paths are judged by; nothing in it is newer than the route.
#[derive(Clone, Copy)]
pub struct Knowledge<'a> {
    /// Relationships.
    pub relationships: Option<&'a RelationshipTable>,
    /// Provider authorisations.
    pub aspas: Option<&'a AspaTable>,
    /// ASNs of route servers, ascending.
    pub exchanges: &'a [Asn],
    /// Whether two networks belong to one organisation.
    pub siblings: &'a dyn Fn(Asn, Asn) -> bool,
}

/// With so many times the customers of a network a peer of it is no customer of it.
const FAR_LARGER_TIMES: usize = 2;

impl Knowledge<'_> {
    /// Whether relationships call one of the neighbours a peer of `asn`, and each that they call so has too many
    /// customers, or is too far up, to be its customer in truth. Its provider it may be.
    pub(super) fn no_customer_among_peers<const N: usize>(
        &self,
        asn: Asn,
        neighbours: [(Asn, Standing); N],
    ) -> bool {
        let Some(table) = self.relationships else { return false };
        let by_default = |(_, s): &&(Asn, Standing)| s.by == By::Relationships && s.role == Role::Peer;
        let own = table.customers(asn);
        let is_above = |peer: Asn| {
            let its = table.customers(peer);
            let buys_from_nobody = || {
                Size::of(its) == Size::Large && table.neighbours(peer, Relation::Provider).next().is_none()
            };
            Size::of(its) != Size::Small && its >= own * FAR_LARGER_TIMES || buys_from_nobody()
        };
        let mut peers = neighbours.iter().filter(by_default).map(|(peer, _)| *peer).peekable();
        peers.peek().is_some() && peers.all(is_above)
    }

    /// What `other` is to `asn`; `None` when it is not known, or both attest the other as provider.
    ///
    /// An attestation is signed by the network itself and counts before a relationship that others concluded. A
    /// customer that names its provider settles the link; one that does not only says that it is none.
    pub fn standing(&self, asn: Asn, other: Asn) -> Option<Standing> {
        let listed = self.relationships.and_then(|table| table.relation(asn, other));
        let attested = |customer, provider| {
            self.aspas.map_or(Authorisation::NoAttestation, |a| a.authorised(customer, provider))
        };
        use Authorisation::{NoAttestation, NotProvider, Provider};
        let role = match (attested(asn, other), attested(other, asn)) {
            (Provider, Provider) => return None,
            (Provider, _) => Role::Provider,
            (_, Provider) => Role::Customer,
            (NoAttestation, NoAttestation) => {
                let role = match listed? {
                    Relation::Provider => Role::Provider,
                    Relation::Customer => Role::Customer,
                    Relation::Peer => Role::Peer,
                };
                return Some(Standing { role, by: By::Relationships, contested: false });
            }
            (NotProvider, NotProvider) => Role::Peer,
            // The other says that this one is no provider of it.
            (NoAttestation, NotProvider) => match listed {
                Some(Relation::Provider) => Role::Provider,
                Some(Relation::Peer) => Role::Peer,
                Some(Relation::Customer) | None => Role::NotCustomer,
            },
            // This one says that the other is no provider of it: a peer or a customer.
            (NotProvider, NoAttestation) => match listed? {
                Relation::Customer => Role::Customer,
                Relation::Provider | Relation::Peer => Role::Peer,
            },
        };
        let contested = listed.is_some_and(|l| (l != Relation::Customer) != role.is_above());
        Some(Standing { role, by: By::Attestation, contested })
    }
}

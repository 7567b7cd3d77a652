//! The people of the demonstration world: documentation ASNs, invented names, and how each keeps its house.

/// A network of the demonstration world.
pub struct Member {
    /// ASN.
    pub asn: u32,
    /// AS name.
    pub name: &'static str,
    /// Organisation; shared by siblings.
    pub organisation: &'static str,
    /// Registered economy.
    pub economy: &'static str,
    /// Providers; none for those at the top, who peer with each other.
    pub providers: &'static [u32],
    /// How it signs its routes.
    pub roas: Roas,
    /// How it registers them.
    pub irr: Irr,
    /// Where its contact is registered.
    pub contact: Contact,
}

/// How a network signs its routes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Roas {
    /// Every route has its ROA.
    All,
    /// The aggregates have, the more specifics have not.
    Aggregates,
    /// None at all.
    None,
    /// ROAs for the aggregates without a maximum length: the more specifics are invalid.
    TooShort,
    /// A forgotten ROA names another network.
    Foreign,
    /// One block is signed for AS0.
    As0,
}

/// How a network registers its routes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Irr {
    /// An object for every route.
    All,
    /// Objects for the aggregates, which cover the rest.
    Covering,
    /// Objects for the IPv4 aggregate alone.
    Partly,
    /// The objects still name the network's former provider.
    Foreign,
    /// None at all.
    None,
}

/// Where a network's contact is registered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Contact {
    /// In PeeringDB.
    PeeringDb,
    /// In its registry's aut-num object.
    AutNum,
    /// Nowhere.
    Nowhere,
}

/// Economies and their registries.
pub const REGISTRY_OF: &[(&str, &str)] = &[
    ("NL", "ripencc"),
    ("DE", "ripencc"),
    ("FI", "ripencc"),
    ("JP", "apnic"),
    ("NZ", "apnic"),
    ("IN", "apnic"),
    ("US", "arin"),
    ("CA", "arin"),
    ("BR", "lacnic"),
    ("CL", "lacnic"),
    ("KE", "afrinic"),
    ("ZA", "afrinic"),
];

/// Everyone.
#[rustfmt::skip]
pub const MEMBERS: &[Member] = &[
    member(64496, "NORTHERN-LIGHT", "Northern Light Backbone", "FI", &[], (Roas::All, Irr::All, Contact::PeeringDb)),
    member(64497, "ATLAS-TRANSIT", "Atlas Transit", "US", &[], (Roas::All, Irr::Covering, Contact::PeeringDb)),
    member(64498, "TASMAN-CARRIER", "Tasman Carrier", "NZ", &[], (Roas::Aggregates, Irr::All, Contact::AutNum)),
    member(64499, "POLDER-NET", "Polder Net", "NL", &[64496, 64497], (Roas::All, Irr::All, Contact::PeeringDb)),
    member(64500, "RHEINGOLD", "Rheingold Telekom", "DE", &[64496, 64497], (Roas::All, Irr::Covering, Contact::AutNum)),
    member(64501, "SAKURA-LINK", "Sakura Link", "JP", &[64498, 64497], (Roas::All, Irr::All, Contact::PeeringDb)),
    member(64502, "PAMPA-FIBRA", "Pampa Fibra", "BR", &[64497], (Roas::TooShort, Irr::Partly, Contact::PeeringDb)),
    member(64503, "SAVANNAH-ONLINE", "Savannah Online", "KE", &[64496, 64498], (Roas::All, Irr::All, Contact::AutNum)),
    member(64504, "CAPE-EXCHANGE-TRANSIT", "Cape Exchange Transit", "ZA", &[64498], (Roas::Aggregates, Irr::Covering, Contact::PeeringDb)),
    member(64505, "GREAT-LAKES", "Great Lakes Broadband", "US", &[64497], (Roas::None, Irr::Partly, Contact::Nowhere)),
    member(64506, "TULIP-CLOUD", "Tulip Cloud", "NL", &[64499, 64500], (Roas::All, Irr::All, Contact::PeeringDb)),
    member(64507, "TULIP-CLOUD-EDGE", "Tulip Cloud", "NL", &[64499], (Roas::All, Irr::All, Contact::PeeringDb)),
    member(64508, "HANSE-HOSTING", "Hanse Hosting", "DE", &[64500], (Roas::Foreign, Irr::Foreign, Contact::AutNum)),
    member(64509, "AURORA-CAMPUS", "Aurora University", "FI", &[64496], (Roas::All, Irr::Covering, Contact::AutNum)),
    member(64510, "KIWI-RURAL", "Kiwi Rural Wireless", "NZ", &[64498], (Roas::None, Irr::None, Contact::Nowhere)),
    member(64511, "MONSOON", "Monsoon Networks", "IN", &[64501, 64498], (Roas::Aggregates, Irr::Partly, Contact::PeeringDb)),
    member(65536, "DECCAN-ISP", "Deccan Internet", "IN", &[64511], (Roas::None, Irr::Covering, Contact::Nowhere)),
    member(65537, "GANGES-DATA", "Ganges Data", "IN", &[64511, 64501], (Roas::All, Irr::All, Contact::PeeringDb)),
    member(65538, "HOKKAIDO-METRO", "Hokkaido Metro", "JP", &[64501], (Roas::All, Irr::Covering, Contact::AutNum)),
    member(65539, "SETO-BANK", "Seto Bank", "JP", &[64501], (Roas::All, Irr::All, Contact::AutNum)),
    member(65540, "AMAZONAS-LIVRE", "Amazonas Livre", "BR", &[64502], (Roas::None, Irr::None, Contact::Nowhere)),
    member(65541, "SERTAO-TELECOM", "Sertao Telecom", "BR", &[64502, 64497], (Roas::Aggregates, Irr::Partly, Contact::PeeringDb)),
    member(65542, "ANDES-IX-MEMBER", "Andes Conectividad", "CL", &[64502], (Roas::All, Irr::All, Contact::PeeringDb)),
    member(65543, "ATACAMA", "Atacama Solar Link", "CL", &[64502], (Roas::As0, Irr::None, Contact::PeeringDb)),
    member(65544, "RIFT-VALLEY", "Rift Valley Telecom", "KE", &[64503], (Roas::Aggregates, Irr::Covering, Contact::AutNum)),
    member(65545, "BAOBAB-CITY", "Baobab City Council", "KE", &[64503], (Roas::None, Irr::None, Contact::Nowhere)),
    member(65546, "FYNBOS", "Fynbos Hosting", "ZA", &[64504], (Roas::All, Irr::All, Contact::PeeringDb)),
    member(65547, "KAROO-WIRELESS", "Karoo Wireless", "ZA", &[64504], (Roas::TooShort, Irr::Covering, Contact::Nowhere)),
    member(65548, "MAPLE-REGIONAL", "Maple Regional", "CA", &[64505, 64497], (Roas::All, Irr::Covering, Contact::PeeringDb)),
    member(65549, "PRAIRIE-COOP", "Prairie Cooperative", "CA", &[64505], (Roas::None, Irr::Partly, Contact::Nowhere)),
    member(65550, "HUDSON-CDN", "Hudson Delivery", "US", &[64497, 64496], (Roas::All, Irr::All, Contact::PeeringDb)),
    member(65551, "SLEEPY-HOLLOW", "Sleepy Hollow Research", "US", &[], (Roas::None, Irr::None, Contact::AutNum)),
];

const fn member(
    asn: u32,
    name: &'static str,
    organisation: &'static str,
    economy: &'static str,
    providers: &'static [u32],
    (roas, irr, contact): (Roas, Irr, Contact),
) -> Member {
    Member { asn, name, organisation, economy, providers, roas, irr, contact }
}

/// Those at the top, who peer with each other.
pub const TOP: [u32; 3] = [64496, 64497, 64498];

/// A delegated network that announces nothing.
pub const SILENT: u32 = 65551;

impl Member {
    /// Its place in the table.
    pub fn index(&self) -> u32 {
        MEMBERS.iter().position(|m| m.asn == self.asn).expect("a member stands in the table") as u32
    }

    /// Its registry.
    pub fn registry(&self) -> &'static str {
        REGISTRY_OF
            .iter()
            .find(|(economy, _)| *economy == self.economy)
            .expect("every economy has its registry")
            .1
    }

    /// Its IPv4 aggregate, a /21 of 198.18.0.0/15.
    pub fn ipv4(&self) -> (u32, u8) {
        (0xC612_0000 + self.index() * 0x800, 21)
    }

    /// Its IPv6 aggregate, a /40 of 2001:db8::/32.
    pub fn ipv6(&self) -> (u128, u8) {
        (0x2001_0db8 << 96 | u128::from(self.index()) << 88, 40)
    }
}

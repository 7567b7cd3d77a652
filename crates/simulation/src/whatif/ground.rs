//! What a question needs of a publication, and nothing else of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use lake::{
    BogonRow, LakeError, ObjectRow, PrefixRow, Reach, Registered, RoutePlace, VrpRow, registered, touching,
};
use measure::facts::MonthFacts;
use reference::irr::{Authority, IrrDump, IrrSource, RouteObject, RouteTable};
use reference::vrp::{TrustAnchor, Vrp, VrpTable};
use routing::{Asn, Prefix};

/// Announced routes in the space that a question touches.
pub const ROUTES_MAX: usize = 20_000;

/// VRPs, and route objects, that one question reads.
const REGISTERED_MAX: usize = 200_000;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WhatIfError {
    /// The month was published before it kept what it was judged by.
    #[error(
        "{0} was published before what its routes were judged by was kept: `observatory month {0}` computes it anew, \
         then it can be asked what would be otherwise"
    )]
    NotKept(String),
    /// Too much is announced or registered there.
    #[error(
        "more than {max} {what} lie in the space that is asked about: ask about smaller prefixes, or fewer at once"
    )]
    TooWide {
        /// What there is too much of.
        what: &'static str,
        /// How much is read.
        max: usize,
    },
    /// The lake failed.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// What was kept contradicts itself.
    #[error("{0}: the facts of the month do not hold the route {1}: compute the month again")]
    Contradiction(String, String),
}

/// A publication, as far as some prefixes are concerned.
pub struct Ground {
    /// The month.
    pub month: String,
    /// Which tables there are.
    pub registered: Registered,
    /// What is announced inside the prefixes, by prefix and origin.
    pub places: Vec<RoutePlace>,
    /// What covers them or lies inside.
    pub vrps: Vec<Vrp>,
    /// The same of route objects.
    pub objects: Vec<ObjectRow>,
    folder: PathBuf,
}

impl Ground {
    /// Reads it from the generation at `folder`.
    ///
    /// # Errors
    /// When the generation does not hold it, there is too much, or it cannot be read.
    pub fn read(folder: &Path, month: &str, prefixes: &[Prefix]) -> Result<Ground, WhatIfError> {
        let not_kept = || WhatIfError::NotKept(month.to_owned());
        let registered = registered(folder)?.ok_or_else(not_kept)?;
        let places =
            all::<RoutePlace>(folder, month, prefixes, Reach::Inside, ("announced routes", ROUTES_MAX))?;
        let vrps = all::<VrpRow>(folder, month, prefixes, Reach::Touching, ("VRPs", REGISTERED_MAX))?;
        let objects =
            all::<ObjectRow>(folder, month, prefixes, Reach::Touching, ("route objects", REGISTERED_MAX))?;
        let vrp = |row: VrpRow| Vrp {
            prefix: row.prefix,
            max_length: row.max_length,
            asn: row.asn,
            trust_anchor: TrustAnchor::from_name(&row.trust_anchor),
        };
        let vrps = vrps.into_iter().map(vrp).collect();
        Ok(Ground { month: month.to_owned(), registered, places, vrps, objects, folder: folder.to_owned() })
    }

    /// The facts of some networks.
    pub fn facts_of(&self, networks: &BTreeSet<Asn>) -> Result<MonthFacts, WhatIfError> {
        lake::facts_of(&self.folder, networks)?.ok_or_else(|| WhatIfError::NotKept(self.month.clone()))
    }

    /// Which of some prefixes are wholly bogon space as the month began, and of which class; by the same rule by which
    /// the month judged its routes.
    pub fn bogons(&self, prefixes: &[Prefix]) -> Result<BTreeMap<Prefix, String>, WhatIfError> {
        let mut found = BTreeMap::new();
        if prefixes.is_empty() {
            return Ok(found);
        }
        let rows: Vec<BogonRow> = self.touching(prefixes)?;
        for prefix in prefixes {
            let inside = |class| rows.iter().any(|row| row.class == class && row.prefix.contains(prefix));
            let class = match inside("full") && !inside("public") {
                true => Some("full"),
                false => inside("administrative").then_some("administrative"),
            };
            found.extend(class.map(|class| (*prefix, class.to_owned())));
        }
        Ok(found)
    }

    /// Rows of another table of the same generation that touch some prefixes.
    pub fn touching<R: PrefixRow>(&self, prefixes: &[Prefix]) -> Result<Vec<R>, WhatIfError> {
        all(&self.folder, &self.month, prefixes, Reach::Touching, ("registered rows", REGISTERED_MAX))
    }
}

fn all<R: PrefixRow>(
    folder: &Path,
    month: &str,
    prefixes: &[Prefix],
    reach: Reach,
    (what, max): (&'static str, usize),
) -> Result<Vec<R>, WhatIfError> {
    let found =
        touching(folder, prefixes, reach, max)?.ok_or_else(|| WhatIfError::NotKept(month.to_owned()))?;
    found.map_err(|lake::TooMany| WhatIfError::TooWide { what, max })
}

/// The tables that routes are judged by: those of `month`, of a few rows.
pub struct Tables {
    /// VRPs; `None` where the month had none.
    pub vrps: Option<VrpTable>,
    /// Route objects; `None` where the month had none.
    pub objects: Option<RouteTable>,
}

impl Tables {
    /// Builds them.
    pub fn new(registered: &Registered, vrps: &[Vrp], objects: &[ObjectRow]) -> Tables {
        Tables {
            vrps: registered.vrps.is_ok().then(|| VrpTable::new(vrps.to_vec())),
            objects: registered.route_objects.is_ok().then(|| route_table(objects)),
        }
    }
}

fn route_table(objects: &[ObjectRow]) -> RouteTable {
    let mut dumps: BTreeMap<(&str, bool), IrrDump> = BTreeMap::new();
    for row in objects {
        let dump = dumps.entry((&row.authority, row.authoritative)).or_default();
        let source = dump.names.intern(&row.authority);
        let maintainers = dump.names.intern(&row.maintainers);
        dump.routes.push(RouteObject {
            prefix: row.prefix,
            origin: row.origin,
            created: None,
            last_modified: None,
            source,
            maintainers,
        });
    }
    let source = |((name, authoritative), dump): ((&str, bool), IrrDump)| IrrSource {
        authority: Authority { name: name.to_owned(), authoritative },
        dump,
    };
    RouteTable::new(dumps.into_iter().map(source).collect())
}

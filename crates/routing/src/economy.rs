//! Economies by the codes registries use, and the regions they are in.

/// Code, sub-region and short English name, one economy to a line, in the order of the codes: ISO 3166-1
/// alpha-2, and the codes registries use beside it, which are in no sub-region.
const ECONOMIES: &str = include_str!("economies.txt");

/// An area that holds several economies, or all networks of a registry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Region {
    /// As it stands in addresses: `western-europe`, `ripencc`.
    pub slug: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What makes it a region.
    pub kind: RegionKind,
}

/// What makes a region.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RegionKind {
    /// A region of the United Nations' standard M49.
    Un,
    /// The finest division of M49: an intermediate region where it has one, otherwise a sub-region.
    UnSub,
    /// The service region of a regional Internet registry: the networks it registered.
    Rir,
}

/// A region of M49 and its parts.
struct UnRegion {
    region: Region,
    parts: &'static [Region],
}

const fn region(kind: RegionKind, slug: &'static str, name: &'static str) -> Region {
    Region { slug, name, kind }
}

const fn un(slug: &'static str, name: &'static str, parts: &'static [Region]) -> UnRegion {
    UnRegion { region: region(RegionKind::Un, slug, name), parts }
}

const fn part(slug: &'static str, name: &'static str) -> Region {
    region(RegionKind::UnSub, slug, name)
}

/// UN M49, <https://unstats.un.org/unsd/methodology/m49/>.
const UN_REGIONS: [UnRegion; 5] = [
    un(
        "africa",
        "Africa",
        &[
            part("northern-africa", "Northern Africa"),
            part("eastern-africa", "Eastern Africa"),
            part("middle-africa", "Middle Africa"),
            part("southern-africa", "Southern Africa"),
            part("western-africa", "Western Africa"),
        ],
    ),
    un(
        "americas",
        "Americas",
        &[
            part("caribbean", "Caribbean"),
            part("central-america", "Central America"),
            part("south-america", "South America"),
            part("northern-america", "Northern America"),
        ],
    ),
    un(
        "asia",
        "Asia",
        &[
            part("central-asia", "Central Asia"),
            part("eastern-asia", "Eastern Asia"),
            part("south-eastern-asia", "South-eastern Asia"),
            part("southern-asia", "Southern Asia"),
            part("western-asia", "Western Asia"),
        ],
    ),
    un(
        "europe",
        "Europe",
        &[
            part("eastern-europe", "Eastern Europe"),
            part("northern-europe", "Northern Europe"),
            part("southern-europe", "Southern Europe"),
            part("western-europe", "Western Europe"),
        ],
    ),
    un(
        "oceania",
        "Oceania",
        &[
            part("australia-and-new-zealand", "Australia and New Zealand"),
            part("melanesia", "Melanesia"),
            part("micronesia", "Micronesia"),
            part("polynesia", "Polynesia"),
        ],
    ),
];

const RIRS: [Region; 5] = [
    region(RegionKind::Rir, "afrinic", "AFRINIC"),
    region(RegionKind::Rir, "apnic", "APNIC"),
    region(RegionKind::Rir, "arin", "ARIN"),
    region(RegionKind::Rir, "lacnic", "LACNIC"),
    region(RegionKind::Rir, "ripencc", "RIPE NCC"),
];

impl Region {
    /// Every region: each of M49 followed by its parts, then the registries'.
    pub fn all() -> impl Iterator<Item = Region> {
        let un = UN_REGIONS.iter().flat_map(|un| std::iter::once(un.region).chain(un.parts.iter().copied()));
        un.chain(RIRS)
    }

    /// The region with this slug, in whatever case.
    pub fn with_slug(slug: &str) -> Option<Region> {
        Region::all().find(|region| region.slug.eq_ignore_ascii_case(slug))
    }

    /// The service region of a registry by its name in delegation files, such as `ripencc`.
    pub fn of_registry(registry: &str) -> Option<Region> {
        RIRS.iter().find(|region| region.slug == registry).copied()
    }

    /// The regions of M49 an economy is in, the larger first; `None` for codes that are in none.
    pub fn of_economy(code: &str) -> Option<[Region; 2]> {
        let part = find(code)?.1;
        UN_REGIONS.iter().find_map(|un| {
            let part = un.parts.iter().find(|known| known.name == part)?;
            Some([un.region, *part])
        })
    }

    /// The region of M49 this one is a part of.
    pub fn parent(self) -> Option<Region> {
        let holds = |un: &&UnRegion| un.parts.iter().any(|part| part.slug == self.slug);
        UN_REGIONS.iter().find(holds).map(|un| un.region)
    }

    /// The parts of a region of M49; none of other regions.
    pub fn parts(self) -> &'static [Region] {
        UN_REGIONS.iter().find(|un| un.region.slug == self.slug).map_or(&[], |un| un.parts)
    }
}

impl RegionKind {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            RegionKind::Un => "UN region",
            RegionKind::UnSub => "UN sub-region",
            RegionKind::Rir => "RIR region",
        }
    }
}

/// Sub-region (empty for codes in none) and name of an economy.
fn find(code: &str) -> Option<(&'static str, &'static str, &'static str)> {
    economies().find(|(known, _, _)| *known == code)
}

fn economies() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    ECONOMIES.lines().filter_map(|line| {
        let (code, rest) = line.split_once(';')?;
        let (part, name) = rest.split_once(';')?;
        Some((code, part, name))
    })
}

/// The short English name of an economy.
pub fn economy_name(code: &str) -> Option<&'static str> {
    find(code).map(|(_, _, name)| name)
}

/// Every economy's code and short English name, in the order of the codes.
pub fn economy_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    economies().map(|(code, _, name)| (code, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_name_and_a_sub_region_that_exists() {
        let codes: Vec<&str> = economies().map(|(code, _, _)| code).collect();
        assert_eq!(codes.len(), ECONOMIES.lines().count());
        assert!(codes.is_sorted_by(|a, b| a < b));
        assert!(codes.iter().all(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())));
        let outside: Vec<&str> = codes.into_iter().filter(|c| Region::of_economy(c).is_none()).collect();
        assert_eq!(outside, ["AP", "AQ", "EU", "ZZ"], "no region of M49 holds these");
        assert!(economies().all(|(_, part, _)| part.is_empty() || Region::all().any(|r| r.name == part)));
        assert_eq!(economy_name("NL"), Some("Netherlands"));
        assert_eq!(economy_name("EU"), Some("European Union"));
        assert_eq!(economy_name("XX"), None);
    }

    #[test]
    fn regions_are_found_by_slug_registry_and_economy() {
        let mut slugs: Vec<&str> = Region::all().map(|region| region.slug).collect();
        assert_eq!(slugs.len(), 32);
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), 32, "no slug stands for two");
        let [region, part] = Region::of_economy("NL").unwrap();
        assert_eq!((region.slug, part.slug), ("europe", "western-europe"));
        assert_eq!(part.parent(), Some(region));
        assert!(region.parts().contains(&part));
        assert_eq!(Region::with_slug("RIPEncc"), Region::of_registry("ripencc"));
        assert_eq!(Region::of_registry("iana"), None);
    }
}

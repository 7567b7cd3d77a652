use routing::{Region, RegionKind, economy_name};
use store::Directory;

/// A place whose networks have a page together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// An economy by its code.
    Economy(String),
    /// A region.
    Region(Region),
}

impl Place {
    /// Scope and area, as the store has them.
    pub(crate) fn key(&self) -> (&'static str, &str) {
        match self {
            Place::Economy(code) => ("economy", code),
            Place::Region(region) => ("region", region.slug),
        }
    }

    /// The address of its page.
    pub(crate) fn path(&self) -> String {
        let (scope, area) = self.key();
        format!("/{scope}/{area}")
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        match self {
            Place::Economy(code) => economy_name(code).unwrap_or(code),
            Place::Region(region) => region.name,
        }
    }

    /// What it is.
    pub(crate) fn kind(&self) -> String {
        match self {
            Place::Economy(code) => format!("Economy {code}"),
            Place::Region(region) => region.kind.words().to_owned(),
        }
    }

    /// The larger regions it is in, the largest first.
    pub(crate) fn within(&self) -> Vec<Region> {
        match self {
            Place::Economy(code) => Region::of_economy(code).into_iter().flatten().collect(),
            Place::Region(region) => region.parent().into_iter().collect(),
        }
    }

    /// True of an economy that is in this region.
    pub(crate) fn holds_economy(&self, code: &str) -> bool {
        match self {
            // What no source names an economy of counts under ZZ, as ISO 3166-1 has it for the unknown.
            Place::Economy(own) => own == code || (own == "ZZ" && code.is_empty()),
            Place::Region(region) => Region::of_economy(code).is_some_and(|regions| regions.contains(region)),
        }
    }

    /// Of each network of a directory, whether it is one of the place.
    pub(crate) fn contains(&self, directory: &Directory) -> Vec<bool> {
        let by_registry = matches!(self, Place::Region(region) if region.kind == RegionKind::Rir);
        let column = if by_registry { &directory.registries } else { &directory.economies };
        let fits = |word: &String| match self {
            // A country list names the registry too, and says so behind it.
            Place::Region(region) if by_registry => {
                word.strip_prefix(region.name).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
            }
            _ => self.holds_economy(word),
        };
        let fits: Vec<bool> = column.words.iter().map(fits).collect();
        column.places.iter().map(|word| fits[usize::from(*word)]).collect()
    }

    /// The places of its networks in a directory.
    pub(crate) fn members(&self, directory: &Directory) -> Vec<usize> {
        let contained = self.contains(directory).into_iter().enumerate();
        contained.filter(|(_, inside)| *inside).map(|(place, _)| place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_of_the_place_and_all_of_them() {
        let directory = Directory {
            asns: vec![1, 2, 3, 4],
            economies: ["NL", "US", "", "NL"].into_iter().collect(),
            registries: ["RIPE NCC", "RIPE NCC (from a country list)", "registry not loaded", "ARIN"]
                .into_iter()
                .collect(),
            ..Directory::default()
        };
        let region = |slug| Place::Region(Region::with_slug(slug).unwrap());
        assert_eq!(Place::Economy("NL".to_owned()).members(&directory), [0, 3]);
        assert_eq!(Place::Economy("ZZ".to_owned()).members(&directory), [2]);
        assert_eq!(region("europe").members(&directory), [0, 3]);
        assert_eq!(region("northern-america").members(&directory), [1]);
        assert_eq!(region("ripencc").members(&directory), [0, 1]);
        assert_eq!(region("asia").members(&directory), [0; 0]);
    }
}

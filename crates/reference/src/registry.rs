use core::fmt;
use core::str::FromStr;

/// Who hands out addresses and AS numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Registry {
    /// AFRINIC.
    Afrinic,
    /// APNIC.
    Apnic,
    /// ARIN.
    Arin,
    /// LACNIC.
    Lacnic,
    /// RIPE NCC.
    RipeNcc,
    /// IANA itself (in the combined file of the NRO).
    Iana,
}

impl Registry {
    /// The five regional registries.
    pub const REGIONAL: [Registry; 5] =
        [Registry::Afrinic, Registry::Apnic, Registry::Arin, Registry::Lacnic, Registry::RipeNcc];

    /// As the statistics files write it: `afrinic`, `ripencc`, …
    pub fn code(self) -> &'static str {
        match self {
            Registry::Afrinic => "afrinic",
            Registry::Apnic => "apnic",
            Registry::Arin => "arin",
            Registry::Lacnic => "lacnic",
            Registry::RipeNcc => "ripencc",
            Registry::Iana => "iana",
        }
    }
}

impl FromStr for Registry {
    type Err = ();

    /// The code of the statistics files, any case; `ripe` is `ripencc`.
    fn from_str(text: &str) -> Result<Registry, ()> {
        Registry::REGIONAL
            .into_iter()
            .chain([Registry::Iana])
            .find(|r| r.code().eq_ignore_ascii_case(text))
            .or_else(|| text.eq_ignore_ascii_case("ripe").then_some(Registry::RipeNcc))
            .ok_or(())
    }
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Registry::Afrinic => "AFRINIC",
            Registry::Apnic => "APNIC",
            Registry::Arin => "ARIN",
            Registry::Lacnic => "LACNIC",
            Registry::RipeNcc => "RIPE NCC",
            Registry::Iana => "IANA",
        })
    }
}

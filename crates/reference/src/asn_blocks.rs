//! Which registry hands out the numbers of a block: IANA's registry "Autonomous System (AS) Numbers".

use routing::Asn;

use crate::Registry;
use Registry::{Afrinic, Apnic, Arin, Lacnic, RipeNcc};

/// First and last number, and the registry. Blocks whose numbers have since been moved to several registries are
/// left out.
const BLOCKS: &[(u32, u32, Registry)] = &[
    (1, 1876, Arin),
    (1877, 1901, RipeNcc),
    (1902, 2042, Arin),
    (2585, 2614, RipeNcc),
    (2615, 2772, Arin),
    (2773, 2822, RipeNcc),
    (2823, 2829, Arin),
    (2830, 2879, RipeNcc),
    (2880, 3153, Arin),
    (3154, 3353, RipeNcc),
    (3354, 4607, Arin),
    (4608, 4865, Apnic),
    (4866, 5376, Arin),
    (5377, 5631, RipeNcc),
    (5632, 6655, Arin),
    (6656, 6911, RipeNcc),
    (6912, 7466, Arin),
    (7467, 7722, Apnic),
    (7723, 8191, Arin),
    (8192, 9215, RipeNcc),
    (9216, 10_239, Apnic),
    (10_240, 12_287, Arin),
    (12_288, 13_311, RipeNcc),
    (13_312, 15_359, Arin),
    (15_360, 16_383, RipeNcc),
    (16_384, 17_407, Arin),
    (17_408, 18_431, Apnic),
    (18_432, 20_479, Arin),
    (20_480, 21_503, RipeNcc),
    (21_504, 23_455, Arin),
    (23_552, 24_575, Apnic),
    (24_576, 25_599, RipeNcc),
    (25_600, 26_591, Arin),
    (26_624, 27_647, Arin),
    (27_648, 28_671, Lacnic),
    (28_672, 29_695, RipeNcc),
    (29_696, 30_719, Arin),
    (30_720, 31_743, RipeNcc),
    (31_744, 33_791, Arin),
    (33_792, 35_839, RipeNcc),
    (35_840, 36_863, Arin),
    (36_864, 37_887, Afrinic),
    (37_888, 38_911, Apnic),
    (38_912, 39_935, RipeNcc),
    (39_936, 40_959, Arin),
    (40_960, 45_055, RipeNcc),
    (45_056, 46_079, Apnic),
    (46_080, 47_103, Arin),
    (47_104, 52_223, RipeNcc),
    (52_224, 53_247, Lacnic),
    (53_248, 55_295, Arin),
    (55_296, 56_319, Apnic),
    (56_320, 58_367, RipeNcc),
    (58_368, 59_391, Apnic),
    (59_392, 61_439, RipeNcc),
    (61_440, 61_951, Lacnic),
    (61_952, 62_463, RipeNcc),
    (62_464, 63_487, Arin),
    (63_488, 64_098, Apnic),
    (64_099, 64_197, Lacnic),
    (64_198, 64_296, Arin),
    (64_297, 64_395, Apnic),
    (64_396, 64_495, RipeNcc),
    (131_072, 196_607, Apnic),
    (196_608, 262_143, RipeNcc),
    (262_144, 327_679, Lacnic),
    (327_680, 393_215, Afrinic),
    (393_216, 458_751, Arin),
];

/// The registry that IANA gave the block of a number to; `None` where no block holds it. Single numbers have been
/// transferred since, and a registry may be younger than its members' numbers: delegations, where there are any,
/// know better.
pub fn registry(asn: Asn) -> Option<Registry> {
    let (_, last, registry) = BLOCKS[..BLOCKS.partition_point(|(first, ..)| *first <= asn.0)].last()?;
    (asn.0 <= *last).then_some(*registry)
}

/// Whether two numbers come from blocks of different regions. LACNIC (2002) and AFRINIC (2005) serve networks whose
/// numbers ARIN and the RIPE NCC had given out: between these a block does not tell.
pub fn differ(a: Asn, b: Asn) -> Option<bool> {
    let (a, b) = (registry(a)?, registry(b)?);
    let unclear = matches!((a.min(b), a.max(b)), (Arin, Lacnic) | (Afrinic, Arin) | (Afrinic, RipeNcc));
    (!unclear).then_some(a != b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_ascend_and_do_not_overlap() {
        assert!(BLOCKS.iter().all(|(first, last, _)| first <= last));
        assert!(BLOCKS.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn registries_of_well_known_networks() {
        let known =
            [(174, Arin), (1299, Arin), (3320, RipeNcc), (4808, Apnic), (28_000, Lacnic), (37_100, Afrinic)];
        for (asn, expected) in known {
            let found = registry(Asn(asn));
            // Telia's number came from ARIN's block.
            assert_eq!(found, Some(expected), "AS{asn}");
        }
        for nobody in [0, 23_456, 64_496, 65_551, 131_071, 4_200_000_000] {
            assert_eq!(registry(Asn(nobody)), None, "AS{nobody}");
        }
    }

    #[test]
    fn what_older_registries_gave_to_regions_of_younger_ones_is_not_told_apart() {
        assert_eq!(differ(Asn(3320), Asn(4808)), Some(true));
        assert_eq!(differ(Asn(4808), Asn(131_072)), Some(false));
        assert_eq!(differ(Asn(174), Asn(28_000)), None);
        assert_eq!(differ(Asn(28_000), Asn(174)), None);
        assert_eq!(differ(Asn(64_496), Asn(174)), None);
    }
}

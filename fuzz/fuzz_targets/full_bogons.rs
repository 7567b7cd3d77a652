//! Lists of bogon prefixes.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::text(octets, |input, faults| {
    reference::bogons::parse_full_bogons(input, faults)
}));

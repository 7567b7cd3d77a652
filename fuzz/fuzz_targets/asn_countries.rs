//! Lists of ASNs with their economies.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::text(octets, |input, faults| {
    reference::asn_countries::parse(input, faults)
}));

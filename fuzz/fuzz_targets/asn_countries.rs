//! Lists of ASNs with their economies.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("asn_countries", octets));

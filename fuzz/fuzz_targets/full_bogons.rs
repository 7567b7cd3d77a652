//! Lists of bogon prefixes.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("full_bogons", octets));

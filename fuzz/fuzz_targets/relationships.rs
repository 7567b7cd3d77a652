//! Links between networks.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("relationships", octets));

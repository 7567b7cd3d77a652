//! Names of networks: lines, JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("as_names", octets));

//! The registries' extended delegation files.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("delegations", octets));

//! Names of networks: lines, JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::text(octets, |input, faults| reference::as_names::parse(
    input, faults
)));

//! RPSL dumps.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::text(octets, |input, faults| reference::irr::parse(
    input, "RIPE", faults
)));

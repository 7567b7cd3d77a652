//! Answers and dumps of PeeringDB.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::text(octets, |input, faults| reference::contacts::parse(
    input, faults
)));

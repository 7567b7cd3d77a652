//! Sessions of Spoofer.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::text(octets, |input, faults| reference::spoofer::parse(
    input, faults
)));

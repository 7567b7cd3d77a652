//! The registries' extended delegation files.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::text(octets, |input, faults| {
    reference::delegations::parse(input, faults)
}));

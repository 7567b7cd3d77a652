//! ASPAs: JSON, SLURM.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::text(octets, |input, faults| reference::aspa::parse(
    input, faults
)));

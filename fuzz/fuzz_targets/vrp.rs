//! VRPs: JSON, CSV, BIRD, OpenBGPD, SLURM.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::text(octets, |input, faults| reference::vrp::parse(
    input, faults
)));

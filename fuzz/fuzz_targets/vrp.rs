//! VRPs: JSON, CSV, BIRD, OpenBGPD, SLURM.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("vrp", octets));

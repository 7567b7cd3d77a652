//! SLURM files (RFC 8416), the whole of them right or none.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("slurm", octets));

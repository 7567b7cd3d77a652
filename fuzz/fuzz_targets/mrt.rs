//! Any octets as an MRT file.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("mrt", octets));

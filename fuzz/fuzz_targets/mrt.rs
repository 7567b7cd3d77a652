//! Any octets as an MRT file.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::mrt_file(octets));

//! Any octets as a bzip2 file, against libbz2.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("bz2", octets));

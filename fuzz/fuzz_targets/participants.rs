//! Lists of a programme's participants: CSV, JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("participants", octets));

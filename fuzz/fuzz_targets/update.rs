//! Any octets as an UPDATE message.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("update", octets));

//! Any octets as an UPDATE message.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::mrt_file(&fuzz::update_of(octets)));

//! Sessions of Spoofer.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("spoofer", octets));

//! Answers and dumps of PeeringDB.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("contacts", octets));

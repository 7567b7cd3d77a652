//! Any octets as the attributes of a table's rows.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("rows", octets));

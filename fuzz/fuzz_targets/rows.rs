//! Any octets as the attributes of a table's rows.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::mrt_file(&fuzz::table_of(octets)));

//! Bogons of the CIDR report.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::go("cidr_report", octets));

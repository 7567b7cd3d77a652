//! Bogons of the CIDR report.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::text(octets, |input, faults| {
    reference::bogons::parse_cidr_report(input, faults)
}));

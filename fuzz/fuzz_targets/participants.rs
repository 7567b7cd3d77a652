//! Lists of a programme's participants: CSV, JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    for programme in programme::shipped() {
        fuzz::text(octets, |input, faults| programme::parse(input, programme, faults));
    }
});

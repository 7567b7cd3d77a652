//! Units as others write them: the bytes that the rpki crate 0.20.1, the implementation behind Routinator,
//! makes of the values named beside them.

use super::*;
use crate::rtr::pdu;

fn bytes(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|two| u8::from_str_radix(str::from_utf8(two).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn their_units_are_ours() {
    let says = [
        bytes("020000070000000c00000029"),                 // Serial Notify 7, 41
        bytes("0203000700000008"),                         // Cache Response 7
        bytes("020400000000001401181c00c00002000000fbf7"), // 192.0.2.0/24-28 AS64503
        bytes("02060000000000200120300020010db80000000000000000000000000000fbf5"), // 2001:db8::/32-48 AS64501
        // Router Key
        [&bytes("020901000000007b03030303030303030303030303030303030303030000fbf4")[..], &[0xa5; 91]]
            .concat(),
        bytes("020b0100000000180000fbf4000000010000000200000003"), // AS64500: 1, 2, 3
        bytes("020b0100000000140000fbf40000fbf50000fbf6"),         // AS64500: 64501, 64502
        bytes("020b0100000000100000fbf300000001"),                 // AS64499: 1
        bytes("020b00000000000c0000fbf3"),                         // AS64499 withdrawn
        bytes("02070007000000180000002900000e100000025800001c20"), // End of Data 7, 41: 3600, 600, 7200
    ];
    let mut set = Set::default();
    let end = asked(WHOLE, &mut set, &says.concat()).unwrap();
    let mut expected = good_set();
    expected.take_aspa(false, Families::Ipv4, Asn(64510), Vec::new()).unwrap();
    assert_eq!(set, expected);
    assert_eq!((end.session, end.serial, end.intervals.expire), (7, 41, Some(7200)));

    let says = [bytes("0003000700000008"), bytes("000700070000000c00000029")].concat();
    assert_eq!(asked(WHOLE, &mut Set::default(), &says).unwrap().version, 0);

    // Error 4 in version 1 to a Reset Query of version 2, "only 1".
    let error = bytes("010a00040000001e000000080202000000000008000000066f6e6c792031");
    assert!(matches!(asked(WHOLE, &mut Set::default(), &error), Err(Stop::Version(1))));
}

#[test]
fn our_queries_and_reports_are_theirs() {
    assert_eq!(pdu::reset_query(2), bytes("0202000000000008"));
    assert_eq!(pdu::serial_query(1, 0xabcd, 0x1234_5678), bytes("0101abcd0000000c12345678"));
    let violation = pdu::Violation::new(7, "twice");
    let report = "020a00070000002900000014020400000000001401181c00c000020000000001000000057477696365";
    assert_eq!(pdu::error_report(2, &violation, &v4(1, 1)), bytes(report));
}

#[test]
fn providers_as_stayrtr_writes_them() {
    // StayRTR 0.5.1, one family each: what it sends when the providers of AS64510 change from 64501 and 64502
    // to 64501 and 64503, and its ASPA for IPv6 goes.
    let whole = [
        bytes("0203b25800000008"),
        bytes("020b000000000018010000020000fbfe0000fbf50000fbf6"),
        bytes("020b000000000014010100010000fbfe0000fbf5"),
        bytes("0207b258000000180000000000000e100000025800001c20"),
    ];
    let mut set = Set::default();
    asked(WHOLE, &mut set, &whole.concat()).unwrap();
    let mut expected = Set::default();
    expected.take_aspa(true, Families::Ipv4, Asn(64510), asns(&[64501, 64502])).unwrap();
    expected.take_aspa(true, Families::Ipv6, Asn(64510), asns(&[64501])).unwrap();
    assert_eq!(set, expected);
    let changes = [
        bytes("0203b25800000008"),
        bytes("020b000000000018010000020000fbfe0000fbf50000fbf7"),
        bytes("020b000000000018000000020000fbfe0000fbf50000fbf6"),
        bytes("020b000000000014000100010000fbfe0000fbf5"),
        bytes("0207b258000000180000000100000e100000025800001c20"),
    ];
    let since = Ask::Since { version: 2, session: 0xb258, serial: 0 };
    assert_eq!(asked(since, &mut set, &changes.concat()).unwrap().serial, 1);
    let mut expected = Set::default();
    expected.take_aspa(true, Families::Ipv4, Asn(64510), asns(&[64501, 64503])).unwrap();
    assert_eq!(set, expected);
}

//! Every kind of fault the readers of this crate report, in one table.

use routing::{Fault, FaultCounts, FaultKind};

macro_rules! kinds {
    ($($name:ident $code:literal $meaning:literal $rule:literal $skipped:literal;)*) => {
        $(
            #[doc = $meaning]
            pub const $name: FaultKind =
                FaultKind { code: $code, meaning: $meaning, rule: $rule, skipped: $skipped };
        )*
        /// The whole table.
        pub const ALL: &[FaultKind] = &[$($name),*];
    };
}

kinds! {
    LINE_TOO_LONG "line-too-long" "The line is longer than any line of this format." "" true;
    WRONG_COLUMNS "wrong-columns" "The line does not have this format's columns." "" true;
    BAD_ASN "bad-asn" "The AS number cannot be read." "RFC 5396" true;
    BAD_PREFIX "bad-prefix" "The prefix cannot be read or has host bits set." "RFC 4632 §3.1" true;
    NO_LENGTH "no-length" "The prefix has no length and is taken as a single address." "RFC 4632 §3.1" false;
    BAD_ADDRESS "bad-address" "The address cannot be read." "" true;
    BAD_MAX_LENGTH "bad-max-length" "The maximum length is below the prefix's length or above the family's." "RFC 9582 §4.3.2.2" true;
    BAD_COUNT "bad-count" "The count is no number, zero, or leads beyond the end of the number space." "" true;
    BAD_DATE "bad-date" "The date cannot be read and is taken as not known." "" false;
    BAD_TIME "bad-time" "The time cannot be read; times are in UTC." "RFC 3339" true;
    BAD_COUNTRY "bad-country" "The country is not two letters and is taken as not known." "ISO 3166-1" false;
    BAD_STATUS "bad-status" "The status is none of allocated, assigned, available, reserved." "RIR statistics exchange format" true;
    UNKNOWN_REGISTRY "unknown-registry" "The registry is none of the five RIRs or IANA." "RIR statistics exchange format" true;
    UNKNOWN_RESOURCE "unknown-resource" "The resource type is none of asn, ipv4, ipv6." "RIR statistics exchange format" true;
    HEADER_WRONG "header-wrong" "The file's header is missing or cannot be read." "" false;
    RECORDS_MISMATCH "records-mismatch" "The number of records differs from what the header says." "RIR statistics exchange format" false;
    SUMMARY_MISMATCH "summary-mismatch" "The number of records of a type differs from its summary line." "RIR statistics exchange format" false;
    JSON_BROKEN "json-broken" "The JSON text breaks off or is damaged; what follows is not read." "RFC 8259" true;
    JSON_ELEMENT "json-element" "A list element lacks a member or has one of the wrong type." "" true;
    RPSL_LINE "rpsl-line" "The line is neither an attribute, a continuation nor a comment." "RFC 2622 §2" true;
    RPSL_OBJECT_TOO_LONG "rpsl-object-too-long" "The object is larger than any object; the rest of it is not read." "RFC 2622 §2" true;
    RPSL_MISSING "rpsl-missing" "A mandatory attribute is missing or empty." "RFC 2622 §3" true;
    BAD_SET_NAME "bad-set-name" "The name of the set is no name that a set may have." "RFC 2622 §5" true;
    RPSL_REPEATED "rpsl-repeated" "A single-valued attribute is repeated; the first counts." "RFC 2622 §2" false;
    SOURCE_DIFFERS "source-differs" "The object names another source than the registry it was read for." "RFC 2622 §3" false;
    BAD_RELATION "bad-relation" "The relationship is neither -1 (provider to customer) nor 0 (peers)." "" true;
    SELF_RELATION "self-relation" "A network is related to itself." "" true;
    UNKNOWN_RESULT "unknown-result" "The result is none of blocked, received, rewritten, unknown and is taken as unknown." "" false;
    UNKNOWN_EVENT "unknown-event" "The event is of no type that this version knows." "" true;
    EMPTY_PROVIDERS "empty-providers" "The ASPA names no provider." "draft-ietf-sidrops-aspa-profile" true;
}

/// Longest detail kept with a fault, in characters.
const DETAIL_CHARS_MAX: usize = 100;

/// Counts one fault of a text line; `detail` is cut to a readable length.
pub(crate) fn push(faults: &mut FaultCounts, kind: FaultKind, line: u64, detail: &str) {
    let mut cut: String =
        detail.chars().take(DETAIL_CHARS_MAX).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if cut.len() < detail.len() && detail.chars().nth(DETAIL_CHARS_MAX).is_some() {
        cut.push('…');
    }
    faults.push(Fault { kind, at: line, extent: u64::from(kind.skipped), detail: cut });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<_> = ALL.iter().map(|k| k.code).collect();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), ALL.len());
    }

    #[test]
    fn details_are_cut_and_cleaned() {
        let mut faults = FaultCounts::default();
        push(&mut faults, BAD_ASN, 7, &"é\0".repeat(200));
        let fault = &faults.first()[0];
        assert_eq!(fault.detail.chars().count(), DETAIL_CHARS_MAX + 1);
        assert!(fault.detail.ends_with('…') && !fault.detail.contains('\0'));
        assert_eq!((fault.at, fault.extent), (7, 1));
    }
}

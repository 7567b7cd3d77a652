use super::*;

#[test]
fn the_nearest_word_is_named_and_a_far_one_is_not() {
    let words = ["month", "framework", "limit", "cursor", "fields", "economy"];
    for (typed, meant) in
        [("moth", "month"), ("Month", "month"), ("field", "fields"), ("framwork", "framework")]
    {
        assert_eq!(nearest(typed, words), Some(meant), "{typed}");
    }
    assert_eq!(nearest("xyzzy", words), None);
    assert_eq!(nearest("", words), None);
}

#[test]
fn grades_are_asked_for_by_the_names_of_their_columns() {
    for (key, parameter) in GRADE_PARAMETERS {
        assert_eq!(parameter.name, format!("{key}_grade"));
    }
    assert_eq!(ScoreKey::ALL.len(), GRADE_PARAMETERS.len());
}

#[test]
fn limits_and_prefixes_are_read_as_documented() {
    assert_eq!(
        ["1", "1000", "0", "1001", "+1", "", "01"].map(limit),
        [Some(1), Some(1000), None, None, None, None, Some(1)]
    );
    assert_eq!(prefix("2001:db8::-32").unwrap().to_string(), "2001:db8::/32");
    assert_eq!(prefix("192.0.2.0/24").unwrap().to_string(), "192.0.2.0/24");
    assert!(prefix("192.0.2.1-24").is_err() && prefix("-").is_err());
}

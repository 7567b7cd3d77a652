use serde_json::Value;

use crate::bar::Bar;
use crate::format::{Count, counted};
use crate::sign::Sign;

/// RPKI and IRR states of all routes, from a publication's summary: `rpki` with `valid`, `invalid` and
/// `not_found`, `irr` with `exact`, `covered`, `wrong_origin`, `none` and `unknown`, each with `from`, the
/// source in words; or each with `unknown`, why there are none. What the summary lacks is no data.
pub(crate) struct States {
    pub(crate) rpki: Known,
    pub(crate) irr: Known,
    /// Who showed the routes, in words; empty when the summary does not say.
    pub(crate) shown_by: String,
}

/// States with where they are known from, or why they are not known.
pub(crate) struct Known {
    pub(crate) bar: Option<Bar>,
    pub(crate) from: String,
    pub(crate) unknown: String,
}

impl States {
    pub(crate) fn of(summary: &Value) -> States {
        let rpki = [("valid", "valid"), ("not-found", "not_found"), ("invalid", "invalid")];
        let irr = ["exact", "covered", "none", "wrong_origin"].map(|state| (state, state));
        States {
            rpki: known(summary.get("rpki"), &rpki, Sign::rpki),
            irr: known(summary.get("irr"), &irr, Sign::irr),
            shown_by: shown_by(summary).unwrap_or_default(),
        }
    }
}

fn known(counts: Option<&Value>, states: &[(&str, &str)], sign: fn(Option<&str>) -> Sign) -> Known {
    let text = |key: &str| counts.and_then(|counts| counts.get(key)?.as_str()).unwrap_or_default().to_owned();
    let number = |key: &str| counts?.get(key)?.as_u64();
    let parts: Option<Vec<(Sign, u64)>> =
        states.iter().map(|(state, key)| Some((sign(Some(state)), number(key)?))).collect();
    let without = number("unknown").filter(|n| *n > 0).map(|n| (Sign::NO_DATA, n));
    Known {
        bar: parts.map(|parts| Bar::new(parts.into_iter().chain(without))),
        from: text("from"),
        unknown: text("unknown"),
    }
}

fn shown_by(summary: &Value) -> Option<String> {
    let number = |key: &str| summary.get(key)?.as_u64();
    Some(format!(
        "{}, {}, {} of them with a full feed",
        counted(number("collectors")?, "collector", "collectors"),
        counted(number("peers")?, "peer", "peers"),
        Count(number("full_feeds")?)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_is_no_data_and_not_zero() {
        let states = States::of(&json!({
            "rpki": { "valid": 3, "invalid": 0, "not_found": 1, "from": "VRPs" },
            "irr": { "unknown": "no route objects loaded" },
        }));
        let rpki: Vec<_> =
            states.rpki.bar.unwrap().parts.iter().map(|part| (part.sign.word, part.count.0)).collect();
        assert_eq!(rpki, [("valid", 3), ("not-found", 1), ("invalid", 0)]);
        assert_eq!(states.rpki.from, "VRPs");
        assert!(states.irr.bar.is_none());
        assert_eq!(states.irr.unknown, "no route objects loaded");
        assert!(States::of(&Value::Null).rpki.bar.is_none());
        let some = json!({ "irr": { "exact": 1, "covered": 1, "wrong_origin": 1, "none": 1, "unknown": 2 } });
        assert_eq!(States::of(&some).irr.bar.unwrap().parts.last().unwrap().count.0, 2);
    }
}

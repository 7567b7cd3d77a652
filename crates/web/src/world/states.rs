use serde_json::Value;

use crate::bar::Bar;
use crate::sign::Sign;

/// RPKI and IRR states of all routes, from a publication's summary: `rpki` with `valid`, `invalid` and
/// `not_found`, `irr` with `exact`, `covered`, `wrong_origin` and `none`. What the summary lacks is no data.
pub(crate) struct States {
    pub(crate) rpki: Option<Bar>,
    pub(crate) irr: Option<Bar>,
}

impl States {
    pub(crate) fn of(summary: &Value) -> States {
        let rpki = [("valid", "valid"), ("not-found", "not_found"), ("invalid", "invalid")];
        let irr = ["exact", "covered", "none", "wrong_origin"].map(|state| (state, state));
        States {
            rpki: bar(summary.get("rpki"), &rpki, Sign::rpki),
            irr: bar(summary.get("irr"), &irr, Sign::irr),
        }
    }
}

fn bar(counts: Option<&Value>, states: &[(&str, &str)], sign: fn(Option<&str>) -> Sign) -> Option<Bar> {
    let counts = counts?;
    let parts: Option<Vec<(Sign, u64)>> =
        states.iter().map(|(state, key)| Some((sign(Some(state)), counts.get(key)?.as_u64()?))).collect();
    parts.map(Bar::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_is_no_data_and_not_zero() {
        let states = States::of(&json!({ "rpki": { "valid": 3, "invalid": 0, "not_found": 1 }, "irr": { "exact": 1 } }));
        let rpki: Vec<_> = states.rpki.unwrap().parts.iter().map(|p| (p.sign.word, p.count.0)).collect();
        assert_eq!(rpki, [("valid", 3), ("not-found", 1), ("invalid", 0)]);
        assert!(states.irr.is_none());
        assert!(States::of(&Value::Null).rpki.is_none());
    }
}

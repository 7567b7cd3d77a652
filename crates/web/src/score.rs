use measure::framework::{Bound, Framework, ScoreKey, ScoreRule};

/// A score in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ScoreWords {
    /// Its key, fit for a fragment of an address.
    pub(crate) key: String,
    /// `Action 4`.
    pub(crate) action: String,
    /// `RPKI`.
    pub(crate) title: String,
}

impl ScoreWords {
    /// `Action 4: RPKI`.
    pub(crate) fn full(&self) -> String {
        if self.action.is_empty() { self.title.clone() } else { format!("{}: {}", self.action, self.title) }
    }
}

/// The rule of a score by its key.
pub(crate) fn score_rule(rules: Option<&'static Framework>, key: &str) -> Option<&'static ScoreRule> {
    let key = ScoreKey::ALL.iter().find(|known| known.as_str() == key)?;
    rules?.score(*key)
}

/// A score's words; where its framework's file is not at hand, those that its key means in every framework.
pub(crate) fn score_words(rules: Option<&'static Framework>, key: &str) -> ScoreWords {
    let known = ScoreKey::ALL.iter().find(|known| known.as_str() == key);
    let (action, title) = match known {
        Some(ScoreKey::Filtering) => (1, "Filtering"),
        Some(ScoreKey::AntiSpoofing) => (2, "Anti-spoofing"),
        Some(ScoreKey::Coordination) => (3, "Coordination"),
        Some(ScoreKey::RoutingInformationIrr) => (4, "IRR"),
        Some(ScoreKey::RoutingInformationRpki) => (4, "RPKI"),
        None => (0, key),
    };
    let action = score_rule(rules, key).map_or(action, |rule| rule.action);
    ScoreWords {
        key: key.to_owned(),
        action: if action == 0 { String::new() } else { format!("Action {action}") },
        title: title.to_owned(),
    }
}

/// A threshold as a reader writes it: `≥ 0.9`.
pub(crate) fn bound_words(bound: Bound) -> String {
    match bound {
        Bound::AtLeast(value) => format!("≥\u{a0}{value}"),
        Bound::Above(value) => format!(">\u{a0}{value}"),
    }
}

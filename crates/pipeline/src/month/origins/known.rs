//! What a verdict on an origin or a path names as the inputs that tell of before: each file once, with its moment.

use detect::{Input, InputKind};
use routing::Timestamp;

use super::Context;

/// The latest earlier table or list of origins, and the latest relationships, that are not newer than `at`. Links of
/// relationships count among what was seen before, but the file is one input.
pub fn before(at: Timestamp, context: &Context<'_>) -> Vec<Input> {
    let history = context.baseline.history();
    let seen = history.latest(at, false);
    let seen = seen.map(|s| Input::dated(InputKind::History, s.label.clone(), s.as_of, at));
    let given = match history.latest(at, true) {
        Some(s) => Input::dated(InputKind::Relationships, "relationships", s.as_of, at),
        None => nothing(InputKind::Relationships, "relationships", "who buys from whom is not known"),
    };
    seen.into_iter().chain([given]).collect()
}

/// What would have been asked and is not at hand, and what is not known for that.
pub fn nothing(what: InputKind, label: &str, unknown: &str) -> Input {
    Input::present(what, format!("no {label} from before it are loaded: {unknown}"))
}

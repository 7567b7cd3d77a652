use serde_json::Value;

use super::field::{Field, Kind, Resource, field, maybe};
use crate::told::Told;

/// A verdict tree as it is stored; one that was not made is empty.
pub(crate) struct Tree(pub(super) Value);

struct Input(Value);

struct Clause(Value);

fn list<R: Resource>(tree: &Tree, part: &str, item: fn(Value) -> R) -> Value {
    tree.0[part].as_array().into_iter().flatten().map(|one| item(one.clone()).object()).collect()
}

/// A member that is a text; an empty one where it is none.
fn text(value: &Value, member: &str) -> Value {
    value[member].as_str().unwrap_or_default().into()
}

impl Resource for Tree {
    const NAME: &'static str = "VerdictTree";
    const FIELDS: &'static [Field<Self>] = &[
        field("inputs", Kind::List(&Kind::Object(Input::item)), "What it was judged by.", |t| {
            list(t, "inputs", Input)
        }),
        field("fired", Kind::List(&Kind::Object(Clause::item)), "Rules that fired.", |t| {
            list(t, "fired", Clause)
        }),
        field("against", Kind::List(&Kind::Object(Clause::item)), "What speaks against it.", |t| {
            list(t, "against", Clause)
        }),
        field("flips", Kind::List(&Kind::Object(Clause::item)), "What would turn it.", |t| {
            list(t, "flips", Clause)
        }),
    ];
}

impl Resource for Input {
    const NAME: &'static str = "VerdictInput";
    const FIELDS: &'static [Field<Self>] = &[
        field("what", Kind::Text, "What kind of thing, such as vrps or history.", |i| text(&i.0, "what")),
        field("label", Kind::Text, "Which one.", |i| text(&i.0, "label")),
        maybe("as_of", Kind::Moment, "The moment it speaks of; null where it is the event's own.", |i| {
            i.0["as_of"].as_str().into()
        }),
        maybe("skew_days", Kind::Integer, "Days between that moment and the event.", |i| {
            i.0["skew_days"].as_u64().into()
        }),
    ];
}

impl Resource for Clause {
    const NAME: &'static str = "VerdictClause";
    const FIELDS: &'static [Field<Self>] = &[
        field("rule", Kind::Text, "Stable code of the rule.", |c| text(&c.0, "rule")),
        field("sentence", Kind::Text, "What it says of this event.", |c| text(&c.0, "sentence")),
        maybe("points", Kind::Integer, "What it adds to the score; null where it is no term of one.", |c| {
            c.0["points"].as_i64().into()
        }),
    ];
}

impl Resource for Told {
    const NAME: &'static str = "Told";
    const FIELDS: &'static [Field<Self>] = &[
        field("sentence", Kind::Text, "What happened.", |t| t.sentence.as_str().into()),
        field("verdict", Kind::Text, "The verdict with its reason.", |t| t.verdict.as_str().into()),
        field("inputs", Kind::List(&Kind::Text), "What it was judged by.", |t| t.inputs.as_slice().into()),
        field("fired", Kind::List(&Kind::Text), "Rules that fired.", |t| t.fired.as_slice().into()),
        field("against", Kind::List(&Kind::Text), "What speaks against it.", |t| t.against.as_slice().into()),
        field("flips", Kind::List(&Kind::Text), "What would turn it.", |t| t.flips.as_slice().into()),
    ];
}

//! The shapes of answers: the document's schemas and the columns of CSV come from them.

use serde_json::{Map, Value, json};

/// What stands at a place of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Integer,
    Number,
    Boolean,
    Text,
    Asn,
    Prefix,
    Day,
    /// `2024-05`
    Month,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Not known, or no data.
    OrNull(Box<Shape>),
    List(Box<Shape>),
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    /// Whether it may be missing, as the original leaves it out.
    pub(crate) optional: bool,
    pub(crate) about: String,
}

/// A member that is always there.
pub(crate) fn member(name: &str, shape: Shape, about: &str) -> Member {
    Member { name: name.to_owned(), shape, optional: false, about: about.to_owned() }
}

impl Shape {
    pub(crate) fn or_null(self) -> Shape {
        Shape::OrNull(Box::new(self))
    }

    pub(crate) fn list(self) -> Shape {
        Shape::List(Box::new(self))
    }

    /// Its schema in the document.
    pub(crate) fn schema(&self) -> Value {
        match self {
            Shape::Integer => json!({ "type": "integer" }),
            Shape::Number => json!({ "type": "number" }),
            Shape::Boolean => json!({ "type": "boolean" }),
            Shape::Text => json!({ "type": "string" }),
            Shape::Asn => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
            Shape::Prefix => json!({ "type": "string", "format": "ip-prefix" }),
            Shape::Day => json!({ "type": "string", "format": "date" }),
            Shape::Month => json!({ "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$" }),
            Shape::Word(words) => json!({ "type": "string", "enum": words }),
            Shape::OrNull(of) => {
                let mut schema = of.schema();
                schema["type"] = json!([schema["type"], "null"]);
                if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
                    words.push(Value::Null);
                }
                schema
            }
            Shape::List(of) => json!({ "type": "array", "items": of.schema() }),
            Shape::Object(members) => {
                let described = |member: &Member| {
                    let mut schema = member.shape.schema();
                    if !member.about.is_empty() {
                        schema["description"] = member.about.as_str().into();
                    }
                    (member.name.clone(), schema)
                };
                let required = members.iter().filter(|m| !m.optional).map(|m| m.name.as_str());
                json!({
                    "type": "object",
                    "properties": members.iter().map(described).collect::<Map<_, _>>(),
                    "required": required.collect::<Vec<_>>(),
                    "additionalProperties": false,
                })
            }
        }
    }

    /// The shape of a member.
    pub(crate) fn of_member(&self, name: &str) -> Option<&Shape> {
        match self {
            Shape::Object(members) => members.iter().find(|m| m.name == name).map(|m| &m.shape),
            _ => None,
        }
    }

    /// Places of what is no object: the columns of CSV.
    pub(crate) fn leaves(&self) -> Vec<Vec<&str>> {
        let Shape::Object(members) = self else { return vec![Vec::new()] };
        let mut leaves = Vec::new();
        for member in members {
            for leaf in member.shape.leaves() {
                let mut place = vec![member.name.as_str()];
                place.extend(leaf);
                leaves.push(place);
            }
        }
        leaves
    }
}

//! What answers are made of. A resource is a table of fields; bodies, CSV columns, the `fields` parameter and
//! the schemas of the document all come from it.

use routing::Timestamp;
use serde_json::{Map, Value};

/// What a field holds.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Whole number.
    Integer,
    /// Number.
    Number,
    /// True or false.
    Boolean,
    /// Text.
    Text,
    /// AS number as an integer.
    Asn,
    /// Canonical prefix.
    Prefix,
    /// RFC 3339, UTC.
    Moment,
    /// `2024-05-03`.
    Day,
    /// `2024-05`.
    Month,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Several of a kind.
    List(&'static Kind),
    /// An object.
    Object(fn() -> Item),
    /// Whole numbers by name.
    Counts,
    /// Words by name.
    Words,
}

/// A field without the way to its value.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Whether it may be null: not known, or not so.
    pub(crate) nullable: bool,
    pub(crate) about: &'static str,
}

/// A resource without the type of its rows.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) name: &'static str,
    pub(crate) shapes: Vec<Shape>,
}

/// One field of a resource.
pub(crate) struct Field<R> {
    shape: Shape,
    of: fn(&R) -> Value,
}

/// A field that always has a value.
pub(crate) const fn field<R>(
    name: &'static str,
    kind: Kind,
    about: &'static str,
    of: fn(&R) -> Value,
) -> Field<R> {
    Field { shape: Shape { name, kind, nullable: false, about }, of }
}

/// A field that may be null.
pub(crate) const fn maybe<R>(
    name: &'static str,
    kind: Kind,
    about: &'static str,
    of: fn(&R) -> Value,
) -> Field<R> {
    Field { shape: Shape { name, kind, nullable: true, about }, of }
}

/// Rows of one kind.
pub(crate) trait Resource: Sized + 'static {
    /// Name of its schema.
    const NAME: &'static str;
    /// Its fields, in the order shown.
    const FIELDS: &'static [Field<Self>];

    /// Its schema.
    fn item() -> Item {
        Item { name: Self::NAME, shapes: Self::FIELDS.iter().map(|field| field.shape).collect() }
    }

    /// All its values, in the order of its fields.
    fn values(&self) -> Vec<Value> {
        Self::FIELDS.iter().map(|field| (field.of)(self)).collect()
    }

    /// The whole object.
    fn object(&self) -> Value {
        let members = Self::FIELDS.iter().map(|field| (field.shape.name.to_owned(), (field.of)(self)));
        Value::Object(members.collect::<Map<_, _>>())
    }
}

/// Objects of a list.
pub(crate) fn objects<'a, R: Resource>(rows: impl IntoIterator<Item = &'a R>) -> Value {
    rows.into_iter().map(Resource::object).collect()
}

/// A moment from Unix seconds.
pub(crate) fn moment(at: i64) -> Value {
    Timestamp(at).to_string().into()
}

/// AS numbers of a list.
pub(crate) fn numbers(list: &[u32]) -> Value {
    list.iter().copied().map(Value::from).collect()
}

/// Texts of a list.
pub(crate) fn texts<T: ToString>(list: impl IntoIterator<Item = T>) -> Value {
    list.into_iter().map(|text| Value::from(text.to_string())).collect()
}

//! The OpenAPI 3.1 document, made from the tables of questions, parameters, fields and problems.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::Form;
use super::field::{Item, Kind, Shape};
use super::meta;
use super::operation::{Answers, Operation, operations};
use super::parameter::{Holds, NAMED, Parameter};
use super::problem::CODES;

/// The document, indented, with a line break at its end.
pub(crate) fn text() -> String {
    static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", document()));
    TEXT.clone()
}

fn document() -> Value {
    let mut paths = Map::new();
    let (mut schemas, mut parameters) = (BTreeMap::new(), BTreeMap::new());
    for operation in operations() {
        operation.item().into_iter().for_each(|item| collect(item, true, &mut schemas));
        for (path, suffix) in super::paths(operation) {
            paths.insert(path, json!({ "get": question(operation, suffix) }));
        }
        for (name, about) in operation_parameters(operation) {
            parameters.insert(name, about);
        }
    }
    let meta = meta::SHAPE.map(|(name, kind, nullable, about)| Shape { name, kind, nullable, about });
    collect(Item { name: "Meta", shapes: meta.to_vec() }, false, &mut schemas);
    schemas.insert("Links".to_owned(), links());
    schemas.insert("Problem".to_owned(), problem());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Routing Observatory",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Routing security of every network, month by month.",
            "description": "Every list comes as JSON, CSV or NDJSON, by `Accept` or by the ending of the path, \
                part by part: `links.next` (in every form also the header `Link`) leads to the next one and is \
                missing at the end. Every answer has an `ETag`. Errors are problems as in RFC 9457; their `code` \
                is stable. Unknown parameters are refused.",
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": { "schemas": schemas, "parameters": parameters, "responses": problems() },
    })
}

fn question(operation: &Operation, suffix: Option<Form>) -> Value {
    let id = match suffix {
        Some(form) => format!("{}_{}", operation.id, form.suffix().trim_start_matches('.')),
        None => operation.id.to_owned(),
    };
    let parameters = operation_parameters(operation);
    let reference =
        |(name, _): &(String, Value)| json!({ "$ref": format!("#/components/parameters/{name}") });
    let mut responses = Map::new();
    responses.insert("200".to_owned(), found(operation, suffix));
    responses.insert(
        "304".to_owned(),
        json!({ "description": "Unchanged: the asker's `If-None-Match` names this very answer." }),
    );
    for status in statuses(operation) {
        let name = format!("Problem{}", status.as_u16());
        let reference = json!({ "$ref": format!("#/components/responses/{name}") });
        responses.insert(status.as_u16().to_string(), reference);
    }
    json!({
        "operationId": id,
        "summary": operation.summary,
        "description": operation.about,
        "parameters": parameters.iter().map(reference).collect::<Vec<_>>(),
        "responses": responses,
    })
}

/// What a question can fail with.
fn statuses(operation: &Operation) -> &'static [StatusCode] {
    const ALL: [StatusCode; 5] = [
        StatusCode::BAD_REQUEST,
        StatusCode::NOT_FOUND,
        StatusCode::NOT_ACCEPTABLE,
        StatusCode::INTERNAL_SERVER_ERROR,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    match operation.answers {
        Answers::List(..) | Answers::Object(..) | Answers::Bundle(_) => &ALL,
        Answers::Document => &ALL[2..3],
        Answers::Page => &ALL[3..4],
    }
}

/// The parameters of a question, each under the name by which it is referred to.
fn operation_parameters(operation: &Operation) -> Vec<(String, Value)> {
    let fields = operation.fields();
    let named = operation.named.map(|p| {
        let name = match p.holds {
            Holds::Incident => format!("incident_{}_in_path", p.name),
            _ => format!("{}_in_path", p.name),
        };
        (name, parameter(&p, "path", true, &fields))
    });
    let query = operation.query().into_iter().map(|p| {
        let name = match (p.holds, operation.item()) {
            (Holds::Fields, Some(item)) => format!("fields_of_{}", item.name),
            _ if p == NAMED => "named_network".to_owned(),
            (Holds::Prefix, _) if operation.required != Some(p) => format!("about_{}", p.name),
            _ => p.name.to_owned(),
        };
        (name, parameter(&p, "query", operation.required == Some(p), &fields))
    });
    named.into_iter().chain(query).collect()
}

fn parameter(parameter: &Parameter, place: &str, required: bool, fields: &[&str]) -> Value {
    let mut out = json!({
        "name": parameter.name,
        "in": place,
        "required": required,
        "description": parameter.about,
        "schema": parameter.schema(fields),
    });
    if parameter.holds == Holds::Fields {
        out["style"] = "form".into();
        out["explode"] = false.into();
    }
    if !parameter.example.is_empty() {
        out["example"] = match parameter.holds {
            Holds::Limit => json!(parameter.example.parse::<u32>().unwrap_or_default()),
            _ => json!(parameter.example),
        };
    }
    out
}

fn found(operation: &Operation, suffix: Option<Form>) -> Value {
    let item = operation.item();
    let reference = |item: &Item| json!({ "$ref": format!("#/components/schemas/{}", item.name) });
    let enveloped = |data: Value| {
        json!({
            "type": "object",
            "properties": {
                "data": data,
                "meta": { "$ref": "#/components/schemas/Meta" },
                "links": { "$ref": "#/components/schemas/Links" },
            },
            "required": ["data", "meta", "links"],
            "additionalProperties": false,
        })
    };
    let text = json!({ "type": "string" });
    let schema = |form: Form| match (form, operation.answers, &item) {
        (Form::Json, Answers::List(..), Some(item)) => {
            enveloped(json!({ "type": "array", "items": reference(item) }))
        }
        (Form::Json, Answers::Object(..), Some(item)) => enveloped(reference(item)),
        (Form::Json, ..) => json!({ "type": "object" }),
        (Form::Csv | Form::Ndjson, ..) => text.clone(),
    };
    let forms: &[Form] = match (operation.answers, &suffix) {
        (_, Some(form)) => core::slice::from_ref(form),
        (Answers::List(..), None) => &[Form::Json, Form::Csv, Form::Ndjson],
        (_, None) => &[Form::Json],
    };
    let content: Map<String, Value> = match operation.answers {
        Answers::Bundle(_) => {
            let object = json!({ "schema": { "type": "object" } });
            Map::from_iter([("application/stix+json".to_owned(), object)])
        }
        Answers::Page => Map::from_iter([("text/html".to_owned(), json!({ "schema": text }))]),
        _ => forms.iter().map(|f| (f.media_type().to_owned(), json!({ "schema": schema(*f) }))).collect(),
    };
    let tag = json!({ "description": "Tag of these very bytes.", "schema": { "type": "string" } });
    json!({ "description": operation.summary, "headers": { "ETag": tag }, "content": content })
}

/// Schemas of a resource and of what it holds. `fields` can leave members of an answer's own rows out, so none
/// of those is required.
fn collect(item: Item, rows: bool, schemas: &mut BTreeMap<String, Value>) {
    if let Some(known) = schemas.get_mut(item.name).and_then(Value::as_object_mut) {
        if rows {
            // Met before inside another's rows, where nothing is left out.
            known.remove("required");
        }
        return;
    }
    let properties: Map<String, Value> = item.shapes.iter().map(|s| (s.name.to_owned(), member(s))).collect();
    let names: Vec<&str> = item.shapes.iter().map(|shape| shape.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if !rows {
        schema["required"] = names.into();
    }
    schema["additionalProperties"] = false.into();
    schemas.insert(item.name.to_owned(), schema);
    for shape in &item.shapes {
        let mut kind = &shape.kind;
        while let Kind::List(of) = kind {
            kind = of;
        }
        if let Kind::Object(item) = kind {
            collect(item(), false, schemas);
        }
    }
}

fn member(shape: &Shape) -> Value {
    let mut schema = schema(&shape.kind);
    if shape.nullable {
        schema = match shape.kind {
            Kind::Object(_) => json!({ "anyOf": [schema, { "type": "null" }] }),
            _ => {
                schema["type"] = json!([schema["type"], "null"]);
                if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
                    words.push(Value::Null);
                }
                schema
            }
        };
    }
    schema["description"] = shape.about.into();
    schema
}

fn schema(kind: &Kind) -> Value {
    match kind {
        Kind::Integer => json!({ "type": "integer" }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Text => json!({ "type": "string" }),
        Kind::Asn => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
        Kind::Prefix => json!({ "type": "string", "format": "ip-prefix" }),
        Kind::Moment => json!({ "type": "string", "format": "date-time" }),
        Kind::Day => json!({ "type": "string", "format": "date" }),
        Kind::Month => json!({ "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$" }),
        Kind::Word(words) => json!({ "type": "string", "enum": words }),
        Kind::List(of) => json!({ "type": "array", "items": schema(of) }),
        Kind::Object(item) => json!({ "$ref": format!("#/components/schemas/{}", item().name) }),
        Kind::Counts => {
            json!({ "type": "object", "additionalProperties": { "type": "integer", "minimum": 0 } })
        }
        Kind::Words => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
    }
}

fn links() -> Value {
    json!({
        "type": "object",
        "description": "Addresses by their relation, with month and framework spelled out.",
        "properties": {
            "self": { "type": "string", "description": "This very answer." },
            "next": { "type": "string", "description": "Where the list goes on; missing at its end." },
        },
        "required": ["self"],
        "additionalProperties": { "type": "string" },
    })
}

fn problem() -> Value {
    let codes: Vec<&str> = CODES.iter().map(|code| code.code).collect();
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "properties": {
            "type": { "type": "string", "format": "uri-reference", "description": "Where the code is explained." },
            "title": { "type": "string", "description": "The same for every problem of the code." },
            "status": { "type": "integer" },
            "code": { "type": "string", "enum": codes, "description": "Stable." },
            "detail": { "type": "string", "description": "What was wrong this time." },
            "parameter": { "type": "string", "description": "Which parameter it is about." },
            "suggestion": { "type": "string", "description": "What was probably meant." },
            "allowed": { "type": "array", "items": { "type": "string" }, "description": "What may stand there." },
        },
        "required": ["type", "title", "status", "code", "detail"],
        "additionalProperties": false,
    })
}

fn problems() -> Value {
    let mut out = Map::new();
    for status in CODES.iter().map(|code| code.status) {
        let codes: Vec<&str> =
            CODES.iter().filter(|code| code.status == status).map(|code| code.code).collect();
        let response = json!({
            "description": format!("Codes: {}.", codes.join(", ")),
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
        out.insert(format!("Problem{}", status.as_u16()), response);
    }
    out.into()
}

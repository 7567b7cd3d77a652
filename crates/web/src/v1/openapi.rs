//! The OpenAPI 3.1 document of `/v1`, made from the table of questions.

use serde_json::{Map, Value, json};

use super::question::{QUESTIONS, Question};

/// The document, indented, with a line break at its end.
pub(crate) fn text(keys_asked: bool) -> String {
    format!("{:#}\n", document(keys_asked))
}

fn document(keys_asked: bool) -> Value {
    let mut paths = Map::new();
    for question in &QUESTIONS {
        for path in super::paths(question) {
            let csv = path.ends_with(".csv");
            paths.insert(path, json!({ "get": asked(question, csv, keys_asked) }));
        }
    }
    let security = if keys_asked { json!([{ "key": [] }]) } else { json!([]) };
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Routing Observatory, version 1 of the original's API",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Answers in the shape of the original Observatory's API v1.",
            "description": "Each answer is of one month and says which in `Content-Location`. Null is not known or no \
                data, never zero. `/api` holds everything else.",
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": "/" }],
        "security": security,
        "paths": paths,
        "components": {
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } },
            "parameters": {
                "month": {
                    "name": "month", "in": "query", "required": false,
                    "description": "The month, `202405` or `2024-05`; the latest one published when not given.",
                    "schema": { "type": "string", "pattern": "^[0-9]{4}-?(0[1-9]|1[0-2])$" },
                    "example": "202405",
                },
                "format": {
                    "name": "format", "in": "query", "required": false,
                    "description": "The form of the answer; the header Accept decides when not given.",
                    "schema": { "type": "string", "enum": ["json", "csv"] },
                },
            },
            "schemas": { "Problem": problem() },
        },
    })
}

fn asked(question: &Question, csv: bool, keys_asked: bool) -> Value {
    let mut parameters = Vec::new();
    if let Some((about, example)) = question.named {
        let name = question.path.rsplit(['{', '}']).nth(1).unwrap_or_default();
        parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": about,
            "schema": { "type": "string" }, "example": example,
        }));
    }
    for name in super::answer::PARAMETERS {
        parameters.push(json!({ "$ref": format!("#/components/parameters/{name}") }));
    }
    let text = json!({ "schema": { "type": "string" } });
    let mut content = Map::new();
    if !csv {
        content.insert("application/json".to_owned(), json!({ "schema": (question.shape)().schema() }));
    }
    content.insert("text/csv".to_owned(), text);
    let mut responses = Map::new();
    responses.insert("200".to_owned(), json!({ "description": question.summary, "content": content }));
    responses.insert("304".to_owned(), json!({ "description": "Unchanged since `If-None-Match`." }));
    let problems = [
        ("400", "A parameter cannot be read."),
        ("404", "There is no such month, network or country."),
        ("406", "There is no such form."),
        ("500", "Something on our side failed."),
        ("503", "Nothing is published yet, or its routes are missing."),
    ];
    let refused = keys_asked.then_some(("401", "A key is missing or wrong."));
    for (status, about) in problems.into_iter().chain(refused) {
        let schema = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
        let body = json!({ "description": about, "content": { "application/problem+json": schema } });
        responses.insert(status.to_owned(), body);
    }
    json!({
        "operationId": if csv { format!("{}_csv", question.id) } else { question.id.to_owned() },
        "summary": question.summary,
        "description": question.about,
        "parameters": parameters,
        "responses": responses,
    })
}

fn problem() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457); `/api/docs#problems` lists the codes.",
        "properties": {
            "type": text, "title": text, "status": { "type": "integer" }, "code": text, "detail": text,
            "parameter": text, "suggestion": text, "allowed": { "type": "array", "items": text },
        },
        "required": ["type", "title", "status", "code", "detail"],
        "additionalProperties": false,
    })
}

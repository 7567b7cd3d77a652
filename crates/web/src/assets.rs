//! The files that pages load. Their names hold the digest of their bytes, so they may be kept for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::refusal::Refusal;
use crate::reply;

/// The style sheet, the mark that stands in the tab, the script that enhances maps and charts, and the finer
/// outlines that it fetches when a visitor comes closer. The last two are built in `front/`.
const FILES: [(&str, &str, &str, &str); 4] = [
    ("observatory", "css", "text/css; charset=utf-8", STYLE_SHEET),
    ("mark", "svg", "image/svg+xml", include_str!("../static/mark.svg")),
    ("observatory", "js", "text/javascript; charset=utf-8", include_str!("../static/observatory.js")),
    ("outlines-50m", "txt", "text/plain; charset=utf-8", include_str!("../static/outlines-50m.txt")),
];

/// The general part and that of incidents, evidence and the method.
const STYLE_SHEET: &str = concat!(
    include_str!("../static/observatory.css"),
    "\n",
    include_str!("../static/evidence.css"),
    "\n",
    include_str!("../static/repair.css"),
);

static NAMES: LazyLock<[String; 4]> = LazyLock::new(|| {
    FILES.map(|(stem, extension, _, text)| {
        format!("{stem}.{}.{extension}", &reply::hex(text.as_bytes())[..16])
    })
});

/// Name of the style sheet under `/static/`.
pub(crate) fn stylesheet() -> &'static str {
    &NAMES[0]
}

/// Name of the mark under `/static/`.
pub(crate) fn mark() -> &'static str {
    &NAMES[1]
}

/// Name of the script under `/static/`.
pub(crate) fn script() -> &'static str {
    &NAMES[2]
}

/// Name of the finer outlines under `/static/`.
pub(crate) fn outlines() -> &'static str {
    &NAMES[3]
}

/// `/static/{name}`
pub(crate) async fn show(name: Result<Path<String>, axum::extract::rejection::PathRejection>) -> Response {
    let found = name.ok().and_then(|Path(name)| NAMES.iter().position(|known| *known == name));
    match found {
        Some(index) => {
            let (_, _, kind, text) = FILES[index];
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, text).into_response()
        }
        None => Refusal::absent(
            "There is no such file",
            vec!["A file's name holds its digest: an older one may be of an older version.".to_owned()],
        )
        .into_response(),
    }
}

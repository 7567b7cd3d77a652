//! JSON Feed 1.1.

use routing::Timestamp;
use serde_json::{Value, json};

use super::feed::Feed;

/// A feed as a document.
pub(super) fn write(feed: &Feed) -> String {
    let items: Vec<Value> = feed
        .entries
        .iter()
        .map(|entry| {
            json!({
                "id": entry.id,
                "url": entry.link,
                "title": entry.title,
                "content_text": entry.text,
                "date_published": Timestamp(entry.start).to_string(),
                "date_modified": Timestamp(feed.updated.max(entry.start)).to_string(),
                "tags": entry.tags,
            })
        })
        .collect();
    let document = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.about,
        "home_page_url": feed.page,
        "feed_url": feed.own,
        "language": "en",
        "authors": [{ "name": "Routing Observatory" }],
        "items": items,
    });
    format!("{document}\n")
}

//! Atom (RFC 4287).

use core::fmt::Write;

use routing::Timestamp;

use super::feed::Feed;

/// A feed as a document.
pub(super) fn write(feed: &Feed) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n",
    );
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("<id>{}</id>", text(&feed.id)));
    line(format!("<title>{}</title>", text(&feed.title)));
    line(format!("<subtitle>{}</subtitle>", text(&feed.about)));
    line(format!("<updated>{}</updated>", Timestamp(feed.updated)));
    line("<author><name>Routing Observatory</name></author>".to_owned());
    line(format!("<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>", text(&feed.own)));
    line(format!("<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", text(&feed.page)));
    for entry in &feed.entries {
        line("<entry>".to_owned());
        line(format!("<id>{}</id>", text(&entry.id)));
        line(format!("<title>{}</title>", text(&entry.title)));
        line(format!("<published>{}</published>", Timestamp(entry.start)));
        line(format!("<updated>{}</updated>", Timestamp(feed.updated.max(entry.start))));
        line(format!("<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", text(&entry.link)));
        for tag in &entry.tags {
            line(format!("<category term=\"{}\"/>", text(tag)));
        }
        line(format!("<summary>{}</summary>", text(&entry.text)));
        line("</entry>".to_owned());
    }
    line("</feed>".to_owned());
    out
}

/// A text inside an element or an attribute; what XML 1.0 has no place for is left out.
fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c if u32::from(c) < 0x20 || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(text("a<b>&\"'\u{0}\u{1b}\u{fffe}é\n"), "a&lt;b&gt;&amp;&quot;'é&#10;");
    }
}

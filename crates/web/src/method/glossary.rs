//! The glossary, from the file that the sources keep it in.

const TEXT: &str = include_str!("../../../../GLOSSARY.md");

/// A word with its meaning; `slug` is its place on the page.
pub(crate) struct Term {
    pub(crate) slug: String,
    pub(crate) word: String,
    pub(crate) meaning: String,
}

/// Every row of the table, in its order.
pub(crate) fn terms() -> Vec<Term> {
    let rows = TEXT.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    let term =
        |(word, meaning): (&str, &str)| Term { slug: slug(word), word: plain(word), meaning: plain(meaning) };
    rows.filter(|(word, _)| *word != "word").map(term).collect()
}

/// Without the marks of Markdown.
fn plain(text: &str) -> String {
    text.replace(['*', '`'], "")
}

/// Fit for a fragment of an address.
fn slug(word: &str) -> String {
    let mut slug = String::from("term");
    for piece in word.split(|c: char| !c.is_ascii_alphanumeric()).filter(|piece| !piece.is_empty()) {
        slug.push('-');
        slug.push_str(&piece.to_ascii_lowercase());
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_term_with_a_place_of_its_own() {
        let terms = terms();
        let rows = TEXT.lines().filter(|line| line.starts_with("| ")).count();
        assert_eq!(terms.len() + 1, rows, "the heading is no term");
        assert!(terms.len() > 40);
        let slugs: std::collections::BTreeSet<&str> = terms.iter().map(|term| term.slug.as_str()).collect();
        assert_eq!(slugs.len(), terms.len());
        assert!(terms.iter().all(|term| !term.meaning.is_empty() && !term.meaning.contains(['*', '`', '|'])));
        assert_eq!(terms[0].slug, "term-accomplice");
    }
}

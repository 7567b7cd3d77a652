use askama::Template;
use askama::filters::HtmlSafe;

use crate::format::{Count, Share};
use crate::sign::Sign;

/// A whole as a bar of its parts, with every part in words and numbers below.
#[derive(Template, Clone, Debug)]
#[template(path = "bar.html")]
pub(crate) struct Bar {
    pub(crate) parts: Vec<Part>,
}

/// The same without the words, for a cell of a table; they are its label.
#[derive(Template, Clone, Debug)]
#[template(path = "bar_small.html")]
pub(crate) struct SmallBar {
    pub(crate) parts: Vec<Part>,
    pub(crate) label: String,
}

/// One part of a bar; position and width in per cent of the whole.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) sign: Sign,
    pub(crate) count: Count,
    pub(crate) share: Share,
    pub(crate) x: String,
    pub(crate) width: String,
}

impl HtmlSafe for Bar {}
impl HtmlSafe for SmallBar {}

impl Bar {
    pub(crate) fn new(parts: impl IntoIterator<Item = (Sign, u64)>) -> Bar {
        let counts: Vec<(Sign, u64)> = parts.into_iter().collect();
        let whole: u64 = counts.iter().map(|(_, n)| n).sum();
        let at = |n: u64| if whole == 0 { 0.0 } else { n as f64 * 100.0 / whole as f64 };
        let mut before = 0;
        let parts = counts.into_iter().map(|(sign, n)| {
            let x = at(before);
            before += n;
            Part {
                sign,
                count: Count(n),
                share: Share { part: n, whole },
                x: percent(x),
                width: percent(at(n)),
            }
        });
        Bar { parts: parts.collect() }
    }

    /// A small bar of the same parts.
    pub(crate) fn small(self) -> SmallBar {
        let words: Vec<String> =
            self.parts.iter().map(|part| format!("{} {}", part.sign.word, part.count)).collect();
        SmallBar { parts: self.parts, label: words.join(", ") }
    }
}

/// Two decimals are finer than a pixel of any screen.
fn percent(x: f64) -> String {
    let text = format!("{x:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_side_by_side_and_fill_the_whole() {
        let bar = Bar::new([(Sign::READY, 1), (Sign::ASPIRING, 0), (Sign::LAGGING, 2), (Sign::NO_DATA, 1)]);
        let geometry: Vec<_> = bar.parts.iter().map(|p| (p.x.as_str(), p.width.as_str())).collect();
        assert_eq!(geometry, [("0", "25"), ("25", "0"), ("25", "50"), ("75", "25")]);
        assert_eq!(Bar::new([(Sign::READY, 0)]).parts[0].width, "0");
        assert_eq!(Bar::new([(Sign::READY, 3)]).small().label, "ready 3");
    }
}

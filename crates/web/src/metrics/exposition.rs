//! The text format of Prometheus, version 0.0.4: families of samples, each with its meaning.

use core::fmt::{Display, Write};

/// A text that grows family by family.
#[derive(Default)]
pub(crate) struct Exposition(String);

/// What a family's numbers are.
#[derive(Clone, Copy)]
pub(crate) enum Sort {
    Gauge,
    Histogram,
}

impl Exposition {
    /// Begins a family; its samples follow at once. Names end in their unit.
    pub(crate) fn family(&mut self, name: &'static str, sort: Sort, meaning: &str) -> Family<'_> {
        let sort = match sort {
            Sort::Gauge => "gauge",
            Sort::Histogram => "histogram",
        };
        self.0.push_str(&format!("# HELP {name} {meaning}\n# TYPE {name} {sort}\n"));
        Family { text: &mut self.0, name }
    }

    /// A family of one sample without labels; none where there is no value.
    pub(crate) fn gauge(&mut self, name: &'static str, meaning: &str, value: Option<impl Display>) {
        let mut family = self.family(name, Sort::Gauge, meaning);
        if let Some(value) = value {
            family.sample(&[], value);
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

/// A family that is being written.
pub(crate) struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
}

impl Family<'_> {
    pub(crate) fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) {
        self.part("", labels, value);
    }

    /// A sample of a part of a histogram: `_bucket`, `_sum` or `_count`.
    pub(crate) fn part(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> =
            labels.iter().map(|(name, text)| format!("{name}=\"{}\"", escaped(text))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        writeln!(self.text, "{}{suffix}{labels} {value}", self.name)
            .expect("a text takes whatever is written");
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_cannot_break_out() {
        let mut text = Exposition::default();
        text.family("a_seconds", Sort::Gauge, "What it is.").sample(&[("source", "q\"\\\n} 1")], 2.5);
        text.gauge("b", "None.", None::<i64>);
        assert_eq!(
            text.into_text(),
            "# HELP a_seconds What it is.\n# TYPE a_seconds gauge\na_seconds{source=\"q\\\"\\\\\\n} 1\"} 2.5\n\
             # HELP b None.\n# TYPE b gauge\n"
        );
    }
}

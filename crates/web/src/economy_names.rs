/// Codes and short English names, one to a line, in the order of the codes: ISO 3166-1 alpha-2, and the codes
/// registries use beside it.
const NAMES: &str = include_str!("economy_names.txt");

/// The short English name of an economy.
pub(crate) fn name(code: &str) -> Option<&'static str> {
    NAMES
        .lines()
        .find_map(|line| line.split_once(' ').filter(|(known, _)| *known == code).map(|(_, name)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_name() {
        let codes: Vec<&str> =
            NAMES.lines().filter_map(|line| line.split_once(' ')).map(|(code, _)| code).collect();
        assert_eq!(codes.len(), NAMES.lines().count());
        assert!(codes.is_sorted_by(|a, b| a < b));
        assert!(codes.iter().all(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())));
        assert_eq!(name("NL"), Some("Netherlands"));
        assert_eq!(name("EU"), Some("European Union"));
        assert_eq!(name("XX"), None);
    }
}

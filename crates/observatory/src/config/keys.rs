//! Who may ask `/v1`: the table `[api]`. Keys themselves are never written down, only their digests.

use super::parse::{Section, Wrong};

/// A key by its digest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// Whose it is.
    pub name: String,
    /// SHA-256 of the key.
    pub digest: [u8; 32],
}

const API_KEYS: &[&str] = &["keys"];

/// How an entry is written.
const FORM: &str = "\"NAME sha256:64 hexadecimal digits\", as `observatory key new NAME` prints it";

/// Longest name, in letters.
const NAME_LETTERS_MAX: usize = 64;

impl Key {
    /// A key of somebody.
    ///
    /// # Errors
    /// What is wrong with the name.
    pub fn new(name: &str, digest: [u8; 32]) -> Result<Key, String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
        if name.is_empty() || name.len() > NAME_LETTERS_MAX || !name.chars().all(fits) {
            return Err(format!(
                "`{name}` is no name of a key: up to {NAME_LETTERS_MAX} letters, digits and any of - _ . @"
            ));
        }
        Ok(Key { name: name.to_owned(), digest })
    }

    /// As the configuration has it.
    pub fn entry(&self) -> String {
        let digits: String = self.digest.iter().map(|octet| format!("{octet:02x}")).collect();
        format!("{} sha256:{digits}", self.name)
    }

    fn parse(entry: &str) -> Result<Key, String> {
        let wrong = || format!("a key is written like {FORM}; not the key itself");
        let (name, digits) = entry.split_once(" sha256:").ok_or_else(wrong)?;
        if digits.len() != 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let mut digest = [0; 32];
        for (octet, place) in digest.iter_mut().zip((0..64).step_by(2)) {
            *octet = u8::from_str_radix(&digits[place..place + 2], 16).map_err(|_| wrong())?;
        }
        Key::new(name, digest)
    }
}

/// The keys of the table `[api]`; none when there is no such table.
pub fn of(top: &Section<'_>) -> Result<Vec<Key>, Wrong> {
    let Some(section) = top.section("api", API_KEYS)? else { return Ok(Vec::new()) };
    let mut keys: Vec<Key> = Vec::new();
    for entry in section.strings("keys")?.unwrap_or_default() {
        // What was written instead may be the key itself: it is not repeated in a message.
        let key = Key::parse(&entry).map_err(|message| (section.line("keys"), message))?;
        if keys.iter().any(|known| known.name == key.name || known.digest == key.digest) {
            let message = format!("`keys` has {} twice: by its name or by its digest", key.name);
            return Err((section.line("keys"), message));
        }
        keys.push(key);
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn keys_are_configured_by_digest() {
        let keys = |text: &str| Config::parse(&format!("data = \"x\"\n{text}")).map(|config| config.keys);
        assert_eq!(keys("").unwrap(), []);
        assert_eq!(keys("[api]\n").unwrap(), []);
        let ours = Key::new("noc@example.net", [171; 32]).unwrap();
        let entry = ours.entry();
        assert_eq!(entry, format!("noc@example.net sha256:{}", "ab".repeat(32)));
        assert_eq!(keys(&format!("[api]\nkeys = [{entry:?}]")).unwrap(), [ours]);
        let upper = entry.replace("ab", "AB");
        for (wrong, word) in [
            ("[\"obs_secret\"]".to_owned(), "not the key itself"),
            (format!("[{:?}]", &entry[..entry.len() - 1]), "not the key itself"),
            (format!("[{:?}]", format!("a b {}", &entry[16..])), "no name of a key"),
            (format!("[{entry:?}, {entry:?}]"), "twice"),
            (format!("[{entry:?}, {:?}]", format!("other {}", &upper[16..])), "twice"),
            ("3".to_owned(), "must be a list of texts"),
        ] {
            let (line, message) = keys(&format!("[api]\nkeys = {wrong}")).unwrap_err();
            assert!(line == 3 && message.contains(word), "{wrong}: {line}: {message}");
            assert!(!message.contains("secret"), "{message}");
        }
        assert!(keys("[api]\nkey = []").unwrap_err().1.contains("did you mean `keys`?"));
    }
}

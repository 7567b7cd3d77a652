//! Names in the command line, and what was meant by wrong ones.

use anyhow::{Result, bail};
use programme::{Conformance, Edit, Programme, load, shipped};
use reference::Country;
use routing::economy_name;

use crate::config::nearest;

/// A participant of a programme, whether the register holds it or not.
pub struct Named {
    pub programme: &'static Programme,
    pub id: String,
}

impl Named {
    /// From `PROGRAMME/ID`.
    pub fn read(text: &str) -> Result<Named> {
        let Some((programme, id)) = text.split_once('/').filter(|(_, id)| !id.trim().is_empty()) else {
            bail!("`{text}` names no participant: write PROGRAMME/ID, such as ixps/202");
        };
        Ok(Named { programme: programme_named(programme)?, id: id.trim().to_owned() })
    }

    /// From `PROGRAMME/ID`, of a participant that some edit speaks of.
    pub fn known(text: &str, edits: &[Edit]) -> Result<Named> {
        let named = Named::read(text)?;
        let of = || edits.iter().filter(|edit| edit.programme == named.programme.id);
        if of().any(|edit| edit.participant == named.id) {
            return Ok(named);
        }
        let (programme, id) = (&named.programme.id, &named.id);
        if of().next().is_none() {
            bail!(
                "the register holds nobody of {programme}: `observatory participants add` or `import` enters \
                 somebody"
            );
        }
        let hint = match nearest(id, of().map(|edit| edit.participant.as_str())) {
            Some(meant) => format!("did you mean {programme}/{meant}?"),
            None => format!("`observatory participants list --programme {programme}` shows who there is"),
        };
        bail!("the register does not hold {programme}/{id}: {hint}");
    }
}

/// A programme by its id.
pub fn programme_named(id: &str) -> Result<&'static Programme> {
    load(id).or_else(|unknown| match nearest(id, shipped().iter().map(|p| p.id.as_str())) {
        Some(meant) => bail!("there is no programme `{id}`: did you mean {meant}?"),
        None => Err(unknown.into()),
    })
}

/// An item of a programme by its key.
pub fn item_named(programme: &Programme, key: &str) -> Result<String> {
    if programme.items().any(|(_, item)| item.key == key) {
        return Ok(key.to_owned());
    }
    let keys: Vec<&str> = programme.items().map(|(_, item)| item.key.as_str()).collect();
    match nearest(key, keys.iter().copied()) {
        Some(meant) => bail!("{} has no item `{key}`: did you mean {meant}?", programme.id),
        None => bail!("{} has no item `{key}`: it has {}", programme.id, keys.join(", ")),
    }
}

/// A conformance by its word.
pub fn word_named(programme: &Programme, key: &str, word: &str) -> Result<Conformance> {
    let action = programme.items().find(|(_, item)| item.key == key).map(|(action, _)| action);
    let words = action.map_or(&[][..], Programme::words);
    // A command line joins words by a dash more easily than by a space.
    let plain = word.to_lowercase().replace(['-', '_'], " ");
    if let Some(known) = words.iter().find(|known| known.as_str().replace('-', " ") == plain) {
        return Ok(*known);
    }
    let known: Vec<&str> = words.iter().map(|known| known.as_str()).collect();
    match nearest(word, known.iter().copied()) {
        Some(meant) => bail!("`{word}` is not said of {key}: did you mean \"{meant}\"?"),
        None => bail!("`{word}` is not said of {key}: it can be {}", known.join(", ")),
    }
}

/// An economy by its code.
pub fn economy_named(code: &str) -> Result<Country> {
    let known = code.parse::<Country>().ok().filter(|country| economy_name(country.code()).is_some());
    match known {
        Some(country) => Ok(country),
        None => bail!("`{code}` is no economy: write its ISO 3166-1 alpha-2 code, such as NL"),
    }
}

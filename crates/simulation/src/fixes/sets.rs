//! Whether as-sets name the network: whoever makes filters from them (RFC 2622 §5.1) leaves out whom none names.

use std::path::Path;

use super::{Fix, Item, Pack, Subject, words};
use crate::whatif::WhatIfError;

/// Sets that a pack names.
const NAMED_MAX: usize = 8;

/// The edit where no as-set of the month names the network; a note where some do, or none is known.
pub(super) fn items(folder: &Path, subject: &Subject, pack: &mut Pack) -> Result<(), WhatIfError> {
    let asn = subject.asn;
    if subject.prefixes.is_empty() {
        return Ok(());
    }
    let Some(naming) = lake::as_sets_naming(folder, asn)? else {
        pack.notes.push(format!("No as-sets were loaded: whether one names {asn} is not known here."));
        return Ok(());
    };
    if !naming.is_empty() {
        let named: Vec<String> =
            naming.iter().take(NAMED_MAX).map(|(name, registry)| format!("{name} ({registry})")).collect();
        let more = naming.len().saturating_sub(NAMED_MAX);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        pack.notes.push(format!("As-sets that name {asn}: {}{more}.", named.join(", ")));
        return Ok(());
    }
    let own = Fix {
        when: Some("It has a set of its own, or customers".to_owned()),
        ..Fix::told(format!(
            "Make a set of your own, in the registry where your route objects are, and name it to your providers and in \
             PeeringDB; {asn} and the sets of your customers are its members."
        ))
        .with_text(words::as_set(asn))
    };
    let of_provider = Fix {
        when: Some("It has none, and no customers".to_owned()),
        ..Fix::told("Ask every provider to add this line to the set of its customers.")
            .with_text(format!("members:        {asn}\n"))
    };
    pack.items.push(Item {
        metric: "AS-SET",
        score: None,
        prefix: None,
        problem: format!(
            "It announces {} prefixes, and none of the as-sets loaded names it: filters made from as-sets leave its routes \
             out.",
            subject.prefixes.len()
        ),
        events: Vec::new(),
        fixes: vec![own, of_provider],
    });
    Ok(())
}

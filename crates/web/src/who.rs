//! Networks that a page mentions: each with a link where the month knows it, and with its name.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use routing::Asn;

use crate::Site;
use crate::edition::Chosen;
use crate::link::Link;
use crate::refusal::Refusal;

/// A network by its number, which leads to its page where there is one.
#[derive(Template, Clone, PartialEq, Eq, Debug)]
#[template(path = "who.html")]
pub(crate) struct Who {
    pub(crate) asn: Asn,
    pub(crate) link: Option<Link>,
    pub(crate) name: Option<String>,
}

impl HtmlSafe for Who {}

/// What the month knows of the networks mentioned.
pub(crate) struct Known<'a> {
    chosen: &'a Chosen,
    networks: BTreeMap<u32, Option<String>>,
}

impl<'a> Known<'a> {
    /// Looks these networks up.
    pub(crate) async fn of(
        site: &Site,
        chosen: &'a Chosen,
        asns: impl IntoIterator<Item = u32>,
    ) -> Result<Known<'a>, Refusal> {
        let networks = site.store.networks_known(chosen.edition.id, asns).await?;
        Ok(Known { chosen, networks })
    }

    pub(crate) fn who(&self, asn: u32) -> Who {
        let known = self.networks.get(&asn);
        let asn = Asn(asn);
        Who {
            link: known.map(|_| self.chosen.link_to(format!("/network/{asn}"))),
            name: known.cloned().flatten(),
            asn,
        }
    }
}

//! Draws one event of a kind: who, what, over which path.

use reference::relationships::Relation;
use reference::vrp::{TrustAnchor, Vrp};
use routing::{Asn, Prefix};

use super::ground::{Candidate, Ground, public};
use super::kind::Kind;
use super::random::Random;
use super::topology::{Announcement, Towards};
use super::{leak, mistype};

/// An event before anybody has looked at it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Draft {
    /// Whose prefix it is.
    pub victim: Asn,
    /// Who does it; of a mistyped ASN the one that appears.
    pub culprit: Asn,
    /// Shown in the path and not to blame.
    pub innocents: Vec<Asn>,
    /// The prefix as the victim announces it.
    pub prefix: Prefix,
    /// What is announced, the first for the label.
    pub announced: Vec<Prefix>,
    /// The victim's own announcement of the same prefix, when it goes on.
    pub rival: Option<Announcement>,
    /// The announcement.
    pub planted: Announcement,
    /// VRPs that are registered before.
    pub registered: Vec<Vrp>,
    /// The victim's own route is gone while it lasts, and it does not end.
    pub replaces: bool,
}

/// Networks that originate prefixes of others to filter attacks: Prolexic (Akamai), Incapsula (Imperva),
/// Cloudflare, Neustar, Verisign, as their public documentation names them.
pub const DDOS_PROTECTION: &[Asn] = &[Asn(13_335), Asn(19_551), Asn(19_905), Asn(26_415), Asn(32_787)];

/// More specifics of a type 6 leak, at most.
const LEAKED_MAX: usize = 8;
/// Small numbers that are typed for how often to prepend.
const PREPENDS_MAX: usize = 9;

impl Ground<'_> {
    /// One attempt; `None` when what was drawn does not fit together. `well_seen`: to a prefix that many see.
    pub(super) fn draw(&self, kind: Kind, well_seen: bool, random: &mut Random) -> Option<Draft> {
        let at = self.candidate(well_seen, random)?;
        match kind {
            Kind::Hijack => self.by(at, self.stranger(at, random)?, at.prefix),
            Kind::SubPrefix => {
                self.by(at, self.stranger(at, random)?, self.free_more_specific(at.prefix, random)?)
            }
            Kind::Forged(hops) => self.forged(at, hops, random),
            Kind::Impersonated => self.impersonated(at, random),
            Kind::TypoPrefix => self.typo_prefix(at, random),
            Kind::TypoAsn => {
                let shown = mistype::asn(at.origin, random).filter(|asn| public(*asn) && asn.0 > 99)?;
                self.behind_origin(at, shown)
            }
            Kind::Prepend => self.behind_origin(at, Asn(1 + random.below(PREPENDS_MAX) as u32)),
            Kind::Leak(5) => {
                let leaker = leak::re_originator(self, at, random)?;
                self.by(at, leaker, at.prefix)
            }
            Kind::Leak(6) => self.deaggregated(at, random),
            Kind::Leak(hop) => leak::draw(self, at, hop, random),
            Kind::Sibling => {
                let siblings = self.organisations?.siblings(at.origin);
                let sibling = *random.pick(&siblings)?;
                (sibling != at.origin).then(|| self.by(at, sibling, at.prefix))?
            }
            Kind::Anycast => self.registered(at, false, random),
            Kind::Transfer => self.registered(at, true, random),
            Kind::MultiHoming => {
                let customers: Vec<Asn> = self.topology.neighbours(at.origin, Relation::Customer).collect();
                let customer = *random.pick(&customers)?;
                self.by(at, customer, self.free_more_specific(at.prefix, random)?)
            }
            Kind::CustomerProvider => {
                let providers: Vec<Asn> = self.topology.neighbours(at.origin, Relation::Provider).collect();
                self.by(at, *random.pick(&providers)?, at.prefix)
            }
            Kind::DdosProtection => {
                let protector = *random.pick(DDOS_PROTECTION)?;
                let part = random.chance(50).then(|| self.free_more_specific(at.prefix, random)).flatten();
                let fits = protector != at.origin && self.no_claim(protector, at.prefix);
                fits.then(|| self.by(at, protector, part.unwrap_or(at.prefix)))?
            }
        }
    }

    /// A network that has nothing to do with the candidate.
    pub(super) fn stranger(&self, at: Candidate, random: &mut Random) -> Option<Asn> {
        let asn = random.pick(&self.candidates)?.origin;
        let fits = self.unrelated(asn, at.origin)
            && self.no_claim(asn, at.prefix)
            && !DDOS_PROTECTION.contains(&asn);
        fits.then_some(asn)
    }

    /// `asn` originates `prefix`, which is the candidate's or inside it.
    fn by(&self, at: Candidate, asn: Asn, prefix: Prefix) -> Option<Draft> {
        self.topology.place(asn)?;
        public(asn).then(|| self.draft(at, asn, Vec::new(), prefix, Vec::new()))
    }

    /// `by` announces `prefix` with a path behind it; the rightful origin goes on where it is the same prefix.
    fn draft(&self, at: Candidate, by: Asn, behind: Vec<Asn>, prefix: Prefix, registered: Vec<Vrp>) -> Draft {
        let origin = behind.last().copied().unwrap_or(by);
        let invalid = |prefix, origin| self.invalid(prefix, origin, &registered);
        let planted = Announcement { by, behind, to: Towards::Everybody, invalid: invalid(prefix, origin) };
        let own = Announcement { invalid: invalid(at.prefix, at.origin), ..Announcement::by(at.origin) };
        Draft {
            victim: at.origin,
            culprit: by,
            innocents: Vec::new(),
            prefix: at.prefix,
            announced: vec![prefix],
            rival: (prefix == at.prefix).then_some(own),
            planted,
            registered,
            replaces: false,
        }
    }

    /// The candidate's prefix or, as often, a part of it.
    fn whole_or_part(&self, at: Candidate, random: &mut Random) -> Option<Prefix> {
        if random.chance(50) { Some(at.prefix) } else { self.free_more_specific(at.prefix, random) }
    }

    /// A path with `hops` forged or borrowed hops behind the culprit that ends in the rightful origin: the link
    /// from the culprit to the first of them is forged, those behind it are real.
    fn forged(&self, at: Candidate, hops: u8, random: &mut Random) -> Option<Draft> {
        let mut behind = vec![at.origin];
        while behind.len() < usize::from(hops) {
            let next = *random.pick(&self.around(behind[0]))?;
            if behind.contains(&next) || !public(next) {
                return None;
            }
            behind.insert(0, next);
        }
        self.claimed(at, behind, random)
    }

    /// The same to an origin that has nothing to do with the prefix.
    fn impersonated(&self, at: Candidate, random: &mut Random) -> Option<Draft> {
        let shown = self.stranger(at, random)?;
        let mut behind = vec![shown];
        if random.chance(50) {
            let next = *random.pick(&self.around(shown))?;
            (next != at.origin && public(next)).then(|| behind.insert(0, next))?;
        }
        self.claimed(at, behind, random)
    }

    fn claimed(&self, at: Candidate, behind: Vec<Asn>, random: &mut Random) -> Option<Draft> {
        let culprit = self.stranger(at, random)?;
        if behind.iter().any(|asn| !self.unrelated(culprit, *asn)) {
            return None;
        }
        let prefix = self.whole_or_part(at, random)?;
        let innocents = behind.iter().copied().filter(|asn| *asn != at.origin).collect();
        let draft = self.draft(at, culprit, behind, prefix, Vec::new());
        Some(Draft { innocents, ..draft })
    }

    /// Somebody's prefix, mistyped, lies in the space of another.
    fn typo_prefix(&self, meant: Candidate, random: &mut Random) -> Option<Draft> {
        let typed = mistype::prefix(meant.prefix, random)?;
        let whole = self.tables.of(typed).first().map(|row| row.prefix);
        let around = whole.or_else(|| self.tables.covering(typed).next().map(|row| row.prefix))?;
        if whole.is_none() && !self.tables.inside(typed).is_empty() {
            return None;
        }
        let row = self.tables.of(around).first()?;
        let owner = Candidate { origin: self.tables.origin(row)?, prefix: around };
        let fits = self.candidates.binary_search(&owner).is_ok()
            && self.unrelated(meant.origin, owner.origin)
            && self.no_claim(meant.origin, around);
        fits.then(|| self.by(owner, meant.origin, typed))?
    }

    /// The rightful origin announces its prefix with a number behind itself that is no neighbour of it.
    fn behind_origin(&self, at: Candidate, shown: Asn) -> Option<Draft> {
        if self.linked(shown, at.origin) || self.siblings(shown, at.origin) {
            return None;
        }
        let draft = self.draft(at, at.origin, vec![shown], at.prefix, Vec::new());
        let unclaimed = self.no_claim(shown, at.prefix);
        unclaimed.then_some(Draft { culprit: shown, innocents: vec![at.origin, shown], rival: None, ..draft })
    }

    /// Eight more specifics at once, next to each other, which the origin's own VRP denies.
    fn deaggregated(&self, at: Candidate, random: &mut Random) -> Option<Draft> {
        let first = self.free_more_specific(at.prefix, random)?;
        let step = 1u128 << (128 - u32::from(first.len()));
        let announced: Vec<Prefix> = (0..LEAKED_MAX as u128)
            .filter_map(|i| {
                Prefix::from_bits(
                    first.family(),
                    first.bits().wrapping_add(i.wrapping_mul(step)),
                    first.len(),
                )
            })
            .filter(|p| at.prefix.contains(p) && self.tables.inside(*p).is_empty())
            .collect();
        // Its own VRP denies them: what else would tell the leak from a decision?
        let registered = vec![self.register(at, at.origin)?];
        let draft = self.draft(at, at.origin, Vec::new(), first, registered);
        let denied = draft.planted.invalid && announced.len() == LEAKED_MAX;
        denied.then_some(Draft { announced, rival: None, ..draft })
    }

    /// A VRP for the candidate's prefix as it is; `None` when that would judge something else inside it, too.
    fn register(&self, at: Candidate, asn: Asn) -> Option<Vrp> {
        let alone = self.tables.inside(at.prefix).iter().all(|row| row.prefix == at.prefix);
        let max_length = at.prefix.len();
        alone.then_some(Vrp { prefix: at.prefix, max_length, asn, trust_anchor: TrustAnchor::NotSaid })
    }

    /// A stranger originates the prefix, and is registered for it beside the old origin.
    fn registered(&self, at: Candidate, replaces: bool, random: &mut Random) -> Option<Draft> {
        let other = self.stranger(at, random)?;
        let registered = vec![self.register(at, at.origin)?, self.register(at, other)?];
        let draft = self.draft(at, other, Vec::new(), at.prefix, registered);
        let rival = draft.rival.clone().filter(|_| !replaces);
        Some(Draft { rival, replaces, ..draft })
    }
}

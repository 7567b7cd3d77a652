//! The words of framework files.

/// Gives an enum its words: `ALL`, and `as_str` as framework files and public data write it.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// As framework files and public data write it.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// How well a rule is founded.
    Mark {
        /// In a public source.
        Seen = "seen",
        /// Derived from published numbers, which it reproduces.
        Fit = "fit",
        /// No source found: a default of ours.
        Choice = "choice",
    }
}

impl Mark {
    /// In a few words.
    pub const fn meaning(self) -> &'static str {
        match self {
            Mark::Seen => "stands in a public source",
            Mark::Fit => "derived from published numbers, which it reproduces",
            Mark::Choice => "no source found: a default of ours",
        }
    }
}

words! {
    /// What a framework does with a metric.
    MetricUse {
        /// Part of a score.
        Scored = "scored",
        /// Measured and shown, part of no score.
        Shown = "shown",
        /// Not measured.
        NotUsed = "not used",
    }
}

words! {
    /// Which bogons count (FRAMEWORK §6).
    BogonClasses {
        /// Full bogons only.
        Full = "full",
        /// Full and administrative ones.
        Any = "any",
    }
}

words! {
    /// What dismisses an event of M2.
    DismissedBy {
        /// RPKI valid.
        Rpki = "rpki",
        /// A route object.
        Irr = "irr",
    }
}

words! {
    /// How the components of a score become one.
    Combine {
        /// Mean of the component scores.
        Mean = "mean",
        /// The least component score.
        Min = "min",
        /// The raw values are added, then the curve.
        Sum = "sum",
    }
}

words! {
    /// How the scores of several networks become one.
    Pooling {
        /// Arithmetic mean.
        Mean = "mean",
        /// The least.
        Min = "min",
    }
}

words! {
    /// A network's standing by one score; the best first.
    Grade {
        /// Meets the framework.
        Ready = "ready",
        /// Nearly.
        Aspiring = "aspiring",
        /// Does not.
        Lagging = "lagging",
    }
}

words! {
    /// The columns of scores, in the order of their actions.
    ScoreKey {
        /// Action 1.
        Filtering = "filtering",
        /// Action 2.
        AntiSpoofing = "anti_spoofing",
        /// Action 3.
        Coordination = "coordination",
        /// Action 4, IRR.
        RoutingInformationIrr = "routing_information_irr",
        /// Action 4, RPKI.
        RoutingInformationRpki = "routing_information_rpki",
    }
}

words! {
    /// What the IRR says about an announced route.
    IrrState {
        /// A route object for this prefix and origin.
        Exact = "exact",
        /// A route object for a covering prefix and this origin.
        Covered = "covered",
        /// Route objects for this prefix or a covering one, with other origins only.
        WrongOrigin = "wrong origin",
        /// No route object.
        None = "none",
    }
}

words! {
    /// What stands in place of the source in a packet that Spoofer sends.
    SpoofedSource {
        /// An address of somebody else's announced space.
        Routed = "routed",
        /// A private address.
        Private = "private",
    }
}

words! {
    /// What is no announced route whoever shows it.
    Exclusion {
        /// A bogon prefix.
        Bogon = "bogon",
        /// A path that ends in an AS_SET.
        AsSetOrigin = "as-set origin",
        /// An artefact (FRAMEWORK §6).
        Artefact = "artefact",
        /// An origin behind an unseen link.
        ForgedOrigin = "forged origin",
    }
}

words! {
    /// Whether a framework is in force.
    Status {
        /// Proposed.
        Draft = "draft",
        /// In force.
        Current = "current",
        /// Replaced by a later one.
        Superseded = "superseded",
    }
}

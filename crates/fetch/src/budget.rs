use std::time::Duration;

/// What a download may cost. Whatever exceeds it is stopped and refused; what is held already stays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// Bytes of a file as it is sent, packed.
    pub bytes_max: u64,
    /// Bytes of a file once unpacked.
    pub expanded_bytes_max: u64,
    /// How many times its packed size a file may become, where it becomes more than 16 MiB.
    pub expansion_ratio_max: u64,
    /// Records of a set taken from an RPKI cache: VRPs, ASPAs and their providers.
    pub records_max: u64,
    /// Time for one file, tries and waits together.
    pub total: Duration,
    /// Silence after which a try is given up.
    pub stall: Duration,
    /// Tries for one file.
    pub attempts_max: u32,
    /// Longest wait between two tries. A server that asks for more is asked again in the next run.
    pub wait: Duration,
    /// Redirects followed for one try.
    pub redirects_max: u32,
}

/// Up to here a file may expand by any ratio.
pub const EXPANDED_BYTES_FREE: u64 = 16 << 20;

impl Default for Budget {
    fn default() -> Budget {
        Budget {
            bytes_max: 4 << 30,
            expanded_bytes_max: 64 << 30,
            expansion_ratio_max: 100,
            records_max: 10_000_000,
            total: Duration::from_secs(3_600),
            stall: Duration::from_secs(60),
            attempts_max: 5,
            wait: Duration::from_secs(120),
            redirects_max: 5,
        }
    }
}

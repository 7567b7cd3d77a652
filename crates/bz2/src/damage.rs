use std::fmt;
use std::io;

/// What is wrong with a bzip2 file, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Damage {
    /// Where it shows, in bits from the beginning of the file. For a wrong checksum the beginning of the block,
    /// or of the mark that ends the stream.
    pub bit: u64,
    /// What is wrong.
    pub reason: Reason,
}

/// What may be wrong with a bzip2 file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The file ends where more should come.
    Truncated,
    /// A stream does not begin with `BZh` and a digit from 1 to 9.
    Header,
    /// Neither a block nor the end of a stream begins where the last block ends.
    Magic,
    /// The block was shuffled, as nothing has written since bzip2 0.9.5 of 1999; such blocks are not read.
    Randomised,
    /// The place of the first byte lies outside the block.
    Origin,
    /// The block uses no byte at all.
    Alphabet,
    /// Fewer than two code tables, or more than six.
    Tables,
    /// No selector, or one for a table that does not exist.
    Selector,
    /// The length of a code is not from 1 to 20 bits.
    CodeLength,
    /// Bits that are no code.
    Code,
    /// More symbols than the selectors are for.
    Symbols,
    /// The block is larger than its stream allows.
    Size,
    /// The block ends between four equal bytes and their count.
    Repeats,
    /// The block's bytes do not have the checksum it states.
    BlockChecksum,
    /// The stream's blocks do not have the checksum it states.
    StreamChecksum,
}

impl Reason {
    fn words(self) -> &'static str {
        match self {
            Reason::Truncated => "it ends early",
            Reason::Header => "no stream begins here",
            Reason::Magic => "neither a block nor the end of the stream begins here",
            Reason::Randomised => "a randomised block, as written before 1999",
            Reason::Origin => "the place of the first byte lies outside the block",
            Reason::Alphabet => "a block without bytes",
            Reason::Tables => "the number of code tables is not from 2 to 6",
            Reason::Selector => "a selector that selects nothing",
            Reason::CodeLength => "a code length that is not from 1 to 20",
            Reason::Code => "bits that are no code",
            Reason::Symbols => "more symbols than selectors are for",
            Reason::Size => "a block larger than the stream allows",
            Reason::Repeats => "repeats without their count",
            Reason::BlockChecksum => "the checksum of the block is wrong",
            Reason::StreamChecksum => "the checksum of the stream is wrong",
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bzip2, byte {} bit {}: {}", self.bit / 8, self.bit % 8, self.reason.words())
    }
}

impl std::error::Error for Damage {}

impl From<Damage> for io::Error {
    fn from(damage: Damage) -> io::Error {
        let kind = match damage.reason {
            Reason::Truncated => io::ErrorKind::UnexpectedEof,
            _ => io::ErrorKind::InvalidData,
        };
        io::Error::new(kind, damage)
    }
}

//! The checksum of bzip2: CRC-32 with the polynomial 0x04c11db7, the most significant bit first.

/// `TABLES[k][b]`: what byte `b` followed by `k` zero bytes leaves.
static TABLES: [[u32; 256]; 16] = tables();

const fn tables() -> [[u32; 256]; 16] {
    let mut tables = [[0; 256]; 16];
    let mut byte = 0;
    while byte < 256 {
        let mut rest = (byte as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            rest = (rest << 1) ^ if rest >> 31 == 1 { 0x04c1_1db7 } else { 0 };
            bit += 1;
        }
        tables[0][byte] = rest;
        byte += 1;
    }
    let mut k = 1;
    while k < 16 {
        let mut byte = 0;
        while byte < 256 {
            let shorter = tables[k - 1][byte];
            tables[k][byte] = (shorter << 8) ^ tables[0][(shorter >> 24) as usize];
            byte += 1;
        }
        k += 1;
    }
    tables
}

/// A checksum in the making.
#[derive(Clone, Copy)]
pub(crate) struct Crc(u32);

impl Crc {
    pub(crate) fn new() -> Crc {
        Crc(!0)
    }

    /// Sixteen bytes at a time: their look-ups do not wait for each other.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        let mut crc = self.0;
        let (blocks, rest) = bytes.as_chunks::<16>();
        for block in blocks {
            let mut block = *block;
            for (byte, sum) in block.iter_mut().zip(crc.to_be_bytes()) {
                *byte ^= sum;
            }
            crc = 0;
            for (byte, table) in block.iter().zip(TABLES.iter().rev()) {
                crc ^= table[usize::from(*byte)];
            }
        }
        for byte in rest {
            crc = (crc << 8) ^ TABLES[0][usize::from((crc >> 24) as u8 ^ byte)];
        }
        self.0 = crc;
    }

    pub(crate) fn value(self) -> u32 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_in_any_pieces() {
        // CRC-32/BZIP2 of the catalogue of parametrised CRCs
        let text = b"123456789".repeat(9);
        let mut whole = Crc::new();
        whole.update(b"123456789");
        assert_eq!(whole.value(), 0xfc89_1918);
        let mut bytewise = Crc::new();
        text.iter().for_each(|b| bytewise.update(&[*b]));
        for cut in 0..text.len() {
            let mut pieces = Crc::new();
            pieces.update(&text[..cut]);
            pieces.update(&text[cut..]);
            assert_eq!(pieces.value(), bytewise.value());
        }
    }
}

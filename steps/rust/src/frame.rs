//! The frame: a header of 16 bytes, then the payload.

pub const HEADER_BYTES: usize = 16;
pub const MAX_BYTES: usize = 16_777_216;

#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub id: u32,
    pub payload: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Header {
    pub id: u32,
    pub size: usize,
    pub checksum: u32,
}

/// The remainders of all values of a byte.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut rest = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            rest = (rest >> 1) ^ (0xEDB8_8320 * (rest & 1));
            bit += 1;
        }
        table[byte] = rest;
        byte += 1;
    }
    table
};

/// Goes on with the sum of what came before; 0 at the beginning.
pub fn crc32(before: u32, bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!before, |sum, byte| {
        (sum >> 8) ^ TABLE[usize::from(sum as u8 ^ byte)]
    })
}

fn generated(id: u32, size: usize) -> impl Iterator<Item = u8> {
    let start = u64::from(id) * 31;
    (0..size as u64).map(move |index| ((start + index) % 251) as u8)
}

impl Frame {
    pub fn generate(id: u32, size: usize) -> Frame {
        Frame {
            id,
            payload: generated(id, size).collect(),
        }
    }

    pub fn of_text(id: u32, text: &str) -> Frame {
        Frame {
            id,
            payload: text.as_bytes().to_vec(),
        }
    }

    pub fn size(&self) -> usize {
        self.payload.len()
    }

    pub fn is_generated(&self) -> bool {
        generated(self.id, self.size()).eq(self.payload.iter().copied())
    }

    pub fn checksum(&self) -> u32 {
        let mut start = [0; 8];
        start[..4].copy_from_slice(&self.id.to_be_bytes());
        start[4..].copy_from_slice(&(self.size() as u32).to_be_bytes());
        crc32(crc32(0, &start), &self.payload)
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = b"MPRF".to_vec();
        for number in [self.id, self.size() as u32, self.checksum()] {
            bytes.extend(number.to_be_bytes());
        }
        bytes.extend(&self.payload);
        bytes
    }

    /// The same, its last byte changed.
    pub fn encode_damaged(&self) -> Vec<u8> {
        let mut bytes = self.encode();
        if let Some(last) = bytes.last_mut() {
            *last ^= 0xFF;
        }
        bytes
    }
}

impl Header {
    /// Of the 16 bytes; the error says what is wrong with them.
    pub fn parse(bytes: &[u8]) -> Result<Header, String> {
        let number = |at: usize| {
            let four = bytes[at..at + 4].try_into().expect("four bytes");
            u32::from_be_bytes(four)
        };
        if bytes[..4] != *b"MPRF" {
            return Err("the frame does not begin with MPRF".to_owned());
        }
        let header = Header {
            id: number(4),
            size: number(8) as usize,
            checksum: number(12),
        };
        if header.size > MAX_BYTES {
            return Err(format!(
                "the frame's size is above the limit of {MAX_BYTES} bytes"
            ));
        }
        Ok(header)
    }
}

#[cfg(test)]
mod tests {
    use super::{crc32, Frame, Header};

    #[test]
    fn the_checksum_is_the_common_one() {
        assert_eq!(crc32(0, b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(crc32(0, b"1234"), b"56789"), 0xcbf4_3926);
    }

    #[test]
    fn a_frame_goes_there_and_back() {
        let frame = Frame::generate(7, 300);
        let bytes = frame.encode();
        let header = Header::parse(&bytes).unwrap();
        assert_eq!((header.id, header.size), (7, 300));
        assert_eq!(header.checksum, frame.checksum());
        assert!(frame.is_generated());
        assert!(Header::parse(&[0; 16]).is_err());
        assert_ne!(frame.encode_damaged(), bytes);
    }
}

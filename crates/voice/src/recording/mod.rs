//! Recordings: one leg, A-law, in blocks of one second that are chained by SHA-256, so that a changed byte is found.
//!
//! The head of the chain is kept with the case, outside the file: whoever recomputes a whole chain still has another head.
//! What was said while recording paused is never written, not even for a moment.

mod keeper;
mod left;
mod reader;
mod wav;
mod writer;

pub use keeper::{Keeper, Kept};
pub use reader::{Block, Fault, Header, Reader, Summary};
pub use wav::{Failed, Track, export};
pub use writer::Writer;

use sha2::{Digest as _, Sha256};

/// Samples of one step: 20 ms.
pub const STEP: usize = 160;
/// Steps of one block.
pub const STEPS: usize = 50;
/// The A-law byte that is silence.
pub const SILENCE: u8 = 0xd5;

const MAGIC: &[u8; 8] = b"LDVOICE1";
const HEADER: usize = 34;
const BLOCK: u8 = b'B';
const SEAL: u8 = b'S';
/// Bytes of a block before its sound: kind, steps, two masks.
const MARKS: usize = 18;

type Head = [u8; 32];

fn first(header: &[u8]) -> Head {
    Sha256::digest(header).into()
}

fn next(head: &Head, bytes: &[u8]) -> Head {
    let mut digest = Sha256::new();
    digest.update(head);
    digest.update(bytes);
    digest.finalize().into()
}

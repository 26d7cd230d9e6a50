//! G.711: one byte a sample, A-law and µ-law (ITU-T G.711).
//!
//! Every trunk, phone and browser here speaks one of the two, so sound is never coded by anything
//! costlier.

/// Samples of one step of the clock: 20 ms at 8 kHz.
pub const STEP: usize = 160;

/// The sound of one step, linear.
pub type Frame = [i16; STEP];

/// A frame nobody speaks in.
pub const SILENCE: Frame = [0; STEP];

/// Which of the two codings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Law {
    /// PCMA, payload type 8: Europe, China, and what browsers are offered first.
    A,
    /// PCMU, payload type 0.
    Mu,
}

impl Law {
    /// The static payload type (RFC 3551).
    #[must_use]
    pub const fn payload_type(self) -> u8 {
        match self {
            Self::A => 8,
            Self::Mu => 0,
        }
    }

    /// The coding a static payload type stands for, if it is one of the two.
    #[must_use]
    pub const fn of(payload_type: u8) -> Option<Self> {
        match payload_type {
            8 => Some(Self::A),
            0 => Some(Self::Mu),
            _ => None,
        }
    }

    /// The name in `a=rtpmap`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "PCMA",
            Self::Mu => "PCMU",
        }
    }

    /// The byte that stands for no sound.
    #[must_use]
    pub const fn silence(self) -> u8 {
        match self {
            Self::A => 0xd5,
            Self::Mu => 0xff,
        }
    }

    /// One coded sample as a linear one.
    #[must_use]
    pub fn linear(self, code: u8) -> i16 {
        let table = match self {
            Self::A => &A_LINEAR,
            Self::Mu => &MU_LINEAR,
        };
        // A byte has no more values than the table.
        table.get(usize::from(code)).copied().unwrap_or(0)
    }

    /// One linear sample coded.
    #[must_use]
    pub const fn code(self, sample: i16) -> u8 {
        match self {
            Self::A => a_code(sample),
            Self::Mu => mu_code(sample),
        }
    }

    /// Codes a run of samples behind what `into` holds.
    pub fn append(self, samples: &[i16], into: &mut Vec<u8>) {
        match self {
            Self::A => into.extend(samples.iter().map(|s| a_code(*s))),
            Self::Mu => into.extend(samples.iter().map(|s| mu_code(*s))),
        }
    }

    /// The same sound in the other coding.
    #[must_use]
    pub fn translate(self, code: u8, to: Self) -> u8 {
        if self == to {
            code
        } else {
            to.code(self.linear(code))
        }
    }
}

static A_LINEAR: [i16; 256] = table(Law::A);
static MU_LINEAR: [i16; 256] = table(Law::Mu);

#[expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "a table made at compile time; the loop stays below its length"
)]
const fn table(law: Law) -> [i16; 256] {
    let mut table = [0_i16; 256];
    let mut code = 0_usize;
    while code < 256 {
        table[code] = match law {
            Law::A => a_linear(code as u8),
            Law::Mu => mu_linear(code as u8),
        };
        code += 1;
    }
    table
}

#[expect(clippy::as_conversions, reason = "a nibble fits; From is not const")]
const fn a_linear(code: u8) -> i16 {
    let code = code ^ 0x55;
    let segment = (code >> 4) & 7;
    let base = (((code & 0x0f) as i16) << 4) + 8;
    let size = if segment == 0 {
        base
    } else {
        (base + 0x100) << (segment - 1)
    };
    if code & 0x80 == 0 { -size } else { size }
}

#[expect(clippy::as_conversions, reason = "a nibble fits; From is not const")]
const fn mu_linear(code: u8) -> i16 {
    let code = !code;
    let segment = (code >> 4) & 7;
    // The loudest is 32124: the shift cannot leave sixteen bits.
    let size = (((((code & 0x0f) as i32) << 3) + 0x84) << segment) - 0x84;
    if code & 0x80 == 0 {
        size as i16
    } else {
        -(size as i16)
    }
}

#[expect(clippy::as_conversions, reason = "masked to eight bits just before")]
const fn a_code(sample: i16) -> u8 {
    let (sign, size) = if sample < 0 {
        (0, !sample)
    } else {
        (0x80, sample)
    };
    let size = (size >> 4) as u16;
    let code = if size < 32 {
        size
    } else {
        let segment = 12 - size.leading_zeros();
        ((segment as u16) << 4) | ((size >> (segment - 1)) & 0x0f)
    };
    ((code as u8) | sign) ^ 0x55
}

#[expect(clippy::as_conversions, reason = "masked to eight bits just before")]
const fn mu_code(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let size = sample.unsigned_abs();
    let size = if size > 32635 { 32635 } else { size } + 132;
    let segment = 8 - size.leading_zeros();
    let step = (size >> (segment + 3)) & 0x0f;
    !(sign | ((segment as u8) << 4) | (step as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_of_the_recommendation() {
        // G.711, tables 1a to 2b: the ends, and both zeros.
        assert_eq!(Law::A.code(0), 0xd5);
        assert_eq!(Law::A.code(-1), 0x55);
        assert_eq!(Law::A.code(i16::MAX), 0xaa);
        assert_eq!(Law::A.code(i16::MIN), 0x2a);
        assert_eq!(Law::A.linear(0xaa), 32256);
        assert_eq!(Law::Mu.code(0), 0xff);
        assert_eq!(Law::Mu.code(i16::MAX), 0x80);
        assert_eq!(Law::Mu.code(i16::MIN), 0x00);
        assert_eq!(Law::Mu.linear(0x80), 32124);
        assert_eq!(Law::Mu.linear(0x00), -32124);
        for law in [Law::A, Law::Mu] {
            assert_eq!(law.code(0), law.silence());
            assert_eq!(Law::of(law.payload_type()), Some(law));
        }
    }

    #[test]
    fn a_code_survives_the_way_there_and_back() {
        for law in [Law::A, Law::Mu] {
            for code in 0..=u8::MAX {
                let again = law.code(law.linear(code));
                // µ-law has two zeros; both sound the same.
                assert_eq!(law.linear(again), law.linear(code), "{law:?} {code:#x}");
            }
        }
    }

    #[test]
    fn no_sample_is_off_by_more_than_half_its_step() {
        for sample in i16::MIN..=i16::MAX {
            // Sixteen steps double the size; µ-law counts the size from 132 below nothing.
            for (law, bias, least) in [(Law::A, 0, 16), (Law::Mu, 132, 4)] {
                let heard = i32::from(law.linear(law.code(sample)));
                let off = (heard - i32::from(sample)).abs();
                let allowed = ((i32::from(sample).abs() + bias) / 32).max(least);
                assert!(off <= allowed, "{law:?} {sample} heard as {heard}");
            }
        }
    }

    #[test]
    fn louder_never_sounds_softer() {
        for law in [Law::A, Law::Mu] {
            let mut before = i16::MIN;
            for sample in i16::MIN..=i16::MAX {
                let heard = law.linear(law.code(sample));
                assert!(before <= heard, "{law:?} {sample}");
                before = heard;
            }
        }
    }
}

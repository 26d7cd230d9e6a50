//! Octets of a frame, read and written without trust: what is cut short or too long is a fault and never a panic.

/// Longest frame that is taken; the longest of either protocol is far below.
pub const MOST: usize = 16 * 1024;

/// Why a frame cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It ends too early.
    #[error("the frame ends within {0}")]
    Short(&'static str),
    /// Its length is none a frame can have.
    #[error("a frame of {0} octets")]
    Length(usize),
    /// A field takes no more.
    #[error("{field} takes {most} octets")]
    TooLong {
        /// Which.
        field: &'static str,
        /// How many it takes.
        most: usize,
    },
}

/// Reads a frame's body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn octets(&mut self, count: usize, field: &'static str) -> Result<&'a [u8], Fault> {
        let (value, rest) = self.0.split_at_checked(count).ok_or(Fault::Short(field))?;
        self.0 = rest;
        Ok(value)
    }

    pub(crate) fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], Fault> {
        let octets = self.octets(N, field)?;
        octets.try_into().map_err(|_| Fault::Short(field))
    }

    pub(crate) fn u8(&mut self, field: &'static str) -> Result<u8, Fault> {
        Ok(u8::from_be_bytes(self.array(field)?))
    }

    pub(crate) fn u16(&mut self, field: &'static str) -> Result<u16, Fault> {
        Ok(u16::from_be_bytes(self.array(field)?))
    }

    pub(crate) fn u32(&mut self, field: &'static str) -> Result<u32, Fault> {
        Ok(u32::from_be_bytes(self.array(field)?))
    }

    /// A text of a fixed width, filled up with zeros or spaces.
    pub(crate) fn fixed(&mut self, width: usize, field: &'static str) -> Result<String, Fault> {
        let octets = self.octets(width, field)?;
        let text = octets.split(|octet| *octet == 0).next().unwrap_or_default();
        Ok(String::from_utf8_lossy(text).trim().to_owned())
    }

    /// A text up to its zero.
    pub(crate) fn zero_ended(&mut self, field: &'static str) -> Result<String, Fault> {
        let end = self.0.iter().position(|octet| *octet == 0);
        let text = self.octets(end.ok_or(Fault::Short(field))?, field)?;
        self.octets(1, field)?;
        Ok(String::from_utf8_lossy(text).trim().to_owned())
    }
}

/// Writes a frame's body.
#[derive(Debug, Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn octets(&mut self, octets: &[u8]) -> &mut Self {
        self.0.extend_from_slice(octets);
        self
    }

    pub(crate) fn u8(&mut self, value: u8) -> &mut Self {
        self.octets(&[value])
    }

    pub(crate) fn u32(&mut self, value: u32) -> &mut Self {
        self.octets(&value.to_be_bytes())
    }

    pub(crate) fn zeros(&mut self, count: usize) -> &mut Self {
        self.0.resize(self.0.len() + count, 0);
        self
    }

    pub(crate) fn fixed(
        &mut self,
        text: &str,
        width: usize,
        field: &'static str,
    ) -> Result<&mut Self, Fault> {
        if text.len() > width {
            return Err(Fault::TooLong { field, most: width });
        }
        Ok(self.octets(text.as_bytes()).zeros(width - text.len()))
    }

    pub(crate) fn zero_ended(
        &mut self,
        text: &str,
        most: usize,
        field: &'static str,
    ) -> Result<&mut Self, Fault> {
        if text.len() > most || text.bytes().any(|octet| octet == 0) {
            return Err(Fault::TooLong { field, most });
        }
        Ok(self.octets(text.as_bytes()).u8(0))
    }

    /// Words with one octet for their length before them.
    pub(crate) fn counted(
        &mut self,
        octets: &[u8],
        field: &'static str,
    ) -> Result<&mut Self, Fault> {
        let count = u8::try_from(octets.len()).map_err(|_| Fault::TooLong { field, most: 255 })?;
        Ok(self.u8(count).octets(octets))
    }
}

/// How long the frame at the beginning of what has come is; none while even that has not come.
pub(crate) fn length(come: &[u8], head: usize) -> Result<Option<usize>, Fault> {
    let Some((octets, _)) = come.split_at_checked(4) else {
        return Ok(None);
    };
    let octets: [u8; 4] = octets.try_into().map_err(|_| Fault::Short("length"))?;
    let length = usize::try_from(u32::from_be_bytes(octets)).unwrap_or(usize::MAX);
    if length < head || length > MOST {
        return Err(Fault::Length(length));
    }
    Ok(Some(length))
}

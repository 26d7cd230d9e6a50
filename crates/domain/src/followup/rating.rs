//! What makes a rating doubtful: that who did the work may have given it.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Why a rating is looked at before it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingFlag {
    /// The number it was proved with, or that the case names, is one of a member unit.
    UnitNumber,
    /// It came from a network of a member unit or of this desk.
    UnitNetwork,
    /// Several cases were rated from one device in a short time.
    OneDevice,
}

impl RatingFlag {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnitNumber => "unit_number",
            Self::UnitNetwork => "unit_network",
            Self::OneDevice => "one_device",
        }
    }
}

/// What a site knows of its units' own numbers and networks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    /// Telephone numbers of member units, digits only.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// Networks of member units as `10.8.0.0/16`.
    #[serde(default)]
    pub networks: Vec<String>,
    /// From how many cases rated from one device on the next is looked at.
    #[serde(default = "Guard::device_most_default")]
    pub device_most: u32,
    /// Within how many hours they are counted.
    #[serde(default = "Guard::device_hours_default")]
    pub device_hours: u32,
}

impl Default for Guard {
    fn default() -> Self {
        Self {
            numbers: Vec::new(),
            networks: Vec::new(),
            device_most: Self::device_most_default(),
            device_hours: Self::device_hours_default(),
        }
    }
}

impl Guard {
    const fn device_most_default() -> u32 {
        3
    }

    const fn device_hours_default() -> u32 {
        24
    }

    /// What speaks against a rating that comes from `address`, for a case with these numbers, from
    /// a device that has rated so many other cases lately.
    #[must_use]
    pub fn flags(&self, address: &str, numbers: &[String], others: u32) -> Vec<RatingFlag> {
        let mut flags = Vec::new();
        if numbers.iter().any(|number| self.numbers.contains(number)) {
            flags.push(RatingFlag::UnitNumber);
        }
        if self.networks.iter().any(|net| in_network(address, net)) {
            flags.push(RatingFlag::UnitNetwork);
        }
        if others >= self.device_most {
            flags.push(RatingFlag::OneDevice);
        }
        flags
    }
}

/// Whether an address lies in a network written as `10.8.0.0/16`; what cannot be read does not.
#[must_use]
pub fn in_network(address: &str, network: &str) -> bool {
    let Some((base, bits)) = network.split_once('/') else {
        return address.parse::<IpAddr>().ok() == network.parse::<IpAddr>().ok()
            && network.parse::<IpAddr>().is_ok();
    };
    let (Ok(address), Ok(base), Ok(bits)) = (
        address.parse::<IpAddr>(),
        base.parse::<IpAddr>(),
        bits.parse::<u32>(),
    ) else {
        return false;
    };
    match (address.to_canonical(), base) {
        (IpAddr::V4(a), IpAddr::V4(b)) if bits <= 32 => {
            let keep = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            a.to_bits() & keep == b.to_bits() & keep
        }
        (IpAddr::V6(a), IpAddr::V6(b)) if bits <= 128 => {
            let keep = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            a.to_bits() & keep == b.to_bits() & keep
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_as_people_write_them() {
        assert!(in_network("10.8.3.4", "10.8.0.0/16"));
        assert!(!in_network("10.9.3.4", "10.8.0.0/16"));
        assert!(in_network("10.9.3.4", "0.0.0.0/0"));
        assert!(in_network("10.9.3.4", "10.9.3.4"));
        assert!(in_network("::ffff:10.8.3.4", "10.8.0.0/16"));
        assert!(in_network("fd00::1", "fd00::/8"));
        for bad in ["10.8.0.0/33", "x/8", "10.8.0.0/", ""] {
            assert!(!in_network("10.8.3.4", bad), "{bad}");
        }
        assert!(!in_network("", ""));
    }

    #[test]
    fn a_rating_from_the_unit_or_from_a_busy_device_is_looked_at() {
        let guard = Guard {
            numbers: vec!["0990010010".to_owned()],
            networks: vec!["10.8.0.0/16".to_owned()],
            device_most: 3,
            device_hours: 24,
        };
        let own = ["0990010010".to_owned()];
        assert_eq!(guard.flags("192.0.2.1", &[], 2), []);
        assert_eq!(
            guard.flags("10.8.1.1", &own, 3),
            [
                RatingFlag::UnitNumber,
                RatingFlag::UnitNetwork,
                RatingFlag::OneDevice
            ]
        );
    }
}

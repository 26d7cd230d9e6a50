//! The two desks, how matters reach them, and how urgent they are.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of desk 台 a platform runs, and the desk a matter belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Desk {
    /// 110: urgent, and police (R23).
    Police,
    /// 12345: not urgent, or not police, and the departments behind it (R23).
    Hotline,
}

impl Desk {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Police => "police",
            Self::Hotline => "hotline",
        }
    }

    /// The number a citizen dials for this desk.
    #[must_use]
    pub const fn number(self) -> &'static str {
        match self {
            Self::Police => "110",
            Self::Hotline => "12345",
        }
    }

    /// The desk on the other side of the link.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Police => Self::Hotline,
            Self::Hotline => Self::Police,
        }
    }
}

/// How high in the net of platforms 梯级网络 one stands (R134), highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// 省
    Province,
    /// 市
    City,
    /// 县
    County,
    /// 乡镇、街道
    Town,
}

/// Where a peer stands, seen from this platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 上级
    Above,
    /// 同级
    Beside,
    /// 下级
    Below,
}

impl Tier {
    /// Where a platform of the tier `peer` stands, seen from this one.
    #[must_use]
    pub fn sees(self, peer: Self) -> Standing {
        match peer.cmp(&self) {
            std::cmp::Ordering::Less => Standing::Above,
            std::cmp::Ordering::Equal => Standing::Beside,
            std::cmp::Ordering::Greater => Standing::Below,
        }
    }
}

impl fmt::Display for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How urgent a matter is (R114 分清轻重缓急), least first so that the greater one wins.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// 一般
    #[default]
    Normal,
    /// 紧急
    Urgent,
    /// 特急
    Critical,
}

impl Urgency {
    /// 0 一般, 1 紧急, 2 特急: the order lists sort by.
    #[must_use]
    pub const fn rank(self) -> i64 {
        match self {
            Self::Normal => 0,
            Self::Urgent => 1,
            Self::Critical => 2,
        }
    }

    /// The word used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Urgent => "urgent",
            Self::Critical => "critical",
        }
    }
}

/// How a contact 来电/来件 arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A telephone call.
    Phone,
    /// A short message.
    Sms,
    /// The citizen's own web form.
    Web,
    /// A messenger's mini-programme.
    Messenger,
    /// A letter or an electronic mail.
    Mail,
    /// Somebody at the counter.
    Counter,
    /// An order from a peer platform.
    Peer,
    /// A bulk import of another system's records.
    Import,
}

impl Channel {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Sms => "sms",
            Self::Web => "web",
            Self::Messenger => "messenger",
            Self::Mail => "mail",
            Self::Counter => "counter",
            Self::Peer => "peer",
            Self::Import => "import",
        }
    }
}

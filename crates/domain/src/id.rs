//! Names of things. One type a kind, so that a unit cannot be passed where a case is meant.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is; whether such a thing exists is the caller's question.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Gives the text away.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

id!(
    /// A case 事项 on one platform; a UUID version 7 in text.
    CaseId
);
id!(
    /// A member unit 成员单位, by its code in the unit directory.
    UnitId
);
id!(
    /// A link 对接 to one peer, by its name in the configuration.
    LinkId
);
id!(
    /// A platform 平台: one installation of a 110, a 12345, or a county's both.
    PlatformId
);
id!(
    /// An account of a person who signs in.
    AccountId
);
id!(
    /// One command as its sender named it; a repeat carries the same one.
    CommandId
);
id!(
    /// One leg 流转 of a case: an assignment to a unit or a hand-over to a peer.
    LegId
);
id!(
    /// A row of the responsibility list 权责清单.
    MatterCode
);
id!(
    /// One deadline 时限 of a case.
    DeadlineId
);
id!(
    /// Somebody a unit names for duty, as its contact or its lead.
    DutyPersonId
);
id!(
    /// One attachment 附件 of a case; a UUID version 7 in text.
    AttachmentId
);
id!(
    /// A measure of supervision 督办; a UUID version 7 in text.
    MeasureId
);

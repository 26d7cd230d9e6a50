//! Rows of files.

use crate::value::row;

row! {
    /// A file of a case. Its bytes lie in parts beside it, or on the peer's platform.
    AttachmentRow {
        /// Id.
        id: String,
        /// Case.
        case_id: String,
        /// Assignment it belongs to, empty without.
        leg: String,
        /// Name as given, cleaned; empty where it is withheld.
        name: String,
        /// Salt of the digest of the name.
        salt: String,
        /// Media type, by content.
        media: String,
        /// Bytes.
        size: i64,
        /// SHA-256 of the bytes, hexadecimal.
        digest: String,
        /// When it was added.
        at: i64,
        /// By whom; empty where the machine did it for a citizen or a peer.
        actor: String,
        /// Unit of whoever added it; a name where the peer told of it.
        unit: String,
        /// The command that added it.
        cause: String,
        /// Empty where the bytes are here, else the link it was heard of by.
        origin: String,
    }
}

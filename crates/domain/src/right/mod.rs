//! Who may do what to what, and who sees which personal data (laws 2 and 10).
//!
//! The whole answer is one table; `docs/rights.md` is printed from it and checked by a test.

mod mask;
mod table;

pub use mask::{mask_name, mask_number, mask_persons, mask_place, mask_text};
pub use table::{Action, Grant, Role, grant, matrix, sees_person};

use crate::id::{AccountId, UnitId};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account; the machine's own jobs have one too.
    pub account: AccountId,
    /// The name others see.
    pub name: String,
    /// The roles.
    pub roles: Vec<Role>,
    /// The unit the person belongs to.
    pub unit: UnitId,
}

/// What is acted on, as far as rights ask.
#[derive(Debug, Clone, Copy, Default)]
pub struct Resource<'a> {
    /// Units that have to do with the case: holder and every assignment.
    pub involved: &'a [UnitId],
    /// The unit of the assignment the action is about.
    pub leg: Option<&'a UnitId>,
}

/// Whether this actor may do that to this.
#[must_use]
pub fn may(actor: &Actor, action: Action, resource: Resource<'_>) -> bool {
    actor.roles.iter().any(|role| match grant(*role, action) {
        Grant::No => false,
        Grant::All => true,
        Grant::Involved => resource.involved.contains(&actor.unit),
        Grant::OwnLeg => resource.leg == Some(&actor.unit),
    })
}

/// Whether the actor sees every case of the platform, or those of the own unit only.
#[must_use]
pub fn sees_all(actor: &Actor) -> bool {
    actor
        .roles
        .iter()
        .any(|role| grant(*role, Action::ReadCase) == Grant::All)
}

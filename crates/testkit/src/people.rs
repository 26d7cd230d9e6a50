//! People of every role, at the desks and in the units of the fictional county.

use domain::desk::Desk;
use domain::id::{AccountId, UnitId};
use domain::right::{Actor, Role};

/// Somebody with one role in a unit.
#[must_use]
pub fn person(role: Role, unit: &str) -> Actor {
    Actor {
        account: AccountId::new(format!("{}-{unit}", role.as_str())),
        name: format!("试验{}", role.as_str()),
        roles: vec![role],
        unit: UnitId::new(unit),
    }
}

/// The unit code of a desk.
#[must_use]
pub const fn desk_unit(desk: Desk) -> &'static str {
    match desk {
        Desk::Police => "desk-110",
        Desk::Hotline => "desk-12345",
    }
}

/// The call-taker 接警员/话务员 of a desk.
#[must_use]
pub fn operator(desk: Desk) -> Actor {
    person(Role::Operator, desk_unit(desk))
}

/// The desk lead 派单员.
#[must_use]
pub fn lead(desk: Desk) -> Actor {
    person(Role::Lead, desk_unit(desk))
}

/// The clerk 承办人 of a unit.
#[must_use]
pub fn clerk(unit: &str) -> Actor {
    person(Role::Clerk, unit)
}

/// The crew on scene of a unit.
#[must_use]
pub fn crew(unit: &str) -> Actor {
    person(Role::Crew, unit)
}

/// The follow-up caller 回访员 of a desk.
#[must_use]
pub fn follow_up(desk: Desk) -> Actor {
    person(Role::FollowUp, desk_unit(desk))
}

//! The people of the county: one account for each role at each desk, one clerk for each unit.

use app::{App, NewAccount};
use domain::desk::Desk;
use domain::id::{AccountId, UnitId};
use domain::right::{Actor, Role};

/// Everybody's password; this is a demonstration.
pub(crate) const PASSWORD: &str = "liandong-demo";

/// The desk's own people: login, name, role.
const DESK: [(&str, &str, Role); 12] = [
    ("operator", "陆晓岚", Role::Operator),
    ("operator2", "韩墨", Role::Operator),
    // Answers calls where nobody else does.
    (super::lines::STAND_IN, "纪遥", Role::Operator),
    ("lead", "程望", Role::Lead),
    ("followup", "苏禾", Role::FollowUp),
    ("supervisor", "何衡", Role::Supervisor),
    ("assessor", "白简", Role::Assessor),
    ("commander", "岳峥", Role::Commander),
    ("sysadmin", "罗启", Role::SystemAdmin),
    ("secadmin", "顾钧", Role::SecurityAdmin),
    ("auditor", "沈鉴", Role::AuditAdmin),
    ("editor", "文策", Role::Knowledge),
];

/// Names of the units' clerks.
const CLERKS: [&str; 12] = [
    "方舟", "林溯", "江汀", "叶知", "乔木", "唐越", "严谨", "蓝田", "温故", "石磊", "安然", "夏至",
];

/// Makes the accounts.
pub(crate) async fn settle(app: &App) -> anyhow::Result<()> {
    let config = app.config();
    let desk_unit = config.rules.desk_unit.to_string();
    let mut accounts: Vec<NewAccount> = DESK
        .iter()
        .map(|(login, name, role)| NewAccount {
            login: (*login).to_owned(),
            name: (*name).to_owned(),
            password: PASSWORD.to_owned(),
            roles: vec![*role],
            unit: desk_unit.clone(),
        })
        .collect();
    let names = CLERKS.iter().cycle();
    for (unit, name) in units(app).into_iter().zip(names) {
        accounts.push(NewAccount {
            login: unit.to_string(),
            name: (*name).to_owned(),
            password: PASSWORD.to_owned(),
            roles: vec![Role::Clerk, Role::Crew],
            unit: unit.to_string(),
        });
    }
    app.make_accounts_alike(&accounts).await?;
    Ok(())
}

/// The units behind this platform's desk.
pub(crate) fn units(app: &App) -> Vec<UnitId> {
    let anybody = desk_actor(app);
    let desk = app.config().platform.desk;
    app.units(&anybody)
        .unwrap_or_default()
        .into_iter()
        .filter(|unit| unit.desk == desk)
        .map(|unit| UnitId::new(unit.code))
        .collect()
}

/// The logins to print.
pub(crate) fn logins(app: &App, desk: Desk) -> Vec<String> {
    let mut logins: Vec<String> = DESK.iter().map(|(login, ..)| (*login).to_owned()).collect();
    let few: Vec<String> = units(app).iter().take(3).map(ToString::to_string).collect();
    logins.push(format!("and units by their code: {} …", few.join(" ")));
    debug_assert!(desk == app.config().platform.desk);
    logins
}

/// An invented operator and lead in one, who does the desk's work when nobody else does.
pub(crate) fn desk_actor(app: &App) -> Actor {
    Actor {
        account: AccountId::new(""),
        name: app.config().platform.name.clone(),
        roles: vec![Role::Operator, Role::Lead],
        unit: app.config().rules.desk_unit.clone(),
    }
}

/// An invented clerk of a unit.
pub(crate) fn clerk(unit: &str) -> Actor {
    Actor {
        account: AccountId::new(""),
        name: unit.to_owned(),
        roles: vec![Role::Clerk, Role::Crew],
        unit: UnitId::new(unit),
    }
}

//! The county's papers: bulletins and register entries of its past. None is printed here, so that
//! the county starts where no Chinese font is installed.

use super::County;
use super::history::key;
use super::people::{desk_actor, units};
use app::App;
use app::view::{BulletinOrder, NewBulletin, NewEntry, NewTask, RegisterOrder};
use domain::id::AccountId;
use domain::right::{Actor, Role};

const DAY: i64 = 86_400_000;

/// Somebody of the desk by login, as the bulletins' record names them.
pub(super) async fn person(app: &App, login: &str, role: Role) -> anyhow::Result<Actor> {
    let account = app.store().account_by_login(login).await?;
    Ok(Actor {
        account: AccountId::new(account.map(|a| a.id).unwrap_or_default()),
        roles: vec![role],
        ..desk_actor(app)
    })
}

fn day(app: &App, back: i64) -> String {
    domain::clock::Calendar::plain()
        .day_of(app.now() - back * DAY)
        .to_string()
}

/// A register, a title, whether it is about the unit, the days back, values.
type Sample = (
    &'static str,
    &'static str,
    bool,
    i64,
    &'static [(&'static str, &'static str)],
);

const ENTRIES: &[Sample] = &[
    (
        "meeting",
        "关于夜间施工噪声处置分工的联席会议",
        false,
        12,
        &[
            ("issue", "第3期"),
            ("place", "联动中心三楼会议室"),
            ("chair", "岳峥"),
            ("present", "程望\n何衡\n方舟\n林溯"),
            ("recorder", "苏禾"),
            ("agenda", "夜间施工噪声的牵头单位\n两台之间的协商转办"),
            (
                "decisions",
                "夜间施工噪声由牵头单位现场处置，公安机关在有冲突危险时先行到场。\n协商不成的由首接单位先行受理，事后审定，不得再退。",
            ),
        ],
    ),
    (
        "liaison",
        "联动联络员",
        true,
        50,
        &[
            ("officer", "方舟"),
            ("post", "办公室主任"),
            ("phone", "0990-010010"),
            ("until", "2030-12-31"),
        ],
    ),
    (
        "duty",
        "应急值守安排",
        true,
        40,
        &[
            ("hours", "always"),
            ("leader", "林溯"),
            ("phone", "0990-010011"),
            ("team", "抢修一队"),
            ("people", "12"),
        ],
    ),
    (
        "undertaking",
        "联动工作责任书",
        true,
        55,
        &[
            ("signer", "江汀"),
            ("basis", "望联办〔2026〕1号"),
            ("duties", "落实应急指令\n参与处置\n畅通信息报送"),
        ],
    ),
    (
        "joint",
        "望江路水管爆裂联合处置",
        false,
        9,
        &[
            ("units", "供水、交警、社区"),
            ("course", "先期处置后关阀抢修，疏导交通。"),
            ("outcome", "当日恢复供水。"),
        ],
    ),
    (
        "inspection",
        "对值守情况的暗访",
        true,
        6,
        &[
            ("way", "secret"),
            ("inspector", "何衡"),
            ("findings", "夜间值守电话响铃超过一分钟。"),
            ("demand", "三日内整改。"),
        ],
    ),
    (
        "drill",
        "转接与三方通话演练",
        false,
        20,
        &[
            ("form", "drill"),
            ("people", "24"),
            ("hours", "2"),
            ("content", "一键转接、三方通话、险情并行派警。"),
        ],
    ),
    (
        "filing",
        "值守制度备案",
        true,
        35,
        &[
            ("category", "rule"),
            ("document", "望城〔2026〕8号"),
            ("received", "2026-10-20"),
        ],
    ),
    (
        "checklist",
        "滨河路路灯长期不亮",
        true,
        15,
        &[
            ("source", "暗访"),
            ("problem", "滨河路南段路灯不亮，群众多次来电。"),
            ("person", "叶知"),
            ("limit", "2026-12-31"),
        ],
    ),
    (
        "promise",
        "抢修服务承诺",
        true,
        60,
        &[
            ("promise", "接报后三十分钟到场。"),
            ("arrive", "30"),
            ("answer", "2"),
            ("published", "yes"),
        ],
    ),
    (
        "reward",
        "季度先进单位",
        true,
        30,
        &[
            ("form", "praise"),
            ("whom", "抢修一队"),
            ("ground", "连续三个月按时率居首。"),
        ],
    ),
];

/// Writes them, at both platforms.
pub(crate) async fn file(county: &County) -> anyhow::Result<()> {
    for app in [&county.police, &county.hotline] {
        registers(app).await?;
        bulletins(app).await?;
    }
    Ok(())
}

async fn registers(app: &App) -> anyhow::Result<()> {
    let keeper = person(app, "lead", Role::Lead).await?;
    let units = units(app);
    for (n, (register, title, about, back, values)) in (0_u64..).zip(ENTRIES) {
        let place = usize::try_from(n).unwrap_or(0) % units.len().max(1);
        let unit = units.get(place).filter(|_| *about);
        let tasks = match *register {
            "meeting" => vec![
                NewTask {
                    text: "修订权责清单并报备".to_owned(),
                    unit: String::new(),
                    due: day(app, 2),
                },
                NewTask {
                    text: "对话务员开展一次培训".to_owned(),
                    unit: String::new(),
                    due: day(app, -10),
                },
            ],
            _ => Vec::new(),
        };
        let entry = NewEntry {
            title: (*title).to_owned(),
            unit: unit.map(ToString::to_string).unwrap_or_default(),
            day: day(app, *back),
            values: values
                .iter()
                .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()))
                .collect(),
            tasks,
        };
        let made = app
            .new_entry(&keeper, register, &entry, &key(app, "register", n))
            .await?;
        if *register == "joint" {
            let order = RegisterOrder::Close {
                version: made.brief.version,
                evidence: "现场复核已恢复供水".to_owned(),
            };
            app.change_entry(
                &keeper,
                register,
                &made.brief.id,
                &order,
                &key(app, "strike", n),
            )
            .await?;
        }
    }
    Ok(())
}

/// From this day of a month on it has enough behind it to be held against the month before.
const HALF: i8 = 15;

/// Last week's approved, last month's as a draft; before and after of two months that both have a past here.
async fn bulletins(app: &App) -> anyhow::Result<()> {
    let writer = person(app, "lead", Role::Lead).await?;
    let other = person(app, "supervisor", Role::Supervisor).await?;
    for (n, kind) in (0_u64..).zip(["weekly", "monthly", "benefit"]) {
        let today = domain::clock::Calendar::plain().day_of(app.now());
        let new = NewBulletin {
            kind: kind.to_owned(),
            day: (kind == "benefit" && today.day() >= HALF).then(|| today.to_string()),
        };
        let begun = app
            .begin_bulletin(&writer, &new, &key(app, "bulletin", n))
            .await?;
        if kind == "weekly" {
            let order = BulletinOrder::Approve {
                revision: begun.brief.revision,
            };
            app.change_bulletin(&other, &begun.brief.id, &order, &key(app, "approve", n))
                .await?;
        }
    }
    Ok(())
}

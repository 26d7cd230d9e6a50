//! How the county's units work, well and badly, and what its supervisor does about it. The habits are
//! the labels that detectors are measured by.

use super::history::{AT_ONCE, key};
use app::App;
use app::chance::SeededChance;
use app::view::MeasureView;
use domain::id::AccountId;
use domain::right::{Actor, Role};
use domain::supervision::{MeasureOrder, NewTask};
use futures_util::stream::{self, StreamExt as _};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a unit is known for in the county.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Works as it should.
    Diligent,
    /// Gives back what it is given.
    Bouncing,
    /// Asks for more time whenever it may.
    Extending,
    /// Tells everybody the same.
    Copying,
    /// Gives results without a call.
    Silent,
    /// Does nothing for days, and answers nobody.
    Late,
}

impl Habit {
    /// The habit of a unit.
    pub(crate) fn of(unit: &str) -> Self {
        match unit {
            "housing" => Self::Bouncing,
            "urban-management" => Self::Extending,
            "market-supervision" => Self::Copying,
            "transport" => Self::Silent,
            "municipal" | "civil-affairs" => Self::Late,
            _ => Self::Diligent,
        }
    }
}

/// How a unit says that it looked: it fits whatever it was.
const FOUND: [&str; 8] = [
    "工作人员当天与您核实了情况",
    "接单后当天安排专人办理",
    "我们调阅了近三个月的记录",
    "经两次走访了解",
    "会同社区网格员核实",
    "负责人约见了当事各方",
    "经逐项核对",
    "值班负责人带队办理",
];

/// What was done about each row of the shipped list, and how a reply ends.
#[derive(Debug, Deserialize)]
struct Replies {
    done: HashMap<String, Vec<String>>,
    next: Vec<String>,
}

static REPLIES: LazyLock<Option<Replies>> =
    LazyLock::new(|| toml::from_str(include_str!("reply.toml")).ok());

/// What a unit tells the citizen about a matter of this row and name.
pub(crate) fn public_reply(unit: &str, row: &str, matter: &str, chance: &SeededChance) -> String {
    if Habit::of(unit) == Habit::Copying {
        return "您好，您反映的问题我局高度重视，已责成相关科室依法依规处理，感谢您的理解与支持。"
            .to_owned();
    }
    let replies = REPLIES.as_ref();
    format!(
        "关于“{matter}”：{}，{}，{}。",
        super::county::pick(chance, &FOUND)
            .copied()
            .unwrap_or_default(),
        one(chance, replies.and_then(|replies| replies.done.get(row))),
        one(chance, replies.map(|replies| &replies.next)),
    )
}

fn one<'a>(chance: &SeededChance, words: Option<&'a Vec<String>>) -> &'a str {
    let words = words.map(Vec::as_slice).unwrap_or_default();
    super::county::pick(chance, words).map_or("已处理完毕", String::as_str)
}

/// The invented supervisor 督办员 of a desk.
pub(crate) fn supervisor(app: &App) -> Actor {
    Actor {
        account: AccountId::new(""),
        name: app.config().platform.name.clone(),
        roles: vec![Role::Supervisor],
        unit: app.config().rules.desk_unit.clone(),
    }
}

/// One round of the supervisor and of those who have to answer.
pub(crate) async fn answer_for_it(app: &App, seed: u64, round: i64) -> anyhow::Result<()> {
    /// More than the county ever has open.
    const OPEN: i64 = 500;
    // The rows say who is to do what; the board would read every measure whole.
    let open = app.store().measures_open(OPEN).await?;
    let answers =
        stream::iter(open).map(|brief| async move { answer(app, &brief, seed, round).await });
    let done: Vec<anyhow::Result<()>> = answers.buffer_unordered(AT_ONCE).collect().await;
    done.into_iter().collect::<anyhow::Result<()>>()?;
    if round == 0 {
        look_into(app, seed).await?;
    }
    Ok(())
}

async fn answer(
    app: &App,
    brief: &store::SupervisionRow,
    seed: u64,
    round: i64,
) -> anyhow::Result<()> {
    let folded = brief.no.bytes().fold(seed, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    let chance = SeededChance::new(folded ^ u64::try_from(round).unwrap_or(0));
    let Some((actor, order)) = next_step(app, brief, &chance).await? else {
        return Ok(());
    };
    let name = format!("duty/{}/{}", brief.id, brief.version);
    let key = key(app, &name, 0);
    if let Err(error) = app
        .measure_step_briefly(&actor, &brief.id, &order, None, &key)
        .await
    {
        tracing::debug!(%error, no = brief.no, "an invented supervisor was refused");
    }
    Ok(())
}

/// Who does what about a measure next; nobody while a unit lets it lie.
async fn next_step(
    app: &App,
    brief: &store::SupervisionRow,
    chance: &SeededChance,
) -> anyhow::Result<Option<(Actor, MeasureOrder)>> {
    let chief = supervisor(app);
    let works = |unit: &str| match Habit::of(unit) {
        Habit::Late => chance.one_in(12),
        _ => !chance.one_in(3),
    };
    Ok(match (brief.state.as_str(), brief.rung.as_str()) {
        ("issued", "meeting") => {
            let task = NewTask {
                unit: brief.unit.as_str().into(),
                what: "明确专人，限期办结并回复诉求人".to_owned(),
                within: domain::clock::Span::Days(1),
            };
            let hold = MeasureOrder::Hold {
                present: "督办员、承办单位负责人、属地街道".to_owned(),
                minutes: "听取情况说明，明确责任和时限，逾期未完成的约谈。".to_owned(),
                tasks: vec![task],
            };
            Some((chief, hold))
        }
        ("issued", _) if works(&brief.unit) => {
            let text = "已安排专人办理，原因已向诉求人说明，两日内办结。".to_owned();
            Some((
                super::people::clerk(&brief.unit),
                MeasureOrder::Answer { text },
            ))
        }
        ("held", _) => {
            let view: MeasureView = app.measure_view(&chief, &brief.id).await?;
            let task = view.tasks.into_iter().find(|task| task.done_at.is_none());
            task.filter(|task| works(&task.unit)).map(|task| {
                let order = MeasureOrder::FinishTask {
                    task: u16::try_from(task.n).unwrap_or(1),
                    note: "已完成并反馈诉求人".to_owned(),
                };
                (super::people::clerk(&task.unit), order)
            })
        }
        ("answered", _) => {
            let accepted = !chance.one_in(5);
            let reason = if accepted {
                "情况属实，予以通过"
            } else {
                "未说明逾期原因，退回重报"
            };
            let reason = reason.to_owned();
            Some((chief, MeasureOrder::Decide { accepted, reason }))
        }
        ("accepted", _) => {
            let effect = "已核实办理到位，予以销号".to_owned();
            Some((chief, MeasureOrder::Close { effect }))
        }
        _ => None,
    })
}

/// The morning's work: most lines of the daily list are looked into, and a case now and then is
/// put on the watch list.
async fn look_into(app: &App, seed: u64) -> anyhow::Result<()> {
    let chief = supervisor(app);
    let chance = SeededChance::new(seed);
    let list = app.daily_list(&chief, None).await?;
    for line in &list.lines {
        if line.case.closed_at.is_some() || chance.one_in(3) {
            continue;
        }
        let key = key(app, &format!("tick/{}/{}", list.day, line.case.id), 0);
        let sentence = "已电话核实，单位答复正在办理，明日再核";
        app.tick(&chief, &line.case.id, sentence, &key).await?;
        if chance.one_in(4) {
            let flag = ["special", "serious", "complicated", "difficult"];
            let flag = super::county::pick(&chance, &flag)
                .copied()
                .unwrap_or_default();
            let command = json!({"command": "flag", "flag": flag, "reason": "多次交办，跟踪到底"});
            let view = app.case(&chief, &line.case.id).await?;
            super::life::act_once(app, &chief, &view, command, &key_of(&key.id)).await;
        }
    }
    Ok(())
}

fn key_of(id: &str) -> app::CommandKey {
    let id = format!("{id}/flag");
    app::CommandKey {
        digest: id.clone(),
        id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::carry::step;
    use crate::demo::county::Speech;
    use crate::demo::people::desk_actor;
    use std::collections::BTreeMap;
    use testkit::{HOUR, Pair, StoreKind};

    #[test]
    fn every_row_of_the_shipped_list_has_replies_of_its_own() {
        let replies = REPLIES.as_ref().expect("reply.toml is readable");
        let engine = triage::Engine::shipped().expect("the shipped list is sound");
        let rows = engine.list().matters.iter();
        let mut missing: Vec<&str> = rows.map(|row| row.code.as_str()).collect();
        missing.retain(|code| replies.done.get(*code).is_none_or(|words| words.len() < 2));
        assert!(missing.is_empty(), "{missing:?}");
    }

    /// The habit a detector looks for; none where it looks for no unit's habit.
    fn looked_for(detector: &str) -> Option<Habit> {
        match detector {
            "passing_the_buck" => Some(Habit::Bouncing),
            "routine_extension" => Some(Habit::Extending),
            "copy_paste" => Some(Habit::Copying),
            "no_contact" => Some(Habit::Silent),
            _ => None,
        }
    }

    /// R83: over a county whose units' habits are known, each detector finds its habit, and what it
    /// raises about a unit without it is counted. `docs/performance.md` has the figures.
    #[tokio::test]
    async fn r83_detectors_find_the_habits_and_raise_few_false_alarms() {
        let mut pair = Pair::open(StoreKind::Sqlite).await;
        let chance = SeededChance::new(83);
        let map = crate::demo::county::map().unwrap();
        let speech = Speech::new(&SeededChance::new(90), &map);
        for n in 0..400_u64 {
            let platform = if n.is_multiple_of(4) {
                &pair.police
            } else {
                &pair.hotline
            };
            let actor = desk_actor(&platform.app);
            platform.take(&actor, speech.contact(n)).await.unwrap();
        }
        pair.settle().await;
        for round in 0..120 {
            let open = step(&pair.police.app, &pair.hotline.app, &chance, round)
                .await
                .unwrap();
            pair.settle().await;
            pair.clock.advance(HOUR / 4);
            if open == 0 {
                break;
            }
        }
        let mut raised: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for app in [&pair.police.app, &pair.hotline.app] {
            app.detect().await.unwrap();
            for hit in app.findings(&supervisor(app), None).await.unwrap().items {
                let Some(habit) = looked_for(&hit.detector) else {
                    continue;
                };
                let counts = raised.entry(hit.detector).or_default();
                counts.0 += 1;
                counts.1 += u32::from(Habit::of(&hit.unit) != habit);
            }
        }
        println!("findings and false alarms by detector: {raised:?}");
        for detector in [
            "passing_the_buck",
            "routine_extension",
            "copy_paste",
            "no_contact",
        ] {
            let (all, wrong) = raised.get(detector).copied().unwrap_or_default();
            assert!(all > wrong, "{detector} found nobody it is for: {raised:?}");
        }
        let (all, wrong) = raised
            .values()
            .fold((0, 0), |(a, w), (all, wrong)| (a + all, w + wrong));
        assert!(
            wrong * 5 <= all,
            "more than one in five is a false alarm: {raised:?}"
        );
    }
}

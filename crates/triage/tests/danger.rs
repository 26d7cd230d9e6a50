//! Danger (law 5): sentences the rules were not written from, and what no list may outvote.

use domain::desk::{Desk, Urgency};
use proptest::prelude::*;
use std::sync::LazyLock;
use triage::{Engine, Mode, Query, Suggestion};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| match Engine::shipped() {
    Ok(engine) => engine,
    Err(error) => panic!("{error}"),
});

fn ask(narrative: &str, received_at: Desk) -> Suggestion {
    ENGINE.suggest(&Query {
        narrative,
        place: "",
        district: "",
        received_at,
    })
}

/// What the rules say; what is heard beside them has figures of its own.
fn kinds(narrative: &str) -> Vec<String> {
    let query = Query {
        narrative,
        place: "",
        district: "",
        received_at: Desk::Hotline,
    };
    let danger = ENGINE.ruled(&query).danger;
    danger.into_iter().map(|d| d.kind).collect()
}

#[test]
fn sentences_written_apart_from_the_rules_come_out_right() {
    let mut wrong = Vec::new();
    for line in include_str!("danger.tsv")
        .lines()
        .filter(|l| !l.starts_with('#'))
    {
        let (kind, sentence) = line.split_once('\t').unwrap();
        let got = kinds(sentence);
        let right = if kind == "none" {
            got.is_empty()
        } else {
            got.iter().any(|k| k == kind)
        };
        if !right {
            wrong.push(format!("{sentence}: {kind} expected, {got:?} found"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rules_carry_hundreds_of_sentences_for_and_against() {
    let rules = &ENGINE.dangers().rules;
    let positive: usize = rules.iter().map(|r| r.positive.len()).sum();
    let negative: usize = rules.iter().map(|r| r.negative.len()).sum();
    assert!(positive >= 150, "{positive} for");
    assert!(negative >= 150, "{negative} against");
}

/// R96: police go at once even where the matter is a department's, whose order is made beside.
#[test]
fn danger_in_a_departments_matter_goes_both_ways() {
    for received_at in [Desk::Police, Desk::Hotline] {
        let got = ask("老板拖欠工资三个月，工人说不给钱就同归于尽", received_at);
        assert_eq!((got.desk, got.mode), (Some(Desk::Police), Mode::Parallel));
        assert_eq!(got.matter.unwrap().as_str(), "H10-1");
        assert_eq!(got.alternatives.first().unwrap().matter.as_str(), "P7-1");
        let got = ask("楼道里煤气味很重", received_at);
        assert_eq!(got.desk, Some(Desk::Police));
        assert_eq!(got.mode, Mode::Parallel);
        assert_eq!(got.urgency, Urgency::Critical);
        assert_eq!(got.matter.unwrap().as_str(), "H7-1");
        assert_eq!(got.lead.unwrap().as_str(), "gas");
        assert_eq!(got.assist.first().unwrap().as_str(), "station-central");
        assert!(!got.unowned);
    }
}

/// A hospital where something happens gets no order for its manners.
#[test]
fn the_mere_place_of_danger_is_not_its_matter() {
    let got = ask("医院门口有人晕倒了", Desk::Hotline);
    assert_eq!((got.desk, got.mode), (Some(Desk::Police), Mode::Direct));
    assert_eq!(got.matter.unwrap().as_str(), "P6-2");
}

/// Each kind of danger is the matter of some row, so that none is without limits and basis.
#[test]
fn every_kind_of_danger_has_its_row() {
    for rule in &ENGINE.dangers().rules {
        let mut rows = ENGINE.list().matters.iter();
        assert!(rows.any(|m| m.danger.contains(&rule.kind)), "{}", rule.kind);
    }
}

#[test]
fn danger_without_a_row_is_still_owned_by_police() {
    let got = ask("快来人啊，求求你们快来救我", Desk::Hotline);
    assert_eq!((got.desk, got.mode), (Some(Desk::Police), Mode::Direct));
    assert!(got.lead.is_some() && !got.unowned && !got.say.is_empty());
}

#[test]
fn a_call_that_needs_no_order_needs_one_in_danger() {
    assert_eq!(ask("打错了不好意思", Desk::Police).mode, Mode::Answer);
    let got = ask("打错了不好意思，不过我家着火了", Desk::Police);
    assert_eq!((got.desk, got.mode), (Some(Desk::Police), Mode::Dispatch));
}

/// 他说要跳楼 counts whenever he said it; what I said last time does not.
#[test]
fn the_speaker_of_a_threat_matters() {
    assert_eq!(kinds("他说要跳楼"), ["self-harm"]);
    assert_eq!(kinds("他上次说要跳楼，今天电话打不通"), ["self-harm"]);
    assert!(kinds("我上次说要跳楼是一时激动").is_empty());
}

#[test]
fn the_gravest_danger_stands_first_with_its_place_in_the_callers_words() {
    let said = "你好，有人打架，其中一個\u{200b}拿\u{200b}刀";
    let got = ask(said, Desk::Police);
    let first = got.danger.first().unwrap();
    assert_eq!(
        (first.kind.as_str(), first.words.as_str()),
        ("weapon", "拿\u{200b}刀")
    );
    let cut: String = said
        .chars()
        .skip(first.start)
        .take(first.end - first.start)
        .collect();
    assert_eq!(cut, first.words);
    assert!(
        got.evidence
            .iter()
            .any(|e| e.rule == first.rule && e.version == got.danger_version)
    );
}

fn sentences() -> Vec<(String, String)> {
    let rules = ENGINE.dangers().rules.iter();
    rules
        .flat_map(|r| r.positive.iter().map(|s| (r.id.clone(), s.clone())))
        .collect()
}

/// The words that make rows fire. (What only bars a row has no say here; one such word, 演练, is
/// also a frame of the danger rules, and says there what it says.)
fn keywords() -> Vec<String> {
    let list = ENGINE.list();
    let matters = list.matters.iter().map(|m| &m.words);
    let words = matters.chain(list.scope.iter().map(|s| &s.words));
    words
        .flat_map(|w| w.any.iter().chain(w.all.iter().flatten()).cloned())
        .collect()
}

proptest! {
    /// Law 5: no word of the list, and no number of them, takes a danger away.
    #[test]
    fn the_list_never_outvotes_danger(
        (rule, sentence) in prop::sample::select(sentences()),
        before in prop::collection::vec(prop::sample::select(keywords()), 0..4),
        after in prop::collection::vec(prop::sample::select(keywords()), 0..8),
        stop in prop::sample::select(vec!["，", "。", "！", "；"]),
        received_at in prop::sample::select(vec![Desk::Police, Desk::Hotline]),
    ) {
        let mut said: String = before.iter().map(|w| format!("{w}{stop}")).collect();
        said.push_str(&sentence);
        for word in &after {
            said.push_str(stop);
            said.push_str(word);
        }
        let got = ask(&said, received_at);
        prop_assert!(got.danger.iter().any(|d| d.rule == rule), "{said}: {:?}", got.danger);
        prop_assert_eq!(got.desk, Some(Desk::Police));
        prop_assert!(got.urgency >= Urgency::Urgent);
        prop_assert!(matches!(got.mode, Mode::Dispatch | Mode::Direct | Mode::Parallel));
        prop_assert!(!got.unowned && got.lead.is_some());
    }
}

/// The same of each word alone, before and behind one sentence of every rule: a frame that the list
/// has words of (报销, 登记) would let any such word settle any danger.
#[test]
fn no_word_of_the_list_alone_takes_a_danger_away() {
    let mut lost = Vec::new();
    let words: std::collections::BTreeSet<String> = keywords().into_iter().collect();
    for rule in &ENGINE.dangers().rules {
        let Some(sentence) = rule.positive.first() else {
            continue;
        };
        for word in &words {
            for said in [format!("{sentence}，{word}"), format!("{word}，{sentence}")] {
                let query = Query {
                    narrative: &said,
                    place: "",
                    district: "",
                    received_at: Desk::Police,
                };
                let danger = ENGINE.ruled(&query).danger;
                if danger.iter().all(|d| d.rule != rule.id) {
                    lost.push(said);
                }
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
}

/// Speech recognition writes another character of the same sound (又人要跳搂).
#[test]
fn a_word_written_wrong_is_known_by_its_sound() {
    let heard = [
        ("self-harm", "他站在楼顶要跳搂"),
        ("self-harm", "我女儿说不相活了"),
        ("fire", "我家厨房着货了快来"),
        ("fire", "充电的车少起来了"),
        ("weapon", "有个男的拿着倒站门口"),
        ("cry-for-help", "就命啊快来人"),
        ("gas", "楼道里全是没气味，好像蝎漏了"),
        ("kidnapping", "他要帮架我女儿"),
        ("drowning", "有个小孩溺睡了"),
        ("medical", "我爸爸突然婚迷了"),
    ];
    let missed: Vec<_> = heard
        .iter()
        .filter(|(kind, said)| !kinds(said).contains(&(*kind).to_owned()))
        .collect();
    assert!(missed.len() <= 2, "{missed:#?}");
    for said in [
        "大家都来看热闹",
        "人大代表来调研",
        "我找货车司机问一下",
        "快递还没收到货",
        "家里没气了，什么时候恢复供气",
        "阳台上搭起来一个棚子",
        "大孩子上学的事",
        "他看了我的材料",
        "房间大得很",
        "听到了好消息",
    ] {
        assert!(kinds(said).is_empty(), "{said}: {:?}", kinds(said));
    }
}

/// One character of ten replaced by another of the same sound, in every sentence the rules carry.
#[test]
fn one_character_of_ten_written_wrong_costs_little() {
    use pinyin::ToPinyin as _;
    use std::collections::BTreeMap;
    let mut alike: BTreeMap<&str, Vec<char>> = BTreeMap::new();
    for c in '\u{4e00}'..='\u{9fa5}' {
        if let Some(sound) = c.to_pinyin() {
            alike.entry(sound.plain()).or_default().push(c);
        }
    }
    let (mut asked, mut fired) = (0_u32, 0_u32);
    let mut seed = 1_u64;
    let mut chance = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 40).unwrap()
    };
    for rule in &ENGINE.dangers().rules {
        for said in rule.positive.iter().cycle().take(rule.positive.len() * 5) {
            let noisy: String = said
                .chars()
                .map(|c| match c.to_pinyin().map(|p| &alike[p.plain()]) {
                    Some(others) if chance() % 10 == 0 => others[chance() % others.len()],
                    _ => c,
                })
                .collect();
            asked += 1;
            fired += u32::from(!kinds(&noisy).is_empty());
        }
    }
    let recall = f64::from(fired) / f64::from(asked);
    assert!(recall >= 0.87, "{fired} of {asked}: {recall:.3}");
}

/// A crew that writes "somebody is hurt" is on the spot, and what it asks for is the lead's to
/// give; a caller who says it needs help.
#[test]
fn somebody_hurt_is_danger_and_nobody_hurt_is_none() {
    assert_eq!(kinds("这边有人受伤了"), ["medical"]);
    assert_eq!(kinds("需要急救"), ["medical"]);
    assert!(kinds("没有人受伤").is_empty());
    assert!(kinds("去年受伤的工伤赔偿").is_empty());
}

/// Law 5: who is in danger says little, and is not asked to say more first.
#[test]
fn few_characters_that_are_plain_raise_danger_and_harmless_ones_do_not() {
    let raised = |said: &str| !ask(said, Desk::Hotline).danger.is_empty();
    for said in [
        "我不活了",
        "他有刀",
        "他掐我脖子",
        "血止不住",
        "浑身是血",
        "没脉搏了",
        "他没气了",
        "触电了",
        "火灭不了",
        "火更大了",
        "阳台在冒烟",
        "房子烧了",
        "割脉了",
        "吊在房梁上",
        "孩子误吞了药",
        "他把我锁屋里",
        "有人跟踪我",
        "他在砸我的门",
        "他拿汽油瓶",
        "车冲进人群",
        "没关煤气人晕了",
        "电梯掉下来了",
        "机器绞住手了",
        "学生集体呕吐",
    ] {
        assert!(raised(said), "{said}");
    }
    for said in [
        "",
        "？",
        "喂",
        "你好",
        "我要投诉",
        "没气了怎么充",
        "轮胎没气了",
        "楼上太吵",
        "停水了",
        "路灯不亮",
        "钥匙丢了",
        "老板不给钱",
        "押金不退",
        "火车票退不了",
        "煤气费怎么交",
        "狗叫太吵",
        "他骂我",
        "没事了",
        "打错了",
        "楼道里全是烟头",
        "门打不开",
        "扫地机器人不动了",
        "他见人就打招呼",
        "爷爷留了遗言房子给我",
        "他控制不住火气",
        "女孩上车没座",
        "你们快点",
        "门已打开",
        "正在赶往现场",
    ] {
        assert!(!raised(said), "{said}");
    }
}

/// Law 5: what is shown and not named is danger, quoted in the caller's words, and no rule is
/// silenced by it; what only may be one is a question.
#[test]
fn law_5_danger_is_heard_where_no_rule_knows_the_words() {
    let said = "他把门从外面锁了，我在阳台上，腿上一直淌红的，求你们别打回来";
    assert!(kinds(said).is_empty(), "a rule knows it by now");
    let got = ask(said, Desk::Hotline);
    let heard = got.danger.first().unwrap();
    assert_eq!(
        (heard.rule.as_str(), got.desk),
        ("D-HEARD", Some(Desk::Police))
    );
    assert!(said.contains(&heard.words) && !heard.words.is_empty());
    assert!(!heard.advice.is_empty() && got.lead.is_some());
    let quoted = got.evidence.iter().filter(|e| e.rule == "D-HEARD");
    assert!(quoted.clone().count() >= 1);
    for evidence in quoted {
        assert!(evidence.version.starts_with("signs-"), "{evidence:?}");
        assert!(said.contains(&evidence.words));
    }
    let short = ask("门外有人在撬锁呢", Desk::Hotline);
    assert!(!short.danger.is_empty() || short.ask.is_some());
    let quiet = ask("暖气不热，维修师傅什么时候来", Desk::Hotline);
    assert!(quiet.danger.is_empty() && quiet.ask.is_none(), "{quiet:?}");
    let ruled = ask("厨房着火了", Desk::Hotline);
    assert!(ruled.danger.iter().all(|d| d.rule != "D-HEARD"));
    assert!(ruled.ask.is_none());
}

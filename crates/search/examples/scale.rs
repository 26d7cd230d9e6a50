//! How fast an index of many cases answers: `cargo run --release -p search --example scale -- 1000000`.
//! Texts are invented from lists of words, so that frequent and rare pairs are as far apart as in
//! what people write. Prints a table for docs/performance.md.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::as_conversions,
    reason = "a measuring program: what fails here fails the measurement"
)]

use search::{Entry, FullText as _, Index, Mark, Pieces, Question, Sorting};
use std::path::Path;
use std::time::{Duration, Instant};

const ROOTS: &str = "望澜听涛镜湖河滨锦园春晓秋实梧桐银杏紫薇丹枫翠竹青松白桦金桂石榴海棠月季芙蓉牡丹兰亭竹苑梅岭菊圃荷塘柳岸杏林桃源梨洲枣园榆关槐里";
const KINDS: [&str; 8] = ["路", "街", "巷", "大道", "小区", "花园", "新村", "广场"];
const THINGS: [&str; 48] = [
    "烧烤店",
    "工地",
    "棋牌室",
    "广场舞",
    "路灯",
    "井盖",
    "下水道",
    "垃圾桶",
    "电动车",
    "停车位",
    "自来水",
    "暖气",
    "燃气表",
    "电梯",
    "消防通道",
    "绿化带",
    "公交站",
    "红绿灯",
    "斑马线",
    "流浪狗",
    "违章建筑",
    "围挡",
    "渣土车",
    "搅拌站",
    "网吧",
    "理发店",
    "培训机构",
    "健身房",
    "物业费",
    "装修队",
    "快递柜",
    "充电桩",
    "化粪池",
    "变压器",
    "广告牌",
    "健身器材",
    "河道",
    "桥栏杆",
    "学校门口",
    "菜市场",
    "药店",
    "饭馆",
    "洗车店",
    "加油站",
    "仓库",
    "楼道灯",
    "防盗门",
    "监控探头",
];
const TROUBLES: [&str; 40] = [
    "油烟太大",
    "半夜施工",
    "噪音扰民",
    "占道经营",
    "堵塞外溢",
    "坏了三天",
    "没人管理",
    "乱停乱放",
    "拖欠工资",
    "拒绝退费",
    "臭味难闻",
    "漏水严重",
    "停水两天",
    "温度不够",
    "反复故障",
    "被人占用",
    "倾倒垃圾",
    "夜间放歌",
    "打架斗殴",
    "缺斤少两",
    "无证经营",
    "漏电伤人",
    "墙皮脱落",
    "私拉电线",
    "堆放杂物",
    "养鸡养鸭",
    "排放污水",
    "扬尘很大",
    "压坏路面",
    "影响出行",
    "服务态度差",
    "推诿扯皮",
    "强制消费",
    "虚假宣传",
    "过期食品",
    "随意涨价",
    "断电断网",
    "孩子被打",
    "老人走失",
    "丢失钱包",
];
const FILLERS: [&str; 24] = [
    "市民来电反映",
    "希望有关部门尽快处理",
    "已经多次反映没有结果",
    "要求给予明确答复",
    "居民晚上睡不着觉",
    "家里有老人和孩子",
    "之前打过电话一直没有回音",
    "请派人到现场看看",
    "物业说不归他们管",
    "街道说要等上级安排",
    "每天从早上六点开始",
    "持续到凌晨两点左右",
    "周围的邻居都有意见",
    "希望能够彻底解决",
    "不要再互相推诿",
    "这个问题存在半年了",
    "情况属实可以来核实",
    "影响了正常的生活",
    "存在很大的安全隐患",
    "请保护我的个人信息",
    "今天下午又发生了一次",
    "现场还有几个人在",
    "对方态度非常恶劣",
    "要求依法依规查处",
];

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Below `n`, small numbers far more often, as words are used.
    fn skewed(&mut self, n: usize) -> usize {
        let share = (self.next() % 10_000) as f64 / 10_000.0;
        ((share * share) * n as f64) as usize
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

fn road(dice: &mut Dice) -> String {
    let roots: Vec<char> = ROOTS.chars().collect();
    let (a, b) = (dice.below(roots.len()), dice.below(roots.len()));
    format!(
        "{}{}{}",
        roots[a],
        roots[b],
        KINDS[dice.skewed(KINDS.len())]
    )
}

fn entry(n: u64, dice: &mut Dice) -> Entry {
    let place = road(dice);
    let (house, room) = (dice.below(300) + 1, dice.below(900) + 100);
    let thing = THINGS[dice.skewed(THINGS.len())];
    let trouble = TROUBLES[dice.skewed(TROUBLES.len())];
    let mut said = format!("{place}{house}号附近的{thing}{trouble}");
    for _ in 0..(1 + dice.skewed(5)) {
        said.push(',');
        said.push_str(FILLERS[dice.below(FILLERS.len())]);
    }
    let unit = format!("unit-{}", dice.skewed(26));
    let about = format!("{trouble} 第{unit}单位");
    let exact = format!("{place}{house}号{room}室");
    let name = "王李张刘陈杨赵黄周吴".chars().nth(dice.below(10)).unwrap();
    Entry {
        id: format!("{n:032x}"),
        units: vec!["desk".to_owned(), unit.clone()],
        open: format!("{said}\n{about}\n{place}"),
        full: format!("{said}\n{about}\n{exact}\n{name}某某"),
        place_open: place.clone(),
        place: exact.clone(),
        numbers: format!("110-2026{:04}-1{n:06}", 101 + dice.below(1130)),
        phones: format!("100{:08}", dice.next() % 100_000_000),
        names_open: place,
        names: format!("{exact}\n{name}某某"),
        state: ["taken", "dispatched", "handling", "closed"][3 - dice.skewed(4)].to_owned(),
        desk: ["hotline", "police"][dice.skewed(2)].to_owned(),
        matter: format!("H{}-{}", dice.skewed(19), dice.skewed(12)),
        unit,
        channel: "phone".to_owned(),
        urgency: dice.skewed(3) as u64,
        danger: dice.below(50) == 0,
        opened_at: n as i64 * 60_000,
        month: 300 + n / 45_000,
    }
}

fn question(kind: usize, cases: u64, dice: &mut Dice) -> Question {
    let words = |text: &str| Pieces::new(text.split_whitespace());
    let thing = THINGS[dice.skewed(THINGS.len())];
    let trouble = TROUBLES[dice.skewed(TROUBLES.len())];
    let mut ask = Question {
        unmasked: true,
        limit: 50,
        facets: true,
        ..Question::default()
    };
    match kind {
        0 => ask.words = words(&thing.chars().take(2).collect::<String>()),
        1 => ask.words = words(&format!("{} {trouble}", road(dice))),
        2 => {
            ask.words = words(&format!(
                "{thing} {}",
                trouble.chars().take(2).collect::<String>()
            ));
        }
        3 => ask.phone = format!("{:04}", dice.below(10_000)),
        4 => ask.words = words(&format!("100{:08}", dice.next() % 100_000_000)),
        5 => ask.number = format!("1{:06}", dice.next() % cases),
        6 => ask.words = words(["wl", "wjl", "jyxq", "cxlh", "thy"][dice.below(5)]),
        7 => {
            let filler = FILLERS[dice.below(FILLERS.len())];
            ask.words = words(&format!("{}{thing}老是{trouble}{filler}怎么办", road(dice)));
        }
        8 => ask.states = vec!["handling".to_owned()],
        9 => {
            ask.units = vec![format!("unit-{}", dice.skewed(26))];
            let from = dice.next() % cases;
            ask.from = Some(from as i64 * 60_000);
            ask.to = Some((from as i64 + 40_000) * 60_000);
            ask.words = words(trouble);
        }
        10 => ask.words = words("水"),
        _ => ask.sorting = Sorting::Newest,
    }
    ask
}

const KINDS_OF: [&str; 12] = [
    "two characters",
    "place and words",
    "two words",
    "last four of a telephone",
    "whole telephone number",
    "tail of a printed number",
    "first letters",
    "a sentence that no case has",
    "one state, everything",
    "unit, month and words",
    "one character",
    "no condition at all",
];

fn main() {
    let cases: u64 = std::env::args()
        .nth(1)
        .map_or(100_000, |n| n.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let index = Index::open(dir.path()).unwrap();
    let mut dice = Dice(88_172_645_463_325_252);
    let mut made = Duration::ZERO;
    let mut n = 0;
    while n < cases {
        let some: Vec<Entry> = (n..cases.min(n + 4_000))
            .map(|n| entry(n, &mut dice))
            .collect();
        n += some.len() as u64;
        let begun = Instant::now();
        let mark = Mark {
            pos: n as i64,
            ..Mark::default()
        };
        index.put(some, mark, false).unwrap();
        made += begun.elapsed();
    }
    let size = bytes(dir.path());
    println!(
        "{cases} cases in {:.0} s ({:.0}/s), {:.0} MiB on the disk, {}\n",
        made.as_secs_f64(),
        cases as f64 / made.as_secs_f64(),
        size as f64 / 1_048_576.0,
        memory()
    );
    println!(
        "| Question, page of 50 with counts | p50 | p99 | slowest | found |\n|---|---|---|---|---|"
    );
    let mut all = Vec::new();
    for (kind, name) in KINDS_OF.iter().enumerate() {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..200 {
            let ask = question(kind, cases, &mut dice);
            let begun = Instant::now();
            found += index.find(&ask).unwrap().facets.total;
            times.push(begun.elapsed());
        }
        times.sort();
        println!(
            "| {name} | {:.1} ms | {:.1} ms | {:.1} ms | {} |",
            ms(times[100]),
            ms(times[198]),
            ms(times[199]),
            found / 200
        );
        all.extend(times);
    }
    all.sort();
    println!(
        "| all of them | {:.1} ms | {:.1} ms | {:.1} ms | |\n\n{}",
        ms(all[all.len() / 2]),
        ms(all[all.len() * 99 / 100]),
        ms(all[all.len() - 1]),
        memory()
    );
    let one = vec![entry(1, &mut dice)];
    let begun = Instant::now();
    let mark = Mark::default();
    index.put(one, mark, false).unwrap();
    println!("one case put and found after {:.1} ms", ms(begun.elapsed()));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn bytes(dir: &Path) -> u64 {
    std::fs::read_dir(dir)
        .unwrap()
        .map(|item| {
            let item = item.unwrap();
            let about = item.metadata().unwrap();
            if about.is_dir() {
                bytes(&item.path())
            } else {
                about.len()
            }
        })
        .sum()
}

/// Memory of our own, and of files that are looked at.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        kib.unwrap_or(0) / 1_024
    };
    format!(
        "{} MiB of memory and {} MiB of mapped files",
        line("RssAnon:"),
        line("RssFile:")
    )
}

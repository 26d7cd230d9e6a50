//! One document of every form, all invented.

use press::form::{
    Bulletin, BulletinKind, MeasureForm, MeasureSheet, Minutes, MinutesTask, OrderSheet, Section,
    SupervisionOrder,
};
use press::{Align, Bar, Block, Chart, Column, Day, Document, Series, Table, Wording};

const DAY: Day = Day {
    year: 2026,
    month: 11,
    day: 28,
};

fn text(words: &str) -> String {
    words.to_owned()
}

/// How figures stand: names at the left, ranks in the middle, the rest at the right.
fn figured(head: &str, share: u16) -> Column {
    let align = match head {
        "单位" | "指标" => Align::Left,
        "名次" => Align::Middle,
        _ => Align::Right,
    };
    column(head, share, align)
}

fn column(head: &str, share: u16, align: Align) -> Column {
    Column {
        head: text(head),
        share,
        align,
    }
}

fn order_sheet(wording: &Wording) -> Document {
    OrderSheet {
        platform: text("望澜12345"),
        police: false,
        no: text("12345-20261128-100042"),
        twin: text("110-20261128-100007（望澜110）"),
        received: text("2026-11-28 09:14"),
        channel: text("电话"),
        matter: text("3.2.4 噪声扰民"),
        urgency: text("一般"),
        first_receiver: text("望澜110接警台"),
        holder: text("综合执法局（2026-11-28 09:20 起）"),
        caller: text("陆**"),
        number: text("100****0042"),
        place: text("望江路***"),
        narrative: text("来电人反映：楼旁边工地半夜还在施工，打桩声音太大，孩子睡不着；已经连续三天，找过物业，物业说管不了。\n补充：今天凌晨 2 点左右又开始了。"),
        danger: String::new(),
        legs: vec![[text("综合执法局"), text("牵头"), text("2026-11-28 09:18"), text("2026-11-28 09:20")], [text("生态环境局"), text("协办"), text("2026-11-28 09:18"), text("未签收")]],
        clocks: vec![[text("反馈"), text("2026-11-28 11:18"), text("清单 3.2.4，2 小时内反馈（wanglan-2026.11.1）")], [text("办结"), text("2026-12-05 23:59"), text("清单 3.2.4，5 个工作日（wanglan-2026.11.1）")]],
        results: vec![[text("综合执法局 2026-11-28 16:02　已解决"), text("已责令工地停止夜间施工，并依法立案。")]],
        files: text("现场.jpg 182 KB a1b2c3d4e5f6"),
        masked: true,
        trace: text("望澜12345 · 程望（话务台）· 2026-11-28 16:30 打印"),
    }
    .document(wording, DAY)
}

fn supervision(wording: &Wording) -> Document {
    SupervisionOrder {
        platform: text("望澜12345"),
        number: text("督〔2026〕7号"),
        unit: text("综合执法局"),
        case_no: text("12345-20261120-100011"),
        matter: text("3.2.4 噪声扰民"),
        received: text("2026年11月20日 09:14"),
        facts: vec![text(
            "该事项于11月20日派你单位办理，11月22日退回一次，经审定仍由你单位办理；群众已催办3次。",
        )],
        missed: vec![[
            text("反馈"),
            text("2026-11-20 11:18"),
            text("清单 3.2.4，2 小时内反馈"),
        ]],
        asks: vec![
            text("一、立即指定专人到现场核实，联系来电人说明情况。"),
            text("二、查明逾期原因，明确责任人和完成时间。"),
        ],
        due: text("2026年12月1日18时"),
        trace: String::new(),
        day: DAY,
    }
    .document(wording)
}

/// A rung of supervision: the interview that three orders brought.
fn measure(wording: &Wording) -> Document {
    MeasureSheet {
        platform: text("望澜12345"),
        form: MeasureForm::Interview,
        number: text("YT-2026-00025"),
        unit: text("综合执法局"),
        basis: text("“望澜县联动督办规则 2026-1”第I2条"),
        words: text("三十日内被发督办单三次的，约谈单位负责人。"),
        trigger: text("30天内被发督办单3次"),
        skipped: text("多次被督办的单位，不再逐件召开协调会。"),
        cases: vec![
            [
                text("12345-20261120-100011"),
                text("噪声扰民"),
                text("办理中"),
            ],
            [
                text("12345-20261122-100003"),
                text("占道经营"),
                text("已结案"),
            ],
            [
                text("12345-20261125-100006"),
                text("餐饮油烟"),
                text("办理中"),
            ],
        ],
        missed: vec![[
            text("12345-20261120-100011 办结"),
            text("2026-11-22 09:18"),
            text("seed-papers-1 result-2d · 办结 2天"),
        ]],
        asks: vec![
            text("请主要负责人接受约谈，并提交书面检查。"),
            text("请说明督办事项频发的原因和整改措施。"),
        ],
        due: text("2026年12月1日09:30"),
        trace: text("望澜12345 · 何衡（话务台）· 2026-11-28 16:30 打印"),
        day: DAY,
    }
    .document(wording)
}

/// How long it took, beside the span before: a chart as weekly bulletins have three.
fn timed() -> Section {
    let bars = [
        "0–30 秒",
        "30–60 秒",
        "60–120 秒",
        "120–180 秒",
        "180 秒以上",
    ];
    Section {
        heading: text("用时分布"),
        text: text(
            "各环节用时均从派单起算。平均用时最长的单位：签收用时为人社局（平均47.5分钟，7次）。",
        ),
        charts: vec![Chart {
            caption: text("签收用时"),
            unit: text("次"),
            series: ["本期", "上期"]
                .map(|name| Series { name: text(name) })
                .to_vec(),
            bars: bars
                .iter()
                .zip([[3_u32, 1], [6, 4], [12, 15], [9, 8], [43, 50]])
                .map(|(label, counts)| Bar {
                    label: text(label),
                    values: counts.map(f64::from).to_vec(),
                })
                .collect(),
        }],
        tables: Vec::new(),
    }
}

/// A table of a scheme's figures: as wide as one may become.
fn listed(caption: &str, units: &[[&str; 9]]) -> Table {
    let heads = [
        "名次",
        "单位",
        "得分",
        "交办总量",
        "满意率",
        "及时签收率",
        "退单率",
        "重办率",
        "按时办结率",
    ];
    Table {
        caption: text(caption),
        columns: heads
            .iter()
            .zip([4_u16, 11, 4, 5, 7, 7, 7, 7, 7])
            .map(|(head, share)| figured(head, share))
            .collect(),
        rows: units.iter().map(|row| row.map(text).to_vec()).collect(),
        note: text(
            "口径：交办总量（件）v1（派给成员单位的事项，每件计一次）；满意率v1（以成功回访为分母；“基本满意”（3）是否计入由参数定）；及时签收率v1（时钟从派单起走；仍在时限内的不计）。",
        ),
    }
}

/// The year's result: parts, score, shared ranks.
fn year(wording: &Wording) -> Document {
    let rows = [
        ["1并列", "供水公司", "1.000", "2.000", "0.000", "3.000"],
        ["1并列", "供电公司", "1.000", "2.000", "0.000", "3.000"],
        ["3", "综合执法局", "0.950", "1.867", "-0.500", "2.317"],
    ];
    let heads = [
        "名次",
        "单位",
        "应急联动（中心对成员单位）",
        "热线承办（平台对部门）",
        "缺陷扣分",
        "得分",
    ];
    bulletin(
        wording,
        BulletinKind::Year,
        "2026年度",
        vec![Section {
            heading: text("考核排名"),
            text: text(
                "依据考核办法“县目标考核 3 分（年终）”第1版：3 分 = 应急联动 1 分 + 热线承办 2 分；每项缺陷扣 0.5 分。参加排名的单位3个，得分相同且加比指标相同的名次并列。没有数据、不参加排名：林业局、水利局。",
            ),
            charts: Vec::new(),
            tables: vec![Table {
                caption: text("县目标考核 3 分（年终）"),
                columns: heads
                    .iter()
                    .zip([2_u16, 6, 3, 3, 3, 3])
                    .map(|(head, share)| figured(head, share))
                    .collect(),
                rows: rows.iter().map(|row| row.map(text).to_vec()).collect(),
                note: String::new(),
            }],
        }],
    )
}

/// Before, after and benefit: both numbers of each rate.
fn benefit(wording: &Wording) -> Document {
    let rows = [
        ["接报总量", "—", "9000", "—", "7000"],
        ["有效接报量", "—", "850", "—", "700"],
        ["分流率", "300/520", "57.7%", "366/400", "91.5%"],
        ["节约警力（人次）", "—", "280", "—", "350"],
        ["每件联动次数", "—", "1.20", "—", "1.42"],
    ];
    bulletin(
        wording,
        BulletinKind::Benefit,
        "2026年11月",
        vec![Section {
            heading: text("成效指标"),
            text: String::new(),
            charts: Vec::new(),
            tables: vec![Table {
                caption: text("成效指标"),
                columns: ["指标", "上期分子/分母", "上期", "本期分子/分母", "本期"]
                    .iter()
                    .zip([5_u16, 4, 3, 4, 3])
                    .map(|(head, share)| figured(head, share))
                    .collect(),
                rows: rows.iter().map(|row| row.map(text).to_vec()).collect(),
                note: text(
                    "口径：接报总量v1；有效接报量v1（接报总量减去骚扰）；分流率v1（分流 ÷ 非警务）；节约警力（人次）v1（分流且未派警的件数乘以每次出警人数；人数为声明的参数）；每件联动次数v1。",
                ),
            }],
        }],
    )
}

fn minutes(wording: &Wording) -> Document {
    Minutes {
        platform: text("望澜12345"),
        number: text("第3期"),
        title: text("关于夜间施工噪声扰民处置分工的会议纪要"),
        held: text("2026年11月26日下午"),
        place: text("联动中心三楼会议室"),
        chair: text("岳峥"),
        present: text("程望、何衡、方舟、林溯"),
        absent: text("江汀（公务外出）"),
        recorder: text("苏禾"),
        agenda: vec![text("夜间施工噪声的牵头单位"), text("两台之间的协商转办")],
        decisions: vec![
            text("夜间（22时至次日6时）施工噪声由综合执法局牵头，生态环境局协办，公安机关在有冲突危险时先行到场。"),
            text("争议事项15分钟内协商不成的，由首接单位先行受理，事后审定，不得再退。"),
        ],
        tasks: vec![
            MinutesTask { text: text("修订权责清单3.2.4条并报备"), unit: text("综合执法局"), due: text("2026-12-05"), state: text("办理中") },
            MinutesTask { text: text("对话务员开展一次培训"), unit: text("话务台"), due: text("2026-12-10"), state: text("未开始") },
        ],
        day: DAY,
        trace: String::new(),
    }
    .document(wording)
}

fn bulletin(wording: &Wording, kind: BulletinKind, span: &str, sections: Vec<Section>) -> Document {
    let opening = Section {
        text: kind.opening(wording, "望澜12345", span),
        ..Section::default()
    };
    Bulletin {
        platform: text("望澜12345"),
        title: kind.title(wording, "望澜12345", span),
        number: Some(12),
        sections: std::iter::once(opening).chain(sections).collect(),
        day: DAY,
    }
    .document(wording)
}

fn weekly(wording: &Wording) -> Document {
    let names = [
        "噪声扰民",
        "占道经营",
        "供水故障",
        "邻里纠纷",
        "井盖缺失",
        "路灯不亮",
        "欠薪投诉",
    ];
    let bars = names
        .iter()
        .zip([42_u32, 31, 26, 18, 12, 9, 7])
        .zip([35_u32, 33, 20, 18, 15, 4, 0]);
    bulletin(
        wording,
        BulletinKind::Weekly,
        "2026年11月16日至22日",
        vec![
            Section {
                heading: text("受理情况"),
                text: text(
                    "本周受理来电来件 145 件，比上周增加 20 件。其中转110办理 31 件，110转来 48 件。",
                ),
                charts: vec![Chart {
                    caption: text("受理量前七类事项"),
                    unit: text("件"),
                    series: vec![
                        Series {
                            name: text("本周")
                        },
                        Series {
                            name: text("上周")
                        },
                    ],
                    bars: bars
                        .map(|((name, now), before)| Bar {
                            label: text(name),
                            values: vec![f64::from(now), f64::from(before)],
                        })
                        .collect(),
                }],
                tables: Vec::new(),
            },
            timed(),
            Section {
                heading: text("办理情况"),
                text: String::new(),
                charts: Vec::new(),
                tables: vec![Table {
                    caption: text("各单位办理情况"),
                    columns: vec![
                        column("单位", 6, Align::Left),
                        column("到期环节", 3, Align::Right),
                        column("按时", 3, Align::Right),
                        column("按时率", 3, Align::Right),
                        column("退单", 2, Align::Right),
                    ],
                    rows: vec![
                        vec![
                            text("综合执法局"),
                            text("40"),
                            text("38"),
                            text("95.0%"),
                            text("1"),
                        ],
                        vec![
                            text("供水公司"),
                            text("26"),
                            text("26"),
                            text("100.0%"),
                            text("0"),
                        ],
                        vec![
                            text("人社局"),
                            text("7"),
                            text("4"),
                            text("57.1%"),
                            text("2"),
                        ],
                    ],
                    note: text(
                        "按时率＝本周到期且按时完成的环节数÷本周到期的环节数；作废、暂停的环节不计入。",
                    ),
                }],
            },
        ],
    )
}

fn monthly(wording: &Wording) -> Document {
    let list = |heading: &str, words: &str| Section {
        heading: text(heading),
        text: text(words),
        ..Section::default()
    };
    bulletin(
        wording,
        BulletinKind::Monthly,
        "2026年10月",
        vec![
            list("红榜", "列入红榜的单位2个：供水公司、供电公司。"),
            list("黑榜", "列入黑榜的单位1个：人力资源和社会保障局。"),
            Section {
                heading: text("各成员单位指标"),
                text: text(
                    "依据考核办法“月度红黑榜（六项指标）”第1版：工单量、办结满意度、及时接收率、回退率、重办率、按时办结率，每月自动出榜；各线为可改的参数。满足一项得一分；量不足者不上榜。",
                ),
                tables: vec![listed(
                    "各成员单位指标和得分",
                    &[
                        [
                            "1",
                            "供水公司",
                            "6",
                            "40",
                            "97.5%",
                            "100.0%",
                            "0.0%",
                            "0.0%",
                            "100.0%",
                        ],
                        [
                            "2",
                            "供电公司",
                            "6",
                            "36",
                            "94.4%",
                            "98.4%",
                            "2.8%",
                            "0.0%",
                            "98.4%",
                        ],
                        [
                            "3",
                            "人力资源和社会保障局",
                            "1",
                            "12",
                            "—",
                            "57.1%",
                            "16.7%",
                            "8.3%",
                            "50.0%",
                        ],
                    ],
                )],
                ..Section::default()
            },
        ],
    )
}

/// Every level of heading, enclosures, a long title, and a body that ends at the bottom of a page.
fn levels(wording: &Wording) -> Document {
    let mut document = bulletin(wording, BulletinKind::Year, "2026年度", Vec::new());
    document.title = text(
        "关于2026年度110社会联动与12345政务服务便民热线高效对接联动工作考核结果和先进单位名单的通报",
    );
    let heading = |level: u8, words: &str| Block::Heading {
        level,
        text: text(words),
    };
    let words = text(
        "按照“谁主管、谁负责”的原则，各成员单位应当在规定时间内赶赴现场；首接单位到达判明情况后立即报告，不得推诿（包括以“不属于本单位职责”为由拒绝先期处置）。例见110-20261122-100042号单，占比36.6%。",
    );
    document.body = vec![
        Block::Paragraph(words.clone()),
        heading(1, "总体情况"),
        heading(2, "考核办法"),
        heading(3, "平时考核"),
        Block::Paragraph(words.clone()),
        heading(3, "年终考核"),
        heading(4, "自查"),
        Block::Paragraph(words.clone()),
        heading(4, "抽查"),
        Block::Paragraph(words.clone()),
        heading(2, "考核结果"),
        Block::Paragraph(words.clone()),
        heading(1, "下一步工作"),
        Block::Paragraph(words),
    ];
    document.enclosures = vec![
        text("2026年度各成员单位考核得分表"),
        text("2026年度先进单位、先进个人名单（含各台、各单位联络员和承办人）"),
    ];
    document
}

/// All of them, by name.
pub(crate) fn samples() -> Vec<(&'static str, Document)> {
    let wording = Wording::shipped().unwrap();
    vec![
        ("order-sheet", order_sheet(&wording)),
        ("supervision-order", supervision(&wording)),
        ("measure", measure(&wording)),
        ("minutes", minutes(&wording)),
        ("weekly", weekly(&wording)),
        ("monthly", monthly(&wording)),
        ("year", year(&wording)),
        ("benefit", benefit(&wording)),
        ("levels", levels(&wording)),
    ]
}

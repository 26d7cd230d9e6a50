//! The county's knowledge base: a few answers that two people wrote and approved.

use super::County;
use super::history::key;
use super::papers::person;
use app::view::{KnowledgeOrder, KnowledgeText};
use domain::right::Role;

/// Title, answer, keywords, what it rests on.
type Sample = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
);

const ARTICLES: &[Sample] = &[
    (
        "停水多久恢复",
        "计划停水会提前一天公告；抢修停水一般在八小时内恢复。请说清小区和楼栋，我们登记后由水务集团联系您。停水期间请关好水龙头。",
        &["没水", "停水", "水压小"],
        "望澜县供水服务承诺第三条",
    ),
    (
        "老板拖欠工资怎么办",
        "请准备劳动合同、考勤或工资条、欠薪金额和单位名称，向县劳动监察大队投诉，五个工作日内决定是否立案。有人围堵或威胁的，请马上告诉我们。",
        &["欠薪", "讨薪", "不发工资", "拖欠工资"],
        "望澜县欠薪投诉办理规程",
    ),
    (
        "夜间施工噪声由谁管",
        "二十二时至次日六时，没有证明的建筑施工由城市管理部门查处。请说清工地位置和时间，我们现在就派单；有冲突的先由民警到场。",
        &["工地噪音", "半夜施工", "打桩"],
        "望澜县权责清单 夜间施工",
    ),
    (
        "居住证怎么办理",
        "在望澜县居住满半年，可到居住地派出所或线上申领，带身份证和住处证明，十五日内办结，首次办理不收费。",
        &["居住证", "暂住证"],
        "望澜县居住证办事指南",
    ),
    (
        "电动车能不能上楼充电",
        "不能。楼道、门厅和住户内都不得给电动车充电。看见正在充电的，请说清楼栋和楼层，我们转给消防和物业；闻到焦味请先撤离。",
        &["电动车上楼", "飞线充电", "楼道充电"],
        "望澜县消防安全公告第二号",
    ),
    (
        "燃气闻到味道怎么办",
        "请马上关阀、开窗，不要开关电器、不要在屋里打电话，到室外等候。我们现在就派警并通知燃气公司抢修。",
        &["燃气味", "煤气味", "漏气"],
        "望澜县燃气应急处置卡",
    ),
];

/// Writes, approves and publishes them at both desks.
pub(super) async fn lay(county: &County) -> anyhow::Result<()> {
    for app in [&county.police, &county.hotline] {
        let editor = person(app, "editor", Role::Knowledge).await?;
        let lead = person(app, "lead", Role::Lead).await?;
        for (n, (title, body, keywords, sources)) in (0_u64..).zip(ARTICLES) {
            let text = KnowledgeText {
                title: (*title).to_owned(),
                body: (*body).to_owned(),
                keywords: keywords.iter().map(|word| (*word).to_owned()).collect(),
                sources: (*sources).to_owned(),
                ..KnowledgeText::default()
            };
            let begun = app
                .new_knowledge(&editor, &text, &key(app, "knowledge", n))
                .await?;
            let article = begun.article;
            let (revision, version) = (1, 1);
            let approve = KnowledgeOrder::Approve { revision, version };
            app.change_knowledge(&lead, &article, &approve, &key(app, "knowledge-approve", n))
                .await?;
            let publish = KnowledgeOrder::Publish {
                revision,
                version: 2,
            };
            app.change_knowledge(
                &editor,
                &article,
                &publish,
                &key(app, "knowledge-publish", n),
            )
            .await?;
        }
    }
    Ok(())
}

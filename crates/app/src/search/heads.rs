//! Headings and words of an exported table.

use super::ask::SearchAsk;
use crate::error::AppError;
use domain::clock::Calendar;
use domain::right::{mask_number, mask_place, mask_text};

/// Headings and words of a table: people read it, and no console is there to find the words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heads {
    pub(super) english: bool,
    pub(super) file: &'static str,
}

const COLUMNS: [(&str, &str); 21] = [
    ("编号", "Number"),
    ("状态", "State"),
    ("归属", "Desk"),
    ("事项代码", "Matter code"),
    ("事项类别", "Matter"),
    ("紧急程度", "Urgency"),
    ("险情", "Danger"),
    ("渠道", "Channel"),
    ("责任单位", "Answerable"),
    ("地点", "Place"),
    ("内容摘要", "Summary"),
    ("对端编号", "Number there"),
    ("受理时间", "Opened"),
    ("更新时间", "Updated"),
    ("时限", "Due"),
    ("结案时间", "Closed"),
    ("来电人", "Caller"),
    ("来电号码", "Caller's number"),
    ("联系电话", "Contact number"),
    ("详细地址", "Address"),
    ("诉求内容", "Narrative"),
];
/// Columns where masks stay.
const MASKED: usize = 16;

const WORDS: [(&str, &str, &str); 26] = [
    ("taken", "待处理", "taken"),
    ("incoming", "待受理", "incoming"),
    ("offered", "转办中", "offered"),
    ("dispatched", "待签收", "dispatched"),
    ("handling", "办理中", "handling"),
    ("suspended", "挂起", "suspended"),
    ("resulted", "待审核", "resulted"),
    ("elsewhere", "对端办理", "elsewhere"),
    ("closed", "已结案", "closed"),
    ("police", "110", "110"),
    ("hotline", "12345", "12345"),
    ("normal", "一般", "normal"),
    ("urgent", "紧急", "urgent"),
    ("critical", "特急", "critical"),
    ("danger", "有险情", "danger"),
    ("phone", "电话", "phone"),
    ("sms", "短信", "sms"),
    ("web", "网站", "web"),
    ("messenger", "微信等", "messenger"),
    ("mail", "信件", "mail"),
    ("counter", "窗口", "counter"),
    ("peer", "对端平台", "peer"),
    ("relevance", "最相符在前", "best first"),
    ("newest", "最新在前", "newest first"),
    ("oldest", "最早在前", "oldest first"),
    ("unit", "本单位", "own unit"),
];

impl Heads {
    pub(super) fn of(language: &str) -> Result<Self, AppError> {
        match language {
            "" | "zh" => Ok(Self {
                english: false,
                file: "检索结果",
            }),
            "en" => Ok(Self {
                english: true,
                file: "search",
            }),
            _ => Err(AppError::field("language", "unknown_word", "zh or en")),
        }
    }

    pub(super) fn columns(&self, unmasked: bool) -> Vec<&'static str> {
        let most = if unmasked { COLUMNS.len() } else { MASKED };
        COLUMNS
            .iter()
            .take(most)
            .map(|(zh, en)| if self.english { *en } else { *zh })
            .collect()
    }

    pub(super) fn word(&self, word: &str) -> String {
        WORDS.iter().find(|(key, _, _)| *key == word).map_or_else(
            || word.to_owned(),
            |(_, zh, en)| if self.english { *en } else { *zh }.to_owned(),
        )
    }

    pub(super) fn question(&self, ask: &SearchAsk, calendar: &Calendar) -> String {
        let mut parts: Vec<String> = Vec::new();
        for text in [&ask.q, &ask.number] {
            if !text.trim().is_empty() {
                parts.push(format!("“{}”", mask_text(text.trim())));
            }
        }
        if !ask.phone.is_empty() {
            parts.push(mask_number(&ask.phone));
        }
        if !ask.place.is_empty() {
            parts.push(mask_place(&ask.place));
        }
        for list in [&ask.state, &ask.desk, &ask.channel] {
            let words: Vec<String> = list.iter().map(|word| self.word(word)).collect();
            parts.extend((!words.is_empty()).then(|| words.join("/")));
        }
        for list in [&ask.matter, &ask.unit] {
            parts.extend((!list.is_empty()).then(|| list.join("/")));
        }
        for word in [&ask.urgency, &ask.scope] {
            parts.extend((!word.is_empty()).then(|| self.word(word)));
        }
        let stamp = |at: Option<i64>| at.map(|at| calendar.stamp(at)).unwrap_or_default();
        if ask.from.is_some() || ask.to.is_some() {
            parts.push(format!("{} – {}", stamp(ask.from), stamp(ask.to)));
        }
        let all = if self.english { "all" } else { "全部" };
        if parts.is_empty() {
            parts.push(all.to_owned());
        }
        parts.join(" · ")
    }
}

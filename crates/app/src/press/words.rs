//! The words of states on paper. Documents are in Chinese whatever the console's language is.

use domain::clock::Span;

const WORDS: [(&str, &str); 42] = [
    ("answer", "受理答复"),
    ("dispatch", "派单"),
    ("sign", "签收"),
    ("contact", "首次联系"),
    ("arrival", "到达"),
    ("follow_up", "回访"),
    ("feedback", "首次反馈"),
    ("result", "办结"),
    ("close", "结案"),
    ("normal", "一般"),
    ("urgent", "紧急"),
    ("critical", "特急"),
    ("phone", "电话"),
    ("sms", "短信"),
    ("web", "网页"),
    ("messenger", "小程序"),
    ("mail", "邮件"),
    ("counter", "窗口"),
    ("peer", "对端"),
    ("import", "导入"),
    ("lead", "牵头"),
    ("assist", "协办"),
    ("first_response", "先期处置"),
    ("dispatched", "待签收"),
    ("signed", "已签收"),
    ("suspended", "挂起"),
    ("done", "已办结"),
    ("returned", "已退单"),
    ("withdrawn", "已撤回"),
    ("solved", "已解决"),
    ("partly", "部分解决"),
    ("unsolved", "未解决"),
    ("not_handled", "不办理"),
    ("police", "110"),
    ("hotline", "12345"),
    ("running", "未到期"),
    ("amber", "将到期"),
    ("missed", "逾期"),
    ("paused", "暂停"),
    ("met", "完成"),
    ("open", "办理中"),
    ("closed", "已销号"),
];

/// A state in words; what has none stays as it is.
pub(super) fn word(key: &str) -> String {
    WORDS
        .iter()
        .find(|(known, _)| *known == key)
        .map_or(key, |(_, word)| word)
        .to_owned()
}

/// A clock's rule ("list row 3 · sign 2h + 1d") in words; what is not understood stays.
pub(super) fn rule(text: &str) -> String {
    let mut parts: Vec<&str> = text.split(" · ").collect();
    let Some(last) = parts.pop() else {
        return text.to_owned();
    };
    let mut pieces = last.split(' ').filter(|piece| *piece != "+");
    let stage = pieces.next().unwrap_or_default();
    let spans: Option<Vec<String>> = pieces.map(span).collect();
    match spans {
        Some(spans) if !spans.is_empty() && word(stage) != stage => {
            let said = format!("{} {}", word(stage), spans.join("＋"));
            parts
                .into_iter()
                .map(str::to_owned)
                .chain(std::iter::once(said))
                .collect::<Vec<String>>()
                .join(" · ")
        }
        _ => text.to_owned(),
    }
}

fn span(text: &str) -> Option<String> {
    text.parse().ok().map(span_words)
}

/// A length of time in words.
pub(super) fn span_words(span: Span) -> String {
    match span {
        Span::Seconds(n) => format!("{n}秒"),
        Span::Minutes(n) => format!("{n}分钟"),
        Span::Hours(n) => format!("{n}小时"),
        Span::Days(n) => format!("{n}天"),
        Span::NextDays(n) => format!("{n}天（从次日起）"),
        Span::WorkingDays(n) => format!("{n}个工作日"),
        Span::ServiceMinutes(n) => format!("{n}分钟（服务时间）"),
        Span::ServiceHours(n) => format!("{n}小时（服务时间）"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::clock::Stage;
    use domain::desk::Channel;

    #[test]
    fn a_rule_is_read_out_and_an_unknown_one_stays() {
        assert_eq!(rule("3.2.4 v1 · sign 30m"), "3.2.4 v1 · 签收 30分钟");
        assert_eq!(rule("x · result 5wd + 2d"), "x · 办结 5个工作日＋2天");
        assert_eq!(rule("by hand"), "by hand");
    }

    /// No English word of a clock, a rank or a way in is printed on a Chinese paper.
    #[test]
    fn every_stage_span_and_channel_is_read_out() {
        for stage in Stage::ALL {
            let said = word(stage.as_str());
            assert_ne!(said, stage.as_str());
            for span in ["15s", "3m", "2h", "2d", "1nd", "5wd", "90sm", "8sh"] {
                let text = rule(&format!("seed-papers-1 x · {} {span}", stage.as_str()));
                assert!(
                    text.starts_with(&format!("seed-papers-1 x · {said} ")),
                    "{text}"
                );
                assert!(!text.ends_with(span), "{text}");
            }
        }
        for channel in [
            Channel::Phone,
            Channel::Sms,
            Channel::Web,
            Channel::Messenger,
            Channel::Mail,
            Channel::Counter,
            Channel::Peer,
            Channel::Import,
        ] {
            assert_ne!(word(channel.as_str()), channel.as_str());
        }
    }
}

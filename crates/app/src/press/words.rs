//! The words of states on paper. Documents are in Chinese whatever the console's language is.

const WORDS: [(&str, &str); 38] = [
    ("answer", "受理答复"),
    ("sign", "签收"),
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
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = text.strip_suffix(unit).filter(|n| !n.is_empty())?;
    let word = match unit {
        "m" => "分钟",
        "h" => "小时",
        "d" => "天",
        "wd" => "个工作日",
        _ => return None,
    };
    Some(format!("{number}{word}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_out_and_an_unknown_one_stays() {
        assert_eq!(rule("3.2.4 v1 · sign 30m"), "3.2.4 v1 · 签收 30分钟");
        assert_eq!(rule("x · result 5wd + 2d"), "x · 办结 5个工作日＋2天");
        assert_eq!(rule("by hand"), "by hand");
    }
}

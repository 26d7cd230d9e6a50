//! What the columns of another system's file seem to be, so that a person only corrects it.

use super::import::{Mapping, moment};

/// Ways a local time is written, the fuller first.
const TIMES: [&str; 8] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
];

/// Guesses by the names of the columns; a time's way of writing by what stands in its column.
pub(super) fn guess(columns: &[String], rows: &[Vec<String>]) -> Mapping {
    let mut free: Vec<(usize, String)> = columns
        .iter()
        .map(|name| name.to_lowercase().replace([' ', '_', '-'], ""))
        .enumerate()
        .collect();
    // The first name of a kind that a column has; a whole name before a part of one.
    let mut take = |names: &[&str]| {
        let whole = names
            .iter()
            .find_map(|name| free.iter().position(|(_, column)| column == name));
        let at = whole.or_else(|| {
            names
                .iter()
                .find_map(|name| free.iter().position(|(_, column)| column.contains(name)))
        })?;
        let (index, _) = free.remove(at);
        Some(index)
    };
    let contact = take(&["联系电话", "联系号码", "联系方式", "回电", "contactnumber"]);
    let caller = take(&[
        "主叫",
        "来电号码",
        "来电电话",
        "报警电话",
        "callernumber",
        "电话",
        "号码",
        "phone",
    ]);
    let source = take(&[
        "工单编号",
        "警情编号",
        "受理编号",
        "编号",
        "单号",
        "流水号",
        "id",
        "no",
    ]);
    let time = take(&[
        "发生时间",
        "来电时间",
        "受理时间",
        "留言时间",
        "报警时间",
        "时间",
        "日期",
        "time",
        "date",
    ]);
    let place = take(&["发生地址", "地址", "地点", "位置", "place", "address"]);
    let district = take(&["区县", "辖区", "所属区域", "区域", "district"]);
    let name = take(&[
        "来电人姓名",
        "诉求人",
        "报警人",
        "来电人",
        "姓名",
        "callername",
        "name",
    ]);
    let title = take(&["主题", "标题", "subject", "title"]);
    let words = take(&[
        "诉求内容",
        "来电内容",
        "警情内容",
        "留言详情",
        "内容",
        "详情",
        "描述",
        "诉求",
        "简要",
        "narrative",
        "content",
        "text",
    ]);
    let named = |index: Option<usize>| index.and_then(|index| columns.get(index).cloned());
    let time_format = time.and_then(|index| {
        let said: Vec<&str> = rows
            .iter()
            .filter_map(|row| row.get(index).map(|value| value.trim()))
            .filter(|value| !value.is_empty())
            .collect();
        TIMES
            .iter()
            .find(|format| !said.is_empty() && said.iter().all(|time| moment(format, time).is_ok()))
            .map(|format| (*format).to_owned())
    });
    Mapping {
        narrative: [named(title), named(words)].into_iter().flatten().collect(),
        source: named(source),
        place: named(place),
        district: named(district),
        caller_name: named(name),
        // One telephone is the caller's.
        caller_number: named(caller.or(contact)),
        contact_number: named(caller.and(contact)),
        happened_at: named(time.filter(|_| time_format.is_some())),
        time_format,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(columns: &[&str], row: &[&str]) -> Mapping {
        let owned = |words: &[&str]| -> Vec<String> {
            words.iter().map(|word| (*word).to_owned()).collect()
        };
        guess(&owned(columns), &[owned(row)])
    }

    #[test]
    fn columns_are_known_by_their_names_and_times_by_what_they_hold() {
        let found = of(
            &[
                "工单编号",
                "来电时间",
                "来电人",
                "来电号码",
                "联系电话",
                "区县",
                "事发地址",
                "标题",
                "诉求内容",
            ],
            &[
                "G1",
                "2026/3/5 8:01",
                "某",
                "10000000042",
                "",
                "城东区",
                "桥头",
                "路灯",
                "不亮",
            ],
        );
        assert_eq!(found.narrative, ["标题", "诉求内容"]);
        let columns = [
            &found.source,
            &found.happened_at,
            &found.time_format,
            &found.caller_name,
            &found.caller_number,
            &found.contact_number,
            &found.district,
            &found.place,
        ];
        assert_eq!(
            columns.map(|each| each.as_deref().unwrap_or("")),
            [
                "工单编号",
                "来电时间",
                "%Y/%m/%d %H:%M",
                "来电人",
                "来电号码",
                "联系电话",
                "区县",
                "事发地址"
            ]
        );
    }

    #[test]
    fn what_nothing_speaks_for_is_left_open() {
        let found = of(&["甲", "电话", "时间"], &["x", "10000000042", "昨天"]);
        assert!(found.narrative.is_empty());
        assert_eq!(found.caller_number.as_deref(), Some("电话"));
        assert_eq!(found.contact_number, None);
        assert_eq!(found.happened_at, None, "nobody can read this time");
    }
}

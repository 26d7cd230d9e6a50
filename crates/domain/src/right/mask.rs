//! Masks for personal data: enough left to recognise, not enough to reach.

/// A number: the first three and last four digits of a mobile-length one, else the last two.
#[must_use]
pub fn mask_number(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    let n = digits.len();
    let (head, tail) = match n {
        0 => return String::new(),
        1..=4 => (0, 1),
        5..=8 => (0, 2),
        _ => (3, 4),
    };
    digits
        .iter()
        .enumerate()
        .map(|(i, c)| if i < head || i + tail >= n { *c } else { '*' })
        .collect()
}

/// A name: the first character and a star for each other (王**).
#[must_use]
pub fn mask_name(name: &str) -> String {
    name.chars()
        .enumerate()
        .map(|(i, c)| if i == 0 { c } else { '*' })
        .collect()
}

/// A place: house, unit and room numbers starred, the street left.
#[must_use]
pub fn mask_place(place: &str) -> String {
    let chars: Vec<char> = place.chars().collect();
    let mut out = chars.clone();
    for (i, c) in chars.iter().enumerate() {
        if !matches!(c, '号' | '室' | '栋' | '幢' | '单' | '楼' | '户') {
            continue;
        }
        let number = chars
            .iter()
            .take(i)
            .rev()
            .take_while(|c| is_number(**c))
            .count();
        for slot in out.iter_mut().take(i).skip(i - number) {
            *slot = '*';
        }
    }
    out.into_iter().collect()
}

const fn is_number(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '-' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '零'
        )
}

/// Free text: numbers of seven digits or more (telephones, identity and bank cards, however they are
/// spaced or spelt), plates, e-mail addresses, room and house numbers, and names where somebody names
/// themselves or is named with a title. A date is no such number. Each character is kept or becomes one star, so that
/// offsets into the text stay what they were.
#[must_use]
pub fn mask_text(text: &str) -> String {
    masked(text, &[numbers, plates, mails, rooms, names])
}

/// Free text as it may lie in a row: who is meant is masked as in [`mask_text`], where it is stays
/// for those who may see the place (law 10). What others read of it is [`mask_text`] of it.
#[must_use]
pub fn mask_persons(text: &str) -> String {
    masked(text, &[numbers, plates, mails, names])
}

/// Reads a text and puts stars over what it masks.
type Mask = fn(&[char], &mut [char]);

fn masked(text: &str, masks: &[Mask]) -> String {
    let mut out: Vec<char> = text.chars().collect();
    // Each reads what the one before left, so that masking twice is masking once.
    for mask in masks {
        let chars = out.clone();
        mask(&chars, &mut out);
    }
    out.into_iter().collect()
}

/// A digit in any way callers and recorders write one.
const fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(
            c,
            '０'
                ..='９'
                    | '〇'
                    | '零'
                    | '一'
                    | '二'
                    | '三'
                    | '四'
                    | '五'
                    | '六'
                    | '七'
                    | '八'
                    | '九'
                    | '幺'
        )
}

fn numbers(chars: &[char], out: &mut [char]) {
    let mut at = 0;
    while at < chars.len() {
        if let Some(length) = moment(chars.get(at..).unwrap_or_default()) {
            at += length;
            continue;
        }
        let mut end = at;
        let mut digits: Vec<usize> = Vec::new();
        while let Some(&c) = chars.get(end) {
            let next = |n: usize| chars.get(end + n).copied();
            let first = digits.is_empty();
            // An identity number may end in X.
            if is_digit(c) || (matches!(c, 'X' | 'x') && digits.len() >= 17) {
                digits.push(end);
            } else if first
                || !matches!(c, '-' | ' ' | '－' | '　')
                || !next(1).is_some_and(is_digit)
            {
                break;
            }
            end += 1;
        }
        if digits.len() >= 7 {
            let (head, tail) = if digits.len() >= 9 { (3, 4) } else { (0, 2) };
            let hidden = digits.len().saturating_sub(tail);
            for slot in digits.iter().take(hidden).skip(head) {
                star(out, *slot);
            }
        }
        at = end.max(at + 1);
    }
}

/// How long a date is that begins here, with its hour if one follows (`2026-11-29 10:20`): the minutes
/// are read on as any digits are, so that nothing longer hides behind them.
fn moment(chars: &[char]) -> Option<usize> {
    let number = |from: usize, length: usize| {
        let digits = chars.get(from..from + length)?;
        digits
            .iter()
            .try_fold(0, |sum, c| Some(sum * 10 + c.to_digit(10)?))
    };
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let dated = chars.get(4) == Some(&'-')
        && chars.get(7) == Some(&'-')
        && (1900..2100).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day);
    let goes_on = |at: usize| chars.get(at).copied().is_some_and(is_digit);
    match chars.get(10) {
        _ if !dated || goes_on(10) => None,
        Some('-' | ' ' | '－' | '　') if goes_on(11) => {
            let hour = number(11, 2)?;
            (chars.get(10) == Some(&' ') && hour < 24 && chars.get(13) == Some(&':')).then_some(13)
        }
        _ => Some(10),
    }
}

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// A province's character, a letter, five or six letters and digits; a dot may stand in between.
fn plates(chars: &[char], out: &mut [char]) {
    for (at, c) in chars.iter().enumerate() {
        let letter = chars.get(at + 1).is_some_and(char::is_ascii_alphabetic);
        if !PROVINCES.contains(*c) || !letter {
            continue;
        }
        let gap = usize::from(matches!(chars.get(at + 2), Some('·' | '.' | ' ' | '-')));
        let from = at + 2 + gap;
        let rest = chars.get(from..).unwrap_or_default().iter();
        let length = rest.take_while(|c| c.is_ascii_alphanumeric()).count();
        if (5..=6).contains(&length) {
            for slot in from..from + length - 2 {
                star(out, slot);
            }
        }
    }
}

fn mails(chars: &[char], out: &mut [char]) {
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '@') {
        if !chars.get(at + 1).is_some_and(char::is_ascii_alphanumeric) {
            continue;
        }
        let before = chars.get(..at).unwrap_or_default().iter().rev();
        let length = before
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+'))
            .count();
        for slot in at - length..at {
            star(out, slot);
        }
    }
}

/// What roads, lanes, villages and estates end with.
const ROADS: &str = "路街巷弄道坊村庄苑园";

/// What stands before 室, 单元, 栋, 幢 or 户 is where somebody lives; a storey alone is not. Before 号 it is where a road or
/// a village is named, or a house behind it: the 18号 of a month is a day.
fn rooms(chars: &[char], out: &mut [char]) {
    for (at, c) in chars.iter().enumerate() {
        let before = chars.get(..at).unwrap_or_default().iter().rev();
        let length = before.take_while(|c| is_number(**c)).count();
        let next = chars.get(at + 1);
        let lived_in = match c {
            '室' | '栋' | '幢' => true,
            '单' => next == Some(&'元'),
            '号' => {
                let road = (at - length).checked_sub(1).and_then(|i| chars.get(i));
                road.is_some_and(|c| ROADS.contains(*c)) || matches!(next, Some('楼' | '院'))
            }
            _ => false,
        };
        if !lived_in {
            continue;
        }
        for slot in at - length..at {
            star(out, slot);
        }
    }
}

/// The commonest surnames; a rarer one is not masked rather than every second word.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范廖石韦贾夏付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃戴莫孔向汤";
const TITLES: [&str; 6] = ["先生", "女士", "小姐", "师傅", "同学", "老师"];
const SELF: [&str; 5] = ["我叫", "名叫", "姓名", "本人", "我是"];

fn names(chars: &[char], out: &mut [char]) {
    for at in 0..chars.len() {
        let said = |words: &str| {
            let length = words.chars().count();
            chars
                .get(at..at + length)
                .is_some_and(|c| c.iter().copied().eq(words.chars()))
        };
        if TITLES.into_iter().any(said) {
            // 张三丰先生, 欧阳修女士: the surname stays, as 王先生 does.
            for length in [3, 2] {
                let Some(from) = at.checked_sub(length) else {
                    continue;
                };
                let name = chars.get(from..at).unwrap_or_default();
                if is_name(name) {
                    (from + 1..at).for_each(|slot| star(out, slot));
                    break;
                }
            }
        }
        for word in SELF.into_iter().filter(|word| said(word)) {
            let mut from = at + word.chars().count();
            if matches!(chars.get(from), Some('：' | ':' | '是' | ' ')) {
                from += 1;
            }
            let rest = chars.get(from..).unwrap_or_default();
            let run = rest.iter().take_while(|c| is_han(**c)).count();
            // 我是 and 本人 begin many sentences; only what ends there is a name.
            let bold = !matches!(word, "我是" | "本人");
            let length = if run <= 3 { run } else { 3 };
            let whole = bold || run <= 3;
            if whole && is_name(rest.get(..length).unwrap_or_default()) {
                (from + 1..from + length).for_each(|slot| star(out, slot));
            }
        }
    }
}

/// A surname and one or two characters more.
fn is_name(chars: &[char]) -> bool {
    (2..=3).contains(&chars.len())
        && chars.first().is_some_and(|c| SURNAMES.contains(*c))
        && chars.iter().all(|c| is_han(*c))
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

fn star(out: &mut [char], at: usize) {
    if let Some(slot) = out.get_mut(at) {
        *slot = '*';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_leave_enough_to_recognise() {
        assert_eq!(mask_number("10000000042"), "100****0042");
        assert_eq!(mask_number("0990-010010"), "099****0010");
        assert_eq!(mask_number("110"), "**0");
        assert_eq!(mask_number(""), "");
        assert_eq!(mask_name("欧阳某某"), "欧***");
        assert_eq!(
            mask_place("望江路18号3栋二单元502室"),
            "望江路**号*栋*单元***室"
        );
        assert_eq!(
            mask_text("请打10000000042找我，3楼"),
            "请打100****0042找我，3楼"
        );
    }

    #[test]
    fn law_10_what_reaches_somebody_is_masked_however_it_is_written() {
        let masked = [
            ("我的电话是100 0000 0042", "我的电话是100 **** 0042"),
            ("号码幺零零零零零零零零四二", "号码幺零零****零零四二"),
            ("１００００００００４２", "１００****００４２"),
            ("卡号6222 0000 0000 0000 042", "卡号622* **** **** ***0 042"),
            ("身份证99000119000101001X", "身份证990***********001X"),
            ("车牌贵A·12C45违停", "车牌贵A·***45违停"),
            (
                "邮箱zhang.san@example.invalid",
                "邮箱*********@example.invalid",
            ),
            ("住3栋二单元502室", "住*栋*单元***室"),
            ("望江路18号门口，本月18号起", "望江路**号门口，本月18号起"),
            ("柳溪村十二号，3号楼，7号院", "柳溪村**号，*号楼，*号院"),
            ("地铁3号线，一路向北，18号", "地铁3号线，一路向北，18号"),
            ("张三丰先生打的", "张**先生打的"),
            ("王先生打的", "王先生打的"),
            ("2026-11-29 10000000042", "202*-**-** *******0042"),
            ("2026-11-29 10:20000000042", "2026-11-29 10:200****0042"),
            ("12026-11-29", "120**-11-29"),
            ("我叫李小明，家里停水", "我叫李**，家里停水"),
            ("我是王小明。", "我是王**。"),
        ];
        for (said, shown) in masked {
            assert_eq!(mask_text(said), shown);
        }
    }

    #[test]
    fn law_10_who_is_meant_is_masked_and_where_it_is_stays() {
        let said = "我叫李小明，住3栋二单元502室，电话10000000042，车牌贵A·12C45";
        let kept = "我叫李**，住3栋二单元502室，电话100****0042，车牌贵A·***45";
        assert_eq!(mask_persons(said), kept);
        let shown = "我叫李**，住*栋*单元***室，电话100****0042，车牌贵A·***45";
        assert_eq!(mask_text(kept), shown);
    }

    #[test]
    fn what_reaches_nobody_stays() {
        for said in [
            "三楼着火了，二十分钟了",
            "我是高中老师，想问一下",
            "我是业主",
            "打110没人接，又打12345",
            "2026年11月25日下午",
            "2026-11-29 10:20:05 到场，2026-11-30 再来",
            "2026-11-29T10:20Z",
            "新能源A类补贴",
            "",
        ] {
            assert_eq!(mask_text(said), said);
        }
    }
}

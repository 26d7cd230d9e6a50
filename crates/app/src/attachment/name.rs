//! The name of a file, cleaned: what a screen and a disk can take.

use crate::error::AppError;

const MOST: usize = 120;
/// What a file without a usable name is called.
const NAMELESS: &str = "附件";

/// The last part of a path, without what would reorder, hide or break it.
pub(crate) fn clean(given: &str) -> Result<String, AppError> {
    if given.contains('\0') {
        let detail = "holds a NUL character";
        return Err(AppError::field("X-File-Name", "control_character", detail));
    }
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last
        .chars()
        .filter(|c| !c.is_control() && !hides(*c))
        .map(|c| {
            if matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?') {
                '_'
            } else {
                c
            }
        })
        .collect();
    let name = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = name.trim_matches(['.', ' ']);
    if name.is_empty() {
        return Ok(NAMELESS.to_owned());
    }
    let length = name.chars().count();
    if length <= MOST {
        return Ok(name.to_owned());
    }
    // The end tells what it is, so the middle goes.
    let end: String = name.chars().skip(length - 20).collect();
    let start: String = name.chars().take(MOST - 21).collect();
    Ok(format!("{start}…{end}"))
}

/// Characters that turn the order of reading round or are not there to be seen.
const fn hides(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_and_kept_readable() {
        let check = |given: &str, wanted: &str| assert_eq!(clean(given).unwrap(), wanted);
        check("现场照片 1.jpg", "现场照片 1.jpg");
        check("C:\\Users\\某\\a.jpg", "a.jpg");
        check("../../etc/passwd", "passwd");
        check("photo\u{202E}gpj.exe", "photogpj.exe");
        check("a\nb\".txt", "ab_.txt");
        check("...", NAMELESS);
        check("", NAMELESS);
        let long = clean(&format!("{}.jpeg", "长".repeat(300))).unwrap();
        assert_eq!(long.chars().count(), MOST);
        assert!(long.ends_with(".jpeg"));
        assert!(clean("a\0b").is_err());
    }
}

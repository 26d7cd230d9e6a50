//! The parts of an address and their words.

use serde::{Deserialize, Serialize};

/// What a stretch of an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 国家
    Country,
    /// 省
    Province,
    /// 市
    City,
    /// 区县
    County,
    /// 乡镇街道
    Town,
    /// 村、社区
    Community,
    /// 开发区、工业区
    Zone,
    /// 道路
    Road,
    /// 门牌号
    Number,
    /// 支路、弄、路段
    Lane,
    /// 支路门牌号
    LaneNumber,
    /// 单位、地标
    Landmark,
    /// A place inside another one: a company in a building, a phase of an estate.
    Inside,
    /// 栋、幢、座
    Building,
    /// 单元
    Unit,
    /// 楼层
    Floor,
    /// 室
    Room,
    /// 收件人、经办部门: who is there, not where.
    Person,
    /// 方位词: beside, opposite, the south gate.
    Direction,
    /// What says nothing about the place: separators, repeated divisions.
    Other,
    /// 小区: a landmark whose ending says that people live there.
    Estate,
    /// 路口: the word that makes two roads one place.
    Crossing,
}

/// Parts that are learnt; the rest follow from them by their words.
pub(super) const LEARNT: [Part; CLASSES] = [
    Part::Country,
    Part::Province,
    Part::City,
    Part::County,
    Part::Town,
    Part::Community,
    Part::Zone,
    Part::Road,
    Part::Number,
    Part::Lane,
    Part::LaneNumber,
    Part::Landmark,
    Part::Inside,
    Part::Building,
    Part::Unit,
    Part::Floor,
    Part::Room,
    Part::Person,
    Part::Direction,
    Part::Other,
];

/// How many parts are learnt.
pub(super) const CLASSES: usize = 20;

/// Each part, its word on the wire, its word in Chinese, and what other sets of labelled
/// addresses call it.
const WORDS: &[(Part, &str, &str, &[&str])] = &[
    (Part::Country, "country", "国家", &[]),
    (Part::Province, "province", "省", &["prov"]),
    (Part::City, "city", "市", &[]),
    (Part::County, "county", "区县", &["district"]),
    (Part::Town, "town", "乡镇街道", &[]),
    (Part::Community, "community", "村社区", &[]),
    (Part::Zone, "zone", "开发区", &["devZone", "devzone"]),
    (Part::Road, "road", "道路", &[]),
    (Part::Number, "number", "门牌", &["roadno"]),
    (Part::Lane, "lane", "支路", &["subRoad", "subroad"]),
    (
        Part::LaneNumber,
        "lane_number",
        "支路门牌",
        &["subroadno", "subRoadno"],
    ),
    (Part::Landmark, "landmark", "地标", &["poi"]),
    (Part::Inside, "inside", "其中", &["subpoi"]),
    (Part::Building, "building", "楼栋", &["houseno"]),
    (Part::Unit, "unit", "单元", &["cellno"]),
    (Part::Floor, "floor", "楼层", &["floorno"]),
    (Part::Room, "room", "房间", &["roomno"]),
    (Part::Person, "person", "人", &[]),
    (Part::Direction, "direction", "方位", &["assist"]),
    (Part::Other, "other", "其他", &["redundant", "otherinfo"]),
    (Part::Estate, "estate", "小区", &[]),
    (Part::Crossing, "crossing", "路口", &[]),
];

impl Part {
    /// The word on the wire and in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let row = WORDS.iter().find(|row| row.0 == self);
        row.map_or("", |row| row.1)
    }

    /// The word for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        let row = WORDS.iter().find(|row| row.0 == self);
        row.map_or("", |row| row.2)
    }

    /// Reads the word of a file: ours, or what other sets call it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let row = WORDS
            .iter()
            .find(|row| row.1 == word || row.2 == word || row.3.contains(&word));
        row.map(|row| row.0)
    }

    /// The part it is learnt and measured as.
    #[must_use]
    pub const fn learnt(self) -> Self {
        match self {
            Self::Estate => Self::Landmark,
            Self::Crossing => Self::Direction,
            other => other,
        }
    }

    /// Its number among those that are learnt.
    pub(super) fn class(self) -> usize {
        let learnt = self.learnt();
        LEARNT.iter().position(|p| *p == learnt).unwrap_or(0)
    }

    /// Whether it is one of the divisions a country is made of.
    #[must_use]
    pub const fn is_division(self) -> bool {
        matches!(
            self,
            Self::Country | Self::Province | Self::City | Self::County | Self::Town
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_words_and_each_word_means_one() {
        for part in LEARNT {
            assert_eq!(Part::parse(part.as_str()), Some(part));
            assert_eq!(Part::parse(part.name()), Some(part));
            assert_eq!(LEARNT[part.class()], part);
            let wire = serde_json::to_string(&part).unwrap();
            assert_eq!(wire, format!("{:?}", part.as_str()));
        }
        assert_eq!(Part::parse("prov"), Some(Part::Province));
        assert_eq!(Part::Estate.class(), Part::Landmark.class());
        assert_eq!(Part::parse("dream"), None);
    }
}

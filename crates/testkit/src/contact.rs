//! Contacts with invented people: numbers that cannot exist, places of the fictional county.

use app::view::{NewContact, PointView};
use domain::desk::Channel;
use serde_json::Value;

/// Words of a building site at night: the hotline's matter, urban management leads.
pub const SITE_NOISE: &str = "楼旁边工地半夜还在施工，打桩声音太大，吵得睡不着";
/// Words that send police at once.
pub const KNIFE: &str = "他拿着刀站在门口，说要砍人";
/// Words of the police's own matter without danger.
pub const GAMBLING: &str = "棋牌室里有人聚众赌博，打麻将赌钱";

/// A caller, built up step by step.
#[derive(Debug, Clone)]
pub struct Caller {
    contact: NewContact,
}

impl Caller {
    /// A telephone call with these words, from caller number 42 in the east of the county town.
    #[must_use]
    pub fn says(narrative: &str) -> Self {
        Self {
            contact: NewContact {
                channel: Channel::Phone,
                narrative: narrative.to_owned(),
                place: "镜湖路18号3栋502室".to_owned(),
                district: "城东街道".to_owned(),
                point: Some(PointView {
                    lon: 100.5,
                    lat: 30.5,
                    datum: domain::datum::Datum::Wgs84,
                }),
                caller_number: "10000000042".to_owned(),
                contact_number: "10000000042".to_owned(),
                caller_name: "试验甲".to_owned(),
                confidential: false,
                happened_at: None,
                dismissed: Vec::new(),
                then: None,
                source: String::new(),
            },
        }
    }

    /// The n-th invented caller, at a place of their own.
    #[must_use]
    pub fn number(mut self, n: u64) -> Self {
        self.contact.caller_number = format!("100{n:08}");
        self.contact
            .contact_number
            .clone_from(&self.contact.caller_number);
        self.contact.place = format!("望江路{n}号");
        self
    }

    /// At another place.
    #[must_use]
    pub fn at(mut self, place: &str) -> Self {
        place.clone_into(&mut self.contact.place);
        self
    }

    /// In confidence (SFBM).
    #[must_use]
    pub const fn in_confidence(mut self) -> Self {
        self.contact.confidential = true;
        self
    }

    /// With what is decided in the same breath.
    #[must_use]
    pub fn then(mut self, command: Value) -> Self {
        self.contact.then = Some(command);
        self
    }

    /// The contact.
    #[must_use]
    pub fn contact(self) -> NewContact {
        self.contact
    }
}

//! What the application must be told about the platform it runs.

use crate::place::SiteMap;
use ::press::form::BulletinKind;
use ::press::{FontChoice, Wording};
use domain::case::Rules;
use domain::desk::{Desk, Tier};
use domain::supervision::RuleBook;
use std::path::PathBuf;
use std::sync::Arc;

/// A platform.
#[derive(Debug, Clone)]
pub struct Platform {
    /// Its id, the name peers know it by.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Its desk.
    pub desk: Desk,
    /// How high it stands in the net of platforms (R134).
    pub tier: Tier,
    /// A demonstration with invented data.
    pub demo: bool,
    /// One digit that tells apart the processes that share a database: part of printed numbers.
    pub node: u8,
}

/// A peer, as people call it.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The link.
    pub link: String,
    /// The peer platform's id.
    pub platform: String,
    /// Its name for people.
    pub name: String,
    /// How high it stands in the net of platforms (R134).
    pub tier: Tier,
}

/// How much may be added to a case.
#[derive(Debug, Clone, Copy)]
pub struct Attachments {
    /// Bytes of one file.
    pub bytes_most: i64,
    /// Files of one case.
    pub count_most: u16,
}

impl Default for Attachments {
    fn default() -> Self {
        Self {
            bytes_most: 20 * 1024 * 1024,
            count_most: 40,
        }
    }
}

/// What documents need.
#[derive(Debug, Clone, Default)]
pub struct PressConfig {
    /// Fonts of the site's own.
    pub fonts: FontChoice,
    /// The site's own words.
    pub wording: Wording,
    /// Bulletins that are begun by themselves when their span is over.
    pub schedule: Vec<BulletinKind>,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct AppConfig {
    /// This platform.
    pub platform: Platform,
    /// The rules cases are decided by.
    pub rules: Rules,
    /// The peers.
    pub peers: Vec<Peer>,
    /// Days within which the same caller or the same place and matter is a backflow (R38).
    pub backflow_days: i64,
    /// Limits of files.
    pub attachments: Attachments,
    /// How long a session lasts without use, milliseconds.
    pub session_idle: i64,
    /// How long a session lasts at the most, milliseconds.
    pub session_most: i64,
    /// Wrong passwords in a row that lock an account.
    pub lock_after: i64,
    /// For how long, milliseconds.
    pub lock_for: i64,
    /// The site's map.
    pub map: SiteMap,
    /// The clock catalogue that holds while none was published.
    pub clocks: crate::catalogue::Configured,
    /// Directory of the full-text index; none for no search. It belongs to this process alone.
    pub search: Option<PathBuf>,
    /// The rules of supervision.
    pub supervision: Arc<RuleBook>,
    /// How people are reached.
    pub reach: crate::reach::Reach,
    /// Documents.
    pub press: PressConfig,
    /// Short messages of citizens.
    pub message: crate::message::MessageConfig,
}

impl AppConfig {
    /// What the desk's own unit is called: the people who take what arrives.
    #[must_use]
    pub fn desk_name(&self) -> String {
        let people = match self.platform.desk {
            Desk::Police => "接警台",
            Desk::Hotline => "话务台",
        };
        format!("{}{people}", self.platform.name)
    }

    /// The name of the peer behind a link.
    #[must_use]
    pub fn peer_name(&self, link: &str) -> String {
        self.peers
            .iter()
            .find(|p| p.link == link)
            .map_or_else(|| link.to_owned(), |p| p.name.clone())
    }
}

//! Places, the map, the hall's wall.

use super::{CaseBrief, LinkView};
use crate::place::{Grid, How, NameKind};
use domain::datum::Datum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A point. What is stored and shown is WGS-84; what is sent may be another datum.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PointView {
    /// Longitude.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
    /// `wgs84` (also for CGCS2000), `gcj02` or `bd09`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub datum: Datum,
}

impl PointView {
    /// Whether there is such a point.
    #[must_use]
    pub fn is_on_earth(&self) -> bool {
        (-180.0..=180.0).contains(&self.lon) && (-90.0..=90.0).contains(&self.lat)
    }
}

/// Where a place in words lies.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PlaceView {
    /// Longitude, WGS-84.
    pub lon: f64,
    /// Latitude, WGS-84.
    pub lat: f64,
    /// What was recognised in the words.
    pub name: String,
    /// How.
    pub how: How,
    /// Code of the district; may be empty.
    pub district: String,
    /// Its name; may be empty.
    pub district_name: String,
    /// Which words say so.
    pub source: PlaceSource,
    /// The parts the words are made of; none in the first seconds of a program.
    pub parts: Vec<PlacePart>,
}

/// Which words of a contact say where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceSource {
    /// What stands as its place.
    Place,
    /// What the caller tells; no place was given.
    Narrative,
}

/// A part of an address.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PlacePart {
    /// What it is: `province`, `city`, `county`, `town`, `community`, `road`, `number`, `estate`,
    /// `landmark`, `building`, `unit`, `floor`, `room` and others.
    pub part: String,
    /// The words.
    pub words: String,
}

/// An open case that a call may be about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AlikeCase {
    /// The case.
    pub case: CaseBrief,
    /// The place is the same.
    pub same_place: bool,
    /// How far, where it is near.
    pub metres: Option<f64>,
    /// How alike in words: twice the shared pairs of neighbouring characters of all pairs.
    pub percent: i64,
    /// What both callers said.
    pub words: Vec<String>,
}

/// Open cases that a call may be about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AlikeCases {
    /// The likeliest first.
    pub cases: Vec<AlikeCase>,
    /// How many open cases were compared.
    pub compared: i64,
    /// Where the place lies, if the site's gazetteer knows it.
    pub place: Option<PlaceView>,
}

/// A tile service.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TilesView {
    /// Address with `{z}`, `{x}` and `{y}`.
    pub template: String,
    /// `wgs84`, `gcj02` or `bd09`: what it is drawn in.
    #[schema(value_type = String)]
    pub datum: Datum,
    /// How it is cut into tiles.
    pub grid: Grid,
    /// Who made it.
    pub attribution: String,
    /// Edge of a tile in pixels.
    pub size: u16,
    /// Deepest zoom.
    pub zoom_most: u8,
}

/// What the console draws a map from.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MapView {
    /// The site's tile service.
    pub tiles: Option<TilesView>,
    /// Whether there is a vector map at `/api/map/vector`.
    pub vector: bool,
    /// Its west, south, east, north.
    pub bounds: Option<[f64; 4]>,
    /// What is shown first without one.
    pub middle: Option<PointView>,
    /// At which zoom.
    pub zoom: Option<f64>,
}

/// An open case as a point.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PointOfCase {
    /// Id.
    pub id: String,
    /// Printed number.
    pub no: String,
    /// Longitude, WGS-84.
    pub lon: f64,
    /// Latitude, WGS-84.
    pub lat: f64,
    /// Stage.
    pub status: String,
    /// A danger stands.
    pub danger: bool,
    /// Urgent or critical.
    pub urgent: bool,
    /// Past its nearest deadline.
    pub overdue: bool,
}

/// Open cases as points.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CasePoints {
    /// Those in danger, then those that changed last.
    pub points: Vec<PointOfCase>,
    /// Whether these are all that have a point.
    pub complete: bool,
}

/// The figures of the wall. Open cases are counted as they stand, "today" begins at midnight in
/// the platform's time.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WallFigures {
    /// 待处置: open, taken or come in, and nobody has decided what becomes of them.
    pub waiting: i64,
    /// When the oldest of those was received.
    pub waiting_oldest_at: Option<i64>,
    /// 在办: open.
    pub open: i64,
    /// 无主: open, and no row of the responsibility list matches (R108).
    pub unowned: i64,
    /// 险情: open, with a sign of danger that nobody dismissed (law 5).
    pub danger: i64,
    /// 超期: open, past the nearest deadline.
    pub overdue: i64,
    /// 今日受理: received here today; orders of the peer are not among them.
    pub taken_today: i64,
    /// 今日转出: of those, offered to the peer, whatever came of it.
    pub handed_over_today: i64,
    /// 对端已受理: of those again, taken by the peer.
    pub accepted_today: i64,
    /// 今日转入: orders of the peer received today.
    pub from_peer_today: i64,
}

/// What a peer's desk told of itself; the names are those of [`WallFigures`].
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PeerFigures {
    /// When they were heard here: the peer's clock may be another.
    pub at: i64,
    /// When the peer counted them, by its clock.
    pub counted_at: i64,
    /// 待处置.
    pub waiting: i64,
    /// When the oldest of those was received.
    pub waiting_oldest_at: Option<i64>,
    /// 在办.
    pub open: i64,
    /// 无主.
    pub unowned: i64,
    /// 险情.
    pub danger: i64,
    /// 超期.
    pub overdue: i64,
    /// 今日受理.
    pub taken_today: i64,
}

/// The desk behind a link.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PeerDesk {
    /// The link to it.
    pub link: String,
    /// Its name.
    pub name: String,
    /// What it told last; nothing before the first word.
    pub figures: Option<PeerFigures>,
}

/// The hall's wall.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WallView {
    /// Figures.
    pub figures: WallFigures,
    /// The desks behind the links.
    pub peers: Vec<PeerDesk>,
    /// How the links are.
    pub links: Vec<LinkView>,
    /// When it was counted.
    pub at: i64,
}

/// A place by its name, beside those of the site's map.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceNameView {
    /// The name.
    pub name: String,
    /// Of what.
    pub kind: NameKind,
    /// What else people call it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Code of the district; may be empty.
    #[serde(default)]
    pub district: String,
    /// Where.
    pub point: PointView,
    /// Houses or buildings; 0 if not known.
    #[serde(default)]
    pub houses: u32,
}

/// A name that callers use and the gazetteer does not know.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PlaceProposal {
    /// The name.
    pub name: String,
    /// Of what, by how it ends.
    pub kind: NameKind,
    /// Cases that speak of it.
    pub seen: i64,
    /// The middle of the points they have.
    pub point: Option<PointView>,
    /// Code of the district most of them lie in; may be empty.
    pub district: String,
}

/// The site's own names of places.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PlaceNames {
    /// Those with the words asked for in them, two hundred at the most.
    pub names: Vec<PlaceNameView>,
    /// How many have those words in them.
    pub matching: i64,
    /// How many there are.
    pub all: i64,
    /// New ones, the most said first.
    pub proposed: Vec<PlaceProposal>,
    /// How many of the newest cases are read for new ones.
    pub read: i64,
}

/// Names to set, to take away, to refuse.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceNameOrder {
    /// Set these.
    #[serde(default)]
    pub put: Vec<PlaceNameView>,
    /// Take these away.
    #[serde(default)]
    pub remove: Vec<String>,
    /// Never propose these again.
    #[serde(default)]
    pub refuse: Vec<String>,
}

/// A file of names.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacesFile {
    /// CSV with a header: `name,kind,lon,lat` and perhaps `aliases,district,houses,datum`.
    pub text: String,
    /// The file's name, kept with each name.
    #[serde(default)]
    pub name: String,
}

/// What was set.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PlaceNamesChanged {
    /// Set.
    pub put: Vec<PlaceNameView>,
    /// As they were before, those that were.
    pub before: Vec<PlaceNameView>,
    /// Refused.
    pub refused: Vec<String>,
}

//! The site's own names of places 地名: from a file, by hand, from what callers say; the gazetteer
//! knows them at once.

use super::gazetteer::{Gazetteer, NameKind, Named};
use super::proposal::{Proposal, proposals};
use super::{shown, stored};
use crate::App;
use crate::case::{CommandKey, place_key};
use crate::error::{AppError, FieldError};
use crate::office::allow;
use crate::view::{
    PlaceNameOrder, PlaceNameView, PlaceNames, PlaceNamesChanged, PlaceProposal, PlacesFile,
    PointView,
};
use domain::datum::{Datum, Degrees};
use domain::right::{Action, Actor};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use store::{PlaceNameRow, Record, Store};

/// Names of one file: a large city's roads, estates and landmarks.
const MOST: usize = 100_000;
/// Characters of a name.
const NAME_MOST: usize = 40;
/// Other names of one place.
const ALIASES_MOST: usize = 20;
/// How many of the newest cases are read for new names.
const READ: i64 = 20_000;
/// Shown at the most; who looks for one types a part of its name.
const SHOWN_MOST: usize = 200;
/// Offered at the most.
const PROPOSED_MOST: usize = 100;

/// The map with the site's own names; none where there is neither.
pub(crate) async fn read_gazetteer(
    store: &Store,
    map: Option<&Arc<Gazetteer>>,
) -> Result<Option<Arc<Gazetteer>>, AppError> {
    let mut named = Vec::new();
    for row in store.place_names().await? {
        if row.refused {
            continue;
        }
        named.push(read(&row)?);
    }
    if named.is_empty() {
        return Ok(map.cloned());
    }
    let with = Gazetteer::with(map.map(AsRef::as_ref), &named);
    let with = with.map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(Some(Arc::new(with)))
}

fn read(row: &PlaceNameRow) -> Result<Named, AppError> {
    let broken = || AppError::Internal(format!("place {:?} cannot be read", row.id));
    Ok(Named {
        kind: NameKind::parse(&row.kind).ok_or_else(broken)?,
        name: row.name.clone(),
        aliases: serde_json::from_str(&row.aliases).map_err(|_| broken())?,
        point: Degrees::new(row.lon, row.lat),
    })
}

impl App {
    pub(crate) async fn reload_gazetteer(&self) -> Result<(), AppError> {
        let map = self.inner.config.map.vector.as_ref();
        let gazetteer = read_gazetteer(&self.inner.store, map).await?;
        self.inner.gazetteer.store(gazetteer);
        if self.inner.teaches.load(Ordering::Relaxed) {
            self.teach_addresses();
        }
        Ok(())
    }

    /// Teaches what takes addresses apart, where there is a gazetteer it could serve: beside the work,
    /// since it takes seconds, and once for each process. Until then names alone find places.
    pub(crate) fn teach_addresses(&self) {
        let taught = triage::Addresses::shipped_if_taught().is_some();
        if taught || self.inner.gazetteer.load().is_none() {
            return;
        }
        let teaching = std::thread::Builder::new().name("addresses".to_owned());
        if let Err(error) = teaching.spawn(triage::Addresses::shipped) {
            tracing::warn!(%error, "addresses are not taken apart; names alone find places");
        }
    }

    /// The site's own names that have `words` in them, and what callers call places that nobody
    /// has named yet.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn place_names(&self, actor: &Actor, words: &str) -> Result<PlaceNames, AppError> {
        allow(actor, Action::Administer)?;
        let rows = self.inner.store.place_names().await?;
        let refused: BTreeSet<String> = rows
            .iter()
            .filter(|row| row.refused)
            .map(|row| row.id.clone())
            .collect();
        let said = self.inner.store.said_places(READ).await?;
        let map = self.inner.gazetteer.load_full();
        // Twenty thousand places are read word by word: not on a thread that serves others.
        let proposed =
            tokio::task::spawn_blocking(move || proposals(&said, map.as_deref(), &refused))
                .await
                .map_err(|error| AppError::Internal(error.to_string()))?;
        let (words, mut all, mut matching) = (place_key(words), 0, Vec::new());
        for row in rows.iter().filter(|row| !row.refused) {
            all += 1;
            let named = view(row)?;
            let aliases = named.aliases.iter().map(|alias| place_key(alias));
            if row.id.contains(&words) || aliases.into_iter().any(|a| a.contains(&words)) {
                matching.push(named);
            }
        }
        Ok(PlaceNames {
            all,
            matching: i64::try_from(matching.len()).unwrap_or(i64::MAX),
            names: matching.into_iter().take(SHOWN_MOST).collect(),
            proposed: proposed
                .into_iter()
                .take(PROPOSED_MOST)
                .map(proposal)
                .collect(),
            read: READ,
        })
    }

    /// Sets names and takes names away, all or none; a proposal can be refused for good. Places
    /// are found by them from now on.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] with every refused name, the store's.
    pub async fn change_place_names(
        &self,
        actor: &Actor,
        order: &PlaceNameOrder,
        key: &CommandKey,
    ) -> Result<PlaceNamesChanged, AppError> {
        allow(actor, Action::Administer)?;
        let mut refused = Vec::new();
        let mut seen = BTreeSet::new();
        let mut rows = Vec::new();
        for (place, name) in order.put.iter().enumerate() {
            match self.name_row(name, &actor.account.to_string(), &mut seen) {
                Ok(row) => rows.push(row),
                Err((field, key, detail)) => {
                    refused.push(FieldError::new(
                        format!("put[{place}].{field}"),
                        key,
                        detail,
                    ));
                }
            }
        }
        for (place, name) in order.refuse.iter().enumerate() {
            let id = place_key(name);
            if id.is_empty() || !seen.insert(id.clone()) {
                let detail = format!("{name:?}");
                refused.push(FieldError::new(
                    format!("refuse[{place}]"),
                    "repeated",
                    detail,
                ));
                continue;
            }
            rows.push(PlaceNameRow {
                id,
                kind: NameKind::Landmark.as_str().to_owned(),
                name: name.clone(),
                aliases: "[]".to_owned(),
                district: String::new(),
                lon: 0.0,
                lat: 0.0,
                houses: 0,
                refused: true,
                source: actor.account.to_string(),
                at: self.now(),
            });
        }
        let remove: Vec<String> = order.remove.iter().map(|name| place_key(name)).collect();
        if rows.is_empty() && remove.is_empty() && refused.is_empty() {
            refused.push(FieldError::new("put", "required", "one name at least"));
        }
        if rows.len() + remove.len() > MOST {
            return Err(AppError::TooLarge);
        }
        if !refused.is_empty() {
            return Err(AppError::Invalid(refused));
        }
        self.set_names(actor, "change_place_names", rows, remove, key)
            .await
    }

    /// Takes a file of names, `name,kind,lon,lat` and perhaps `aliases,district,houses,datum`.
    /// It is taken whole or refused whole, with every line that is wrong; names it does not have
    /// stay as they are.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] with line and reason, the store's.
    pub async fn import_places(
        &self,
        actor: &Actor,
        file: &PlacesFile,
        key: &CommandKey,
    ) -> Result<PlaceNamesChanged, AppError> {
        allow(actor, Action::Administer)?;
        let mut refused = Vec::new();
        let mut seen = BTreeSet::new();
        let mut rows = Vec::new();
        for (line, name) in read_file(&file.text)? {
            match name.and_then(|name| self.name_row(&name, &file.name, &mut seen)) {
                Ok(row) => rows.push(row),
                Err((field, key, detail)) => {
                    let detail = format!("{field}: {detail}");
                    refused.push(FieldError::new(format!("line {line}"), key, detail));
                }
            }
        }
        if rows.is_empty() && refused.is_empty() {
            let detail = "the file names no place";
            refused.push(FieldError::new("line 1", "required", detail));
        }
        if rows.len() > MOST {
            return Err(AppError::TooLarge);
        }
        if !refused.is_empty() {
            return Err(AppError::Invalid(refused));
        }
        self.set_names(actor, "import_places", rows, Vec::new(), key)
            .await
    }

    fn name_row(
        &self,
        name: &PlaceNameView,
        source: &str,
        seen: &mut BTreeSet<String>,
    ) -> Result<PlaceNameRow, Wrong> {
        let shown = name.name.trim();
        let id = place_key(shown);
        if id.chars().count() < 2 || shown.chars().count() > NAME_MOST || has_control(shown) {
            let detail = format!("{shown:?} is no name of 2 to {NAME_MOST} characters");
            return Err(("name", "unreadable_name", detail));
        }
        if !name.point.is_on_earth() {
            return Err(("point", "out_of_range", "no such place on earth".to_owned()));
        }
        let aliases: BTreeSet<&str> = name
            .aliases
            .iter()
            .map(|alias| alias.trim())
            .filter(|alias| !alias.is_empty() && *alias != shown)
            .collect();
        let wrong = |alias: &&&str| {
            place_key(alias).chars().count() < 2
                || alias.chars().count() > NAME_MOST
                || has_control(alias)
        };
        if let Some(alias) = aliases.iter().find(wrong) {
            let detail = format!("{alias:?} is no name of 2 to {NAME_MOST} characters");
            return Err(("aliases", "unreadable_name", detail));
        }
        if aliases.len() > ALIASES_MOST {
            let detail = format!("{ALIASES_MOST} other names at most");
            return Err(("aliases", "too_many", detail));
        }
        if !seen.insert(id.clone()) {
            return Err(("name", "repeated", format!("{shown} stands twice")));
        }
        let point = stored(name.point);
        let json = serde_json::to_string(&aliases);
        Ok(PlaceNameRow {
            id,
            kind: name.kind.as_str().to_owned(),
            name: shown.to_owned(),
            aliases: json.map_err(|error| ("aliases", "unreadable", error.to_string()))?,
            district: name.district.trim().to_owned(),
            lon: point.lon,
            lat: point.lat,
            houses: i64::from(name.houses),
            refused: false,
            source: source.to_owned(),
            at: self.now(),
        })
    }

    async fn set_names(
        &self,
        actor: &Actor,
        action: &str,
        rows: Vec<PlaceNameRow>,
        remove: Vec<String>,
        key: &CommandKey,
    ) -> Result<PlaceNamesChanged, AppError> {
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let all = self.inner.store.place_names().await?;
        let old: BTreeMap<&str, &PlaceNameRow> =
            all.iter().map(|row| (row.id.as_str(), row)).collect();
        let touched = rows.iter().map(|row| row.id.as_str());
        let touched: BTreeSet<&str> = touched.chain(remove.iter().map(String::as_str)).collect();
        let before: Result<Vec<_>, _> = touched
            .iter()
            .filter_map(|id| old.get(id))
            .filter(|row| !row.refused)
            .map(|row| view(row))
            .collect();
        let put: Result<Vec<_>, _> = rows.iter().filter(|r| !r.refused).map(view).collect();
        let answer = PlaceNamesChanged {
            put: put?,
            before: before?,
            refused: rows
                .iter()
                .filter(|row| row.refused)
                .map(|row| row.name.clone())
                .collect(),
        };
        let some: Vec<&str> = rows.iter().take(40).map(|row| row.name.as_str()).collect();
        let detail = serde_json::json!({"put": rows.len(), "removed": remove.len(), "names": some});
        let mut records: Vec<Record> = remove
            .iter()
            .map(|id| Record::PlaceNameRemoved { id: id.clone() })
            .collect();
        records.extend(rows.into_iter().map(Record::PlaceName));
        records.push(self.audit_detailed(actor, action, "places", "", &detail));
        let answer = self.record(key, answer, records, Vec::new()).await?;
        self.reload_gazetteer().await?;
        Ok(answer)
    }
}

type Wrong = (&'static str, &'static str, String);
/// A line of a file: its number, and what stands there or what is wrong with it.
type Line = (u64, Result<PlaceNameView, Wrong>);

fn has_control(words: &str) -> bool {
    words.chars().any(char::is_control)
}

fn view(row: &PlaceNameRow) -> Result<PlaceNameView, AppError> {
    let named = read(row)?;
    Ok(PlaceNameView {
        name: named.name,
        kind: named.kind,
        aliases: named.aliases,
        district: row.district.clone(),
        point: shown(named.point),
        houses: u32::try_from(row.houses).unwrap_or(0),
    })
}

fn proposal(found: Proposal) -> PlaceProposal {
    PlaceProposal {
        name: found.name,
        kind: found.kind,
        seen: i64::try_from(found.seen).unwrap_or(i64::MAX),
        point: found.point.map(shown),
        district: found.district,
    }
}

/// Reads the file: a header names the columns, in any order.
fn read_file(text: &str) -> Result<Vec<Line>, AppError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let refuse = |key, detail: String| AppError::field("line 1", key, detail);
    let header = reader
        .headers()
        .map_err(|error| refuse("syntax", error.to_string()))?
        .clone();
    let column = |names: &[&str]| header.iter().position(|cell| names.contains(&cell));
    let known = [
        "name",
        "名称",
        "kind",
        "类型",
        "lon",
        "经度",
        "lat",
        "纬度",
        "aliases",
        "别名",
        "district",
        "区划",
        "houses",
        "门牌数",
        "datum",
        "坐标系",
    ];
    if let Some(other) = header.iter().find(|cell| !known.contains(cell)) {
        return Err(refuse("unknown_column", format!("{other:?}")));
    }
    let need = |names: &[&str; 2]| {
        column(names).ok_or_else(|| refuse("required", format!("a column {}", names.join(" / "))))
    };
    let (name, kind) = (need(&["name", "名称"])?, need(&["kind", "类型"])?);
    let (lon, lat) = (need(&["lon", "经度"])?, need(&["lat", "纬度"])?);
    let aliases = column(&["aliases", "别名"]);
    let district = column(&["district", "区划"]);
    let houses = column(&["houses", "门牌数"]);
    let datum = column(&["datum", "坐标系"]);
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                lines.push((line, Err(("line", "syntax", error.to_string()))));
                break;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let maybe = |at: Option<usize>| at.map(cell).unwrap_or_default();
        let degree = |field, words: &str| {
            let wrong = |_| (field, "unreadable_number", format!("{words:?}"));
            words.parse::<f64>().map_err(wrong)
        };
        let read = || -> Result<PlaceNameView, Wrong> {
            let word = cell(kind);
            let kind = match word {
                "道路" => Some(NameKind::Road),
                "小区" => Some(NameKind::Estate),
                "地标" => Some(NameKind::Landmark),
                other => NameKind::parse(other),
            };
            let unknown = || {
                (
                    "kind",
                    "unknown_word",
                    format!("{word:?}: road, estate, landmark"),
                )
            };
            let count = maybe(houses);
            let datum = match maybe(datum) {
                "" => Datum::Wgs84,
                word => serde_json::from_value(word.into())
                    .map_err(|_| ("datum", "unknown_word", format!("{word:?}")))?,
            };
            Ok(PlaceNameView {
                name: cell(name).to_owned(),
                kind: kind.ok_or_else(unknown)?,
                aliases: maybe(aliases)
                    .split(['、', ';', '；', '|'])
                    .map(str::to_owned)
                    .collect(),
                district: maybe(district).to_owned(),
                point: PointView {
                    lon: degree("lon", cell(lon))?,
                    lat: degree("lat", cell(lat))?,
                    datum,
                },
                houses: match count {
                    "" => 0,
                    count => count
                        .parse()
                        .map_err(|_| ("houses", "unreadable_number", format!("{count:?}")))?,
                },
            })
        };
        lines.push((line, read()));
        if lines.len() > MOST {
            return Err(AppError::TooLarge);
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_by_its_header_and_refused_line_by_line() {
        let text = "\u{feff}名称,类型,经度,纬度,别名\n旧船厂,地标,125.5,27.5,老船厂、船厂\n\
                    听海花园,estate,abc,27.5,\n某处,dream,1,1,\n";
        let lines = read_file(text).unwrap();
        let first = lines[0].1.as_ref().unwrap();
        assert_eq!(
            (first.name.as_str(), first.kind),
            ("旧船厂", NameKind::Landmark)
        );
        assert_eq!(first.aliases, ["老船厂", "船厂"]);
        let wrong: Vec<(u64, &str)> = lines
            .iter()
            .filter_map(|(line, read)| Some((*line, read.as_ref().err()?.1)))
            .collect();
        assert_eq!(wrong, [(3, "unreadable_number"), (4, "unknown_word")]);
        let refused = |text: &str| match read_file(text) {
            Err(AppError::Invalid(fields)) => fields[0].key,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused("name,kind,lon\n"), "required");
        assert_eq!(refused("name,kind,lon,lat,colour\n"), "unknown_column");
    }
}

//! Registers as papers and files: minutes of a meeting, a register as a table, files of entries.

use super::kind::KindDef;
use super::{Body, body};
use crate::App;
use crate::attachment::{Sniffer, clean_name};
use crate::chance::hex;
use crate::error::AppError;
use crate::office::allow;
use crate::press::{PDF, Paper, XLSX};
use crate::search::plain;
use crate::view::{RegisterEntry, RegisterQuery};
use ::press::form::{Minutes, MinutesTask};
use ::press::{Align, Block, Column, Document, Head, Style, Table};
use domain::right::{Action, Actor};
use sha2::{Digest as _, Sha256};
use store::{Change, PressRecord, Record, RegisterFileRow, RegisterRow};

/// The register whose entries are printed as minutes.
pub(super) const MEETING: &str = "meeting";
/// Entries of an exported table.
const ROWS_MOST: usize = 5_000;
/// Files of an entry.
const FILES_MOST: usize = 20;
/// Bytes of a part of a file.
const PART: usize = 256 * 1024;

impl App {
    /// The minutes of a meeting 会议纪要 (R2).
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], also for an entry of another register;
    /// [`AppError::NoFont`], the store's.
    pub async fn entry_paper(&self, actor: &Actor, key: &str, id: &str) -> Result<Paper, AppError> {
        allow(actor, Action::ReadRegister)?;
        if key != MEETING {
            return Err(AppError::NotFound);
        }
        let row = self.entry_row(actor, key, id).await?;
        let Body { values, tasks, .. } = body(&row)?;
        let value = |name: &str| values.get(name).cloned().unwrap_or_default();
        let points = |name: &str| {
            let text = value(name);
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(str::to_owned).collect::<Vec<String>>()
        };
        let day = self.paper_day(row.held_at);
        let minutes = Minutes {
            platform: self.config().platform.name.clone(),
            number: value("issue"),
            title: row.title.clone(),
            held: day.words(),
            place: value("place"),
            chair: value("chair"),
            present: points("present").join("、"),
            absent: value("absent"),
            recorder: value("recorder"),
            agenda: points("agenda"),
            decisions: points("decisions"),
            tasks: tasks
                .iter()
                .map(|task| MinutesTask {
                    text: task.text.clone(),
                    unit: if task.unit.is_empty() {
                        String::new()
                    } else {
                        self.unit_name(&task.unit)
                    },
                    due: task.due.clone(),
                    state: if task.done_at.is_some() {
                        "已完成"
                    } else {
                        "办理中"
                    }
                    .to_owned(),
                })
                .collect(),
            day,
            trace: String::new(),
        };
        let printed = self
            .print(minutes.document(&self.config().press.wording))
            .await?;
        Ok(Paper {
            name: format!("{}.pdf", row.title),
            media: PDF,
            bytes: printed.bytes,
        })
    }

    /// A register as a table, `csv` or `xlsx`, by the same question as the list; an audit row says
    /// who took it (law 10).
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], the store's.
    pub async fn export_register(
        &self,
        actor: &Actor,
        key: &str,
        query: &RegisterQuery,
        format: &str,
        english: bool,
    ) -> Result<Paper, AppError> {
        allow(actor, Action::ReadRegister)?;
        allow(actor, Action::Export)?;
        let kind = self.inner.kinds.find(key)?;
        let mut filter = self.register_filter(actor, key, query)?;
        filter.after = None;
        let mut rows: Vec<RegisterRow> = Vec::new();
        loop {
            let found = self.store().register_entries(&filter).await?;
            let full = i64::try_from(found.len()).is_ok_and(|count| count == filter.limit);
            filter.after = found.last().map(|row| (row.held_at, row.id.clone()));
            rows.extend(found);
            if !full || rows.len() >= ROWS_MOST {
                break;
            }
        }
        rows.truncate(ROWS_MOST);
        let mut heads = common_heads(english);
        heads.extend(kind.field.iter().map(|f| name_of(&f.names, english)));
        let lines = rows
            .iter()
            .map(|row| self.register_line(kind, row, english))
            .collect::<Result<Vec<Vec<String>>, AppError>>()?;
        let title = name_of(&kind.names, english);
        let (media, bytes) = match format {
            "csv" => ("text/csv; charset=utf-8", csv_of(&heads, &lines)?),
            "xlsx" => (XLSX, self.xlsx_of(&title, &heads, lines)?),
            _ => return Err(AppError::field("format", "unknown_word", "csv or xlsx")),
        };
        let detail = serde_json::json!({"register": key, "format": format, "rows": rows.len()});
        let audit = self.audit_detailed(
            actor,
            "export_register",
            &format!("register/{key}"),
            "",
            &detail,
        );
        let change = Change {
            records: vec![audit],
            ..Change::default()
        };
        self.store().append(change).await?;
        Ok(Paper {
            name: format!("{title}.{format}"),
            media,
            bytes,
        })
    }

    fn register_line(
        &self,
        kind: &KindDef,
        row: &RegisterRow,
        english: bool,
    ) -> Result<Vec<String>, AppError> {
        let calendar = self.inner.calendar.load();
        let Body {
            values,
            tasks,
            evidence,
        } = body(row)?;
        let state = match (row.state.as_str(), english) {
            ("closed", true) => "closed",
            ("closed", false) => "已销号",
            (_, true) => "open",
            (_, false) => "办理中",
        };
        let done = tasks.iter().filter(|task| task.done_at.is_some()).count();
        let mut line = vec![
            row.title.clone(),
            if row.unit.is_empty() {
                String::new()
            } else {
                self.unit_name(&row.unit)
            },
            calendar.day_of(row.held_at).to_string(),
            state.to_owned(),
            row.due_at.map(|at| calendar.stamp(at)).unwrap_or_default(),
            if tasks.is_empty() {
                String::new()
            } else {
                format!("{done}/{}", tasks.len())
            },
            evidence,
        ];
        line.extend(kind.field.iter().map(|field| {
            let value = values
                .get(&field.key)
                .map(String::as_str)
                .unwrap_or_default();
            field.words(value, english).to_owned()
        }));
        Ok(line)
    }

    fn xlsx_of(
        &self,
        title: &str,
        heads: &[String],
        rows: Vec<Vec<String>>,
    ) -> Result<Vec<u8>, AppError> {
        let document = Document {
            style: Style::Document,
            head: Head {
                mark: String::new(),
                number: String::new(),
                grade: String::new(),
            },
            title: title.to_owned(),
            addressee: String::new(),
            body: vec![Block::Table(Table {
                caption: title.to_owned(),
                columns: heads
                    .iter()
                    .map(|head| Column {
                        head: head.clone(),
                        share: 3,
                        align: Align::Left,
                    })
                    .collect(),
                rows,
                note: String::new(),
            })],
            enclosures: Vec::new(),
            signature: None,
            foot: None,
            trace: String::new(),
            day: self.paper_day(self.now()),
        };
        ::press::sheet(&document).map_err(|error| AppError::Internal(error.to_string()))
    }

    /// Adds a file to an entry; its bytes say what it is.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::TooLarge`], a kind that is not
    /// taken, the store's.
    pub async fn add_entry_file(
        &self,
        actor: &Actor,
        key: &str,
        id: &str,
        name: &str,
        bytes: &[u8],
    ) -> Result<RegisterEntry, AppError> {
        allow(actor, Action::KeepRegister)?;
        let row = self.entry_row(actor, key, id).await?;
        let name = clean_name(name)?;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        if size > self.config().attachments.bytes_most {
            return Err(AppError::TooLarge);
        }
        let mut sniffer = Sniffer::new(&name);
        sniffer.feed(bytes)?;
        let media = sniffer.finish()?;
        let digest = hex(&Sha256::digest(bytes));
        let known = self.store().register_files(id).await?;
        // Sent again it is the same file.
        if !known
            .iter()
            .any(|file| file.digest == digest && file.name == name)
        {
            if known.len() >= FILES_MOST {
                let detail = format!("at most {FILES_MOST} files");
                return Err(AppError::field("file", "too_many", detail));
            }
            let file = self.new_id();
            let records = vec![
                Record::Press(PressRecord::Bytes {
                    id: file.clone(),
                    parts: bytes.chunks(PART).map(<[u8]>::to_vec).collect(),
                }),
                Record::Press(PressRecord::EntryFile(RegisterFileRow {
                    id: file,
                    entry: id.to_owned(),
                    name,
                    media: media.to_owned(),
                    size,
                    digest,
                    at: self.now(),
                    added_by: actor.account.to_string(),
                })),
                self.entry_audit(actor, "add_entry_file", &row, ""),
            ];
            let change = Change {
                records,
                ..Change::default()
            };
            self.store().append(change).await?;
        }
        self.register_entry(actor, key, id).await
    }

    /// The bytes of an entry's file.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], the store's.
    pub async fn entry_file(
        &self,
        actor: &Actor,
        key: &str,
        id: &str,
        file: &str,
    ) -> Result<Paper, AppError> {
        allow(actor, Action::ReadRegister)?;
        self.entry_row(actor, key, id).await?;
        let files = self.store().register_files(id).await?;
        let file = files.into_iter().find(|known| known.id == file);
        let file = file.ok_or(AppError::NotFound)?;
        Ok(Paper {
            bytes: self.kept_bytes(&file.id).await?,
            name: file.name,
            media: "application/octet-stream",
        })
    }
}

fn name_of(names: &(String, String), english: bool) -> String {
    if english { &names.1 } else { &names.0 }.clone()
}

fn common_heads(english: bool) -> Vec<String> {
    [
        ("名称", "Title"),
        ("单位", "Unit"),
        ("日期", "Day"),
        ("状态", "State"),
        ("时限", "Due"),
        ("任务完成", "Tasks done"),
        ("销号依据", "Evidence"),
    ]
    .map(|(zh, en)| if english { en } else { zh }.to_owned())
    .to_vec()
}

/// CSV with the mark by which spreadsheets know UTF-8; no cell is a formula.
fn csv_of(heads: &[String], lines: &[Vec<String>]) -> Result<Vec<u8>, AppError> {
    let broken = |error: &dyn std::fmt::Display| AppError::Internal(format!("a table: {error}"));
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(heads).map_err(|error| broken(&error))?;
    for line in lines {
        let cells = line.iter().map(|cell| plain(cell));
        writer.write_record(cells).map_err(|error| broken(&error))?;
    }
    writer.into_inner().map_err(|error| broken(&error))
}

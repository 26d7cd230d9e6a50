//! The check of the whole record: the hash chain, and every case row against the fold of its
//! events. Names the first position that does not hold.

use crate::App;
use crate::error::AppError;
use domain::case::{Attached, Case, Event, begin, evolve};
use domain::id::CaseId;
use domain::text;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use store::VerifyError;

/// What was checked, or where it first went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Whether all holds.
    pub clean: bool,
    /// Events checked.
    pub events: i64,
    /// Cases checked.
    pub cases: i64,
    /// Files checked, byte by byte.
    pub files: i64,
    /// The first bad position, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_bad: Option<FirstBad>,
}

/// Where it first went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FirstBad {
    /// `log`, `audit`, `fold` or `attachment`.
    pub what: String,
    /// Position in the log or the audit trail.
    pub pos: i64,
    /// What is wrong with it.
    pub why: String,
}

/// Checks everything. `progress` is told the positions passed.
///
/// # Errors
/// The store's; what is found bad is not an error but the report.
pub async fn verify(app: &App, mut progress: impl FnMut(i64)) -> Result<VerifyReport, AppError> {
    let checked = match app.store().verify(&mut progress).await {
        Ok(checked) => checked,
        Err(VerifyError::Bad(bad)) => {
            return Ok(bad_report(bad.chain, bad.pos, &bad.why));
        }
        Err(VerifyError::Store(error)) => return Err(error.into()),
    };
    let mut folds: HashMap<String, (Case, i64)> = HashMap::new();
    let mut files: Vec<(String, Attached, i64)> = Vec::new();
    let mut redacted: HashMap<String, i64> = HashMap::new();
    let mut after = 0;
    loop {
        let rows = app.store().feed(after, 1_000).await?;
        let Some(last) = rows.last() else { break };
        after = last.pos;
        for row in &rows {
            let event: Event = match text::read_event(&row.body) {
                Ok(event) => event,
                Err(error) => {
                    return Ok(bad_report("fold", row.pos, &format!("unreadable: {error}")));
                }
            };
            if let Event::Attached(file) = &event {
                files.push((row.case_id.clone(), file.clone(), row.pos));
            }
            if let Event::Redacted { .. } = &event {
                redacted.insert(row.case_id.clone(), row.pos);
            }
            let next = match folds.remove(&row.case_id) {
                Some((case, _)) => evolve(case, &event, row.at),
                None => match begin(CaseId::new(row.case_id.clone()), &event, row.at) {
                    Some(case) => case,
                    None => {
                        return Ok(bad_report(
                            "fold",
                            row.pos,
                            "a case begins without reception",
                        ));
                    }
                },
            };
            folds.insert(row.case_id.clone(), (next, row.pos));
        }
        progress(after);
    }
    let mut seen = 0_i64;
    let mut bad: Option<FirstBad> = None;
    app.store()
        .scan_cases(|row| {
            seen += 1;
            let folded = folds.remove(&row.id);
            let why = match &folded {
                None => Some((0, "a case row without events".to_owned())),
                Some((case, pos)) => match serde_json::from_str::<Case>(&row.state) {
                    Ok(state) if state == *case => None,
                    Ok(_) => Some((
                        *pos,
                        format!("case {} is not the fold of its events", row.no),
                    )),
                    Err(error) => Some((*pos, format!("case {}: {error}", row.no))),
                },
            };
            if let Some((pos, why)) = why
                && bad.as_ref().is_none_or(|known| pos < known.pos)
            {
                bad = Some(FirstBad {
                    what: "fold".to_owned(),
                    pos,
                    why,
                });
            }
            std::ops::ControlFlow::Continue(())
        })
        .await?;
    if bad.is_none()
        && let Some((id, (_, pos))) = folds.iter().min_by_key(|(_, (_, pos))| *pos)
    {
        bad = Some(FirstBad {
            what: "fold".to_owned(),
            pos: *pos,
            why: format!("events of case {id} without a row"),
        });
    }
    if bad.is_none() {
        for (case, file, pos) in &files {
            let gone = redacted.get(case).is_some_and(|at| pos < at);
            if let Some(why) = file_fault(app, case, file, gone).await? {
                bad = Some(FirstBad {
                    what: "attachment".to_owned(),
                    pos: *pos,
                    why: format!("file {}: {why}", file.attachment),
                });
                break;
            }
        }
    }
    Ok(VerifyReport {
        clean: bad.is_none(),
        files: i64::try_from(files.len()).unwrap_or(i64::MAX),
        events: checked.events,
        cases: seen,
        first_bad: bad,
    })
}

/// What does not fit between the event of a file and what lies beside the log; `gone` says that
/// the case's personal data was removed after it.
async fn file_fault(
    app: &App,
    case: &str,
    file: &Attached,
    gone: bool,
) -> Result<Option<String>, AppError> {
    let id = file.attachment.as_str();
    let Some(row) = app.store().attachment(id).await? else {
        return Ok(Some("its row is gone".to_owned()));
    };
    if row.case_id != case
        || row.media != file.media
        || row.size != file.size
        || row.digest != file.digest
        || (!gone && crate::attachment::name_digest(&row.salt, &row.name) != file.name)
    {
        return Ok(Some("its row is not what the event says".to_owned()));
    }
    if gone {
        let left = app.store().attachment_part(id, 0).await?.is_some();
        let left = left || !crate::attachment::emptied(&row);
        return Ok(left.then(|| "it was to be removed and is there".to_owned()));
    }
    let mut hash = Sha256::new();
    let mut size = 0_i64;
    let mut n = 0;
    while let Some(part) = app.store().attachment_part(id, n).await? {
        size = size.saturating_add(i64::try_from(part.len()).unwrap_or(i64::MAX));
        hash.update(&part);
        n += 1;
    }
    let same = size == file.size && crate::chance::hex(&hash.finalize()) == file.digest;
    Ok((!same).then(|| "its bytes are not those of its digest".to_owned()))
}

fn bad_report(what: &str, pos: i64, why: &str) -> VerifyReport {
    VerifyReport {
        clean: false,
        events: pos,
        cases: 0,
        files: 0,
        first_bad: Some(FirstBad {
            what: what.to_owned(),
            pos,
            why: why.to_owned(),
        }),
    }
}

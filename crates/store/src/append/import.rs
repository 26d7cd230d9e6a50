//! Writes to the tables of imports.

use crate::append::plan::Step;
use crate::append::write;
use crate::row::{ImportRefusedRow, ImportRunRow};
use crate::value::{Field, IntoRow, Value};

/// One write to the tables of imports.
#[derive(Debug, Clone)]
pub enum ImportRecord {
    /// Begins an import, or goes on with one that was broken off.
    Begun(ImportRunRow),
    /// Says how far it is; nothing where it was begun again since.
    Moved {
        /// Run id.
        id: String,
        /// Which going-on of it speaks.
        turn: i64,
        /// Last line dealt with.
        line: i64,
        /// Lines taken.
        taken: i64,
        /// Lines refused.
        refused: i64,
        /// When.
        at: i64,
    },
    /// Ends it; one that ended or was begun again stays as it is.
    Ended {
        /// Run id.
        id: String,
        /// Which going-on of it ends.
        turn: i64,
        /// `done`, `stopped` or `failed`.
        state: &'static str,
        /// When.
        at: i64,
    },
    /// Puts a refused line.
    Refused(ImportRefusedRow),
}

impl ImportRecord {
    /// Turns the record into writes, on the caller's thread.
    pub(crate) fn plan(self, steps: &mut Vec<Step>) {
        match self {
            Self::Begun(row) => {
                let key = vec![row.id.clone().into_value()];
                steps.push(Step::any(&write::IMPORT_RUN_DELETE, key));
                steps.push(Step::any(&write::IMPORT_RUN_INSERT, row.into_values()));
            }
            Self::Moved {
                id,
                turn,
                line,
                taken,
                refused,
                at,
            } => steps.push(Step::any(
                &write::IMPORT_RUN_MOVE,
                vec![
                    id.into_value(),
                    turn.into_value(),
                    line.into_value(),
                    taken.into_value(),
                    refused.into_value(),
                    at.into_value(),
                ],
            )),
            Self::Ended {
                id,
                turn,
                state,
                at,
            } => steps.push(Step::any(
                &write::IMPORT_RUN_END,
                vec![
                    id.into_value(),
                    turn.into_value(),
                    Value::Text(state.to_owned()),
                    at.into_value(),
                ],
            )),
            Self::Refused(row) => {
                let key = vec![row.run.clone().into_value(), row.line.into_value()];
                steps.push(Step::any(&write::IMPORT_REFUSED_DELETE, key));
                steps.push(Step::any(&write::IMPORT_REFUSED_INSERT, row.into_values()));
            }
        }
    }
}

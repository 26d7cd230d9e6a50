//! Rows of scores: facts, rules, claims, publications.

use crate::value::row;

row! {
    /// What can be counted of a case.
    CaseFactRow {
        /// Case.
        case_id: String,
        /// When it was opened; never changes.
        opened_at: i64,
        /// When something last happened to it.
        touched_at: i64,
        /// Position of the last event folded into it.
        pos: i64,
        /// The facts, JSON.
        body: String,
    }
}

row! {
    /// A text of metrics and schemes that goes over what is shipped.
    ScoreRuleRow {
        /// Running number, from 1.
        seq: i64,
        /// What it is called.
        name: String,
        /// The text, TOML.
        text: String,
        /// When it was taken.
        changed_at: i64,
        /// By whom.
        changed_by: String,
        /// Why.
        reason: String,
    }
}

row! {
    /// Something asked of a score, and what was decided.
    ScoreClaimRow {
        /// Id.
        id: String,
        /// `exclusion`, `appeal` or `figure`.
        kind: String,
        /// Ground of an exclusion; empty for a figure.
        ground: String,
        /// The case; empty for a figure.
        case_id: String,
        /// The unit it is for; empty for all.
        unit: String,
        /// The metric it is for; empty for all.
        metric: String,
        /// The period of a figure; empty otherwise.
        period: String,
        /// The figure, a decimal; empty otherwise.
        figure: String,
        /// Why.
        reason: String,
        /// What shows it.
        evidence: String,
        /// When it was asked.
        asked_at: i64,
        /// By which account.
        asked_by: String,
        /// By whom.
        asked_name: String,
        /// `asked`, `upheld` or `dismissed`.
        state: String,
        /// When it was decided.
        decided_at: Option<i64>,
        /// By which account.
        decided_by: String,
        /// By whom.
        decided_name: String,
        /// The reason of the decision.
        decision: String,
    }
}

row! {
    /// A frozen and published period.
    ScorePublicationRow {
        /// Id.
        id: String,
        /// The scheme.
        scheme: String,
        /// Its version.
        version: i64,
        /// The period as it is written.
        period: String,
        /// The log position it was counted at.
        pos: i64,
        /// The texts of all rules that held, JSON.
        rules: String,
        /// Units, exclusions and recorded figures that held, JSON.
        basis: String,
        /// The sheet, JSON; empty where publications are only listed.
        sheet: String,
        /// SHA-256 of rules, basis and sheet.
        digest: String,
        /// When.
        published_at: i64,
        /// By whom.
        published_by: String,
        /// Why.
        reason: String,
    }
}

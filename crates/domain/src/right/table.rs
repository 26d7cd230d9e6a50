//! The table.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word used on the wire, in the store and in the table.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Reads the word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|x| x.as_str() == word)
            }
        }
    };
}

words!(
    /// The people who live in it.
    Role {
        /// 接警员/话务员
        Operator => "operator",
        /// 派单员, the desk lead
        Lead => "lead",
        /// 承办人
        Clerk => "clerk",
        /// officer or crew on scene
        Crew => "crew",
        /// 回访员
        FollowUp => "follow_up",
        /// 督办员
        Supervisor => "supervisor",
        /// 考核员: may read all and change nothing (R41)
        Assessor => "assessor",
        /// 指挥长
        Commander => "commander",
        /// knowledge editor
        Knowledge => "knowledge",
        /// system administrator 系统管理员
        SystemAdmin => "system_admin",
        /// security administrator 安全管理员
        SecurityAdmin => "security_admin",
        /// audit administrator 审计管理员
        AuditAdmin => "audit_admin",
    }
);

words!(
    /// What may be done. Commands to a case are grouped by who may send them.
    Action {
        /// Open a case from a contact.
        Intake => "intake",
        /// Ask triage about a sentence.
        Triage => "triage",
        /// Read a case and its timeline.
        ReadCase => "read_case",
        /// List and search.
        ListCases => "list_cases",
        /// Read figures and links.
        ReadDesk => "read_desk",
        /// Read the unit directory and the responsibility list.
        ReadDirectory => "read_directory",
        /// Lift the mask from a caller's data, with reason.
        Unmask => "unmask",
        /// Say more, urge, link.
        Remark => "remark",
        /// Correct the classification; dismiss a danger.
        Classify => "classify",
        /// End a contact by word: answered, informed, not accepted, told to dial, nuisance, cancelled, merged.
        Conclude => "conclude",
        /// Dispatch to own units, take an unsigned assignment back.
        Dispatch => "dispatch",
        /// Hand over, withdraw, accept, refuse, consult, return to the peer, ask arbitration.
        Cross => "cross",
        /// Sign, contact, depart, arrive, report, suspend, resume, ask extension or return, give result.
        WorkLeg => "work_leg",
        /// Decide on extension and return; review; split.
        Decide => "decide",
        /// Bind: assign a unit, arbitrate between platforms.
        Bind => "bind",
        /// Call back.
        FollowUp => "follow_up",
        /// Close and reopen.
        Close => "close",
        /// Import and export.
        Transfer => "transfer",
        /// Take a list that was found out of the house, masked whoever takes it.
        Export => "export",
        /// The same without masks, with reason.
        ExportUnmasked => "export_unmasked",
        /// Resend dead letters.
        MendLink => "mend_link",
        /// Make, change over and withdraw the keys of links; enter a peer's.
        RotateKeys => "rotate_keys",
        /// Edit the responsibility list as a draft, and try it.
        EditList => "edit_list",
        /// Publish a version of the list, withdraw one, go back to an earlier one.
        PublishList => "publish_list",
        /// Accounts, units, calendars.
        Administer => "administer",
        /// Roles of accounts.
        GrantRoles => "grant_roles",
        /// Read the audit rows.
        ReadAudit => "read_audit",
        /// Remove personal data.
        Redact => "redact",
        /// Make the next version of the sampling rules of the follow-up.
        PlanFollowUp => "plan_follow_up",
        /// Plan an inspection or a test call, and say what came of it.
        Inspect => "inspect",
        /// Read inspections; who may be inspected does not.
        ReadInspections => "read_inspections",
        /// Read measures of supervision, the daily list, the watch list and what detectors found.
        ReadSupervision => "read_supervision",
        /// Open, decide on and close measures; tick the daily list; judge what detectors found.
        Supervise => "supervise",
        /// Answer a measure addressed to the own unit, finish a task a meeting gave it.
        AnswerSupervision => "answer_supervision",
        /// Set and take away watch flags (R119).
        Flag => "flag",
        /// Read scores, the rules they are made by, and what was published.
        ReadScores => "read_scores",
        /// Ask that a case be left out, appeal, record a figure.
        AskExclusion => "ask_exclusion",
        /// Decide on what somebody else asked.
        DecideExclusion => "decide_exclusion",
        /// Freeze and publish a period.
        PublishScores => "publish_scores",
        /// Change metrics and schemes.
        EditScores => "edit_scores",
        /// Keep a unit's duty roster and the people it names (R68).
        KeepDuty => "keep_duty",
        /// See which notices failed, send them again, call the roster on trial.
        MendNotice => "mend_notice",
        /// Read bulletins: drafts too for the desk's own people, what was published for units.
        ReadBulletin => "read_bulletin",
        /// Begin, edit, publish and send bulletins.
        DraftBulletin => "draft_bulletin",
        /// Approve a bulletin somebody else wrote.
        ApproveBulletin => "approve_bulletin",
        /// Read registers; units read what is about them.
        ReadRegister => "read_register",
        /// Keep registers.
        KeepRegister => "keep_register",
        /// Have a seat: answer, transfer, consult, call back; see the own calls and open call-backs.
        TakeCalls => "take_calls",
        /// See all seats and waiting calls; listen, whisper, barge (with a record).
        SuperviseCalls => "supervise_calls",
        /// Hear the recording of a call, with an audit row.
        PlayRecording => "play_recording",
        /// Take a recording out of the house, with reason.
        ExportRecording => "export_recording",
        /// Seal the recordings of a call as evidence, or lift that, with reason.
        HoldRecording => "hold_recording",
        /// Ask the knowledge base; say that an answer was used or is wrong.
        ReadKnowledge => "read_knowledge",
        /// Write, publish and withdraw articles of the knowledge base (R92).
        WriteKnowledge => "write_knowledge",
        /// Approve an article somebody else wrote.
        ApproveKnowledge => "approve_knowledge",
    }
);

/// How far a role's permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Not at all.
    No,
    /// To cases the own unit has to do with.
    Involved,
    /// To the own unit's assignments.
    OwnLeg,
    /// To everything on the platform.
    All,
}

/// The table: how far `role` may do `action`.
#[must_use]
pub const fn grant(role: Role, action: Action) -> Grant {
    use Action as A;
    use Grant::{All, Involved, No, OwnLeg};
    use Role as R;
    match (role, action) {
        (
            R::Operator,
            A::Intake
            | A::Triage
            | A::ReadCase
            | A::ListCases
            | A::ReadDesk
            | A::ReadDirectory
            | A::Unmask
            | A::Remark
            | A::Classify
            | A::Conclude
            | A::Dispatch
            | A::Cross
            | A::FollowUp
            | A::Close,
        ) => All,
        (
            R::Lead,
            A::Intake
            | A::Triage
            | A::ReadCase
            | A::ListCases
            | A::ReadDesk
            | A::ReadDirectory
            | A::Unmask
            | A::Remark
            | A::Classify
            | A::Conclude
            | A::Dispatch
            | A::Cross
            | A::Decide
            | A::Bind
            | A::FollowUp
            | A::Close
            | A::MendLink
            | A::Transfer
            | A::Export
            | A::ExportUnmasked
            | A::EditList
            | A::PublishList
            | A::PlanFollowUp
            | A::ReadScores
            | A::AskExclusion
            | A::DecideExclusion
            | A::KeepDuty
            | A::MendNotice,
        ) => All,
        (R::Clerk, A::ReadCase | A::Unmask | A::Remark | A::AskExclusion) => Involved,
        (R::Crew, A::ReadCase | A::Unmask | A::Remark) => Involved,
        (R::Clerk | R::Crew, A::WorkLeg) | (R::Clerk, A::KeepDuty) => OwnLeg,
        (R::Clerk | R::Crew, A::ListCases | A::ReadDirectory) => All,
        (R::Clerk, A::Triage | A::Export | A::ReadScores) => All,
        (
            R::FollowUp,
            A::ReadCase
            | A::ListCases
            | A::ReadDesk
            | A::ReadDirectory
            | A::Unmask
            | A::Remark
            | A::FollowUp
            | A::Export,
        ) => All,
        (R::FollowUp, A::Inspect | A::ReadInspections) => All,
        (R::Supervisor, A::PlanFollowUp | A::Inspect | A::ReadInspections) => All,
        (R::Assessor | R::Commander, A::ReadInspections) => All,
        (
            R::Supervisor,
            A::ReadCase
            | A::ListCases
            | A::ReadDesk
            | A::ReadDirectory
            | A::Unmask
            | A::Remark
            | A::Export
            | A::ReadScores
            | A::AskExclusion
            | A::DecideExclusion
            | A::PublishScores
            | A::EditScores,
        ) => All,
        (
            R::Assessor,
            A::ReadCase | A::ListCases | A::ReadDesk | A::ReadDirectory | A::Export | A::ReadScores,
        ) => All,
        (
            R::Commander,
            A::ReadCase
            | A::ListCases
            | A::ReadDesk
            | A::ReadDirectory
            | A::Unmask
            | A::Remark
            | A::Dispatch
            | A::Bind
            | A::Export
            | A::ReadScores,
        ) => All,
        (R::Knowledge, A::Triage | A::ReadDirectory | A::EditList) => All,
        (
            R::SystemAdmin,
            A::ReadDesk
            | A::ReadDirectory
            | A::Administer
            | A::MendLink
            | A::MendNotice
            | A::Triage,
        ) => All,
        (
            R::Lead | R::Supervisor | R::Assessor | R::Commander | R::Clerk,
            A::ReadBulletin | A::ReadRegister,
        ) => All,
        (R::Lead | R::Supervisor, A::DraftBulletin | A::ApproveBulletin | A::KeepRegister) => All,
        (R::Operator | R::FollowUp, A::TakeCalls) => All,
        (R::Lead, A::TakeCalls | A::SuperviseCalls) => All,
        (R::Lead | R::Supervisor, A::PlayRecording | A::ExportRecording | A::HoldRecording) => All,
        (R::Commander, A::ApproveBulletin | A::PlayRecording) => All,
        (R::SecurityAdmin, A::ReadDirectory | A::GrantRoles | A::Redact | A::RotateKeys) => All,
        (R::AuditAdmin, A::ReadAudit | A::ReadDirectory) => All,
        (
            R::Operator | R::Lead | R::FollowUp | R::Supervisor | R::Clerk | R::Knowledge,
            A::ReadKnowledge,
        )
        | (R::Lead | R::Knowledge, A::WriteKnowledge)
        | (R::Lead | R::Supervisor, A::ApproveKnowledge) => All,
        (R::Supervisor | R::Commander, A::ReadSupervision | A::Supervise | A::Flag)
        | (R::Lead, A::ReadSupervision | A::Flag)
        | (R::Assessor, A::ReadSupervision) => All,
        (R::Clerk, A::ReadSupervision | A::AnswerSupervision) => OwnLeg,
        _ => No,
    }
}

/// Whether a role sees a caller's name and numbers without lifting a mask: those who have the
/// caller on the line. A confidential caller (SFBM) is masked to everybody outside the desk.
#[must_use]
pub const fn sees_person(role: Role) -> bool {
    matches!(role, Role::Operator | Role::Lead)
}

/// The table as text, for people who do not read code.
#[must_use]
pub fn matrix() -> String {
    let mut out = String::from(
        "# Who may do what\n\nPrinted from `domain::right`; a test keeps it true. \
         ● everything on the platform · ◐ cases the own unit has to do with · ○ the own unit's \
         assignments · – no.\n\n| action |",
    );
    for role in Role::ALL {
        out.push_str(&format!(" {} |", role.as_str()));
    }
    out.push_str("\n|---|");
    out.push_str(&"---|".repeat(Role::ALL.len()));
    out.push('\n');
    for action in Action::ALL {
        out.push_str(&format!("| {} |", action.as_str()));
        for role in Role::ALL {
            out.push_str(match grant(*role, *action) {
                Grant::No => " – |",
                Grant::Involved => " ◐ |",
                Grant::OwnLeg => " ○ |",
                Grant::All => " ● |",
            });
        }
        out.push('\n');
    }
    out.push_str("| sees callers unmasked |");
    for role in Role::ALL {
        out.push_str(if sees_person(*role) {
            " ● |"
        } else {
            " – |"
        });
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_10_the_printed_table_is_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rights.md");
        let printed = std::fs::read_to_string(path).unwrap_or_default();
        if printed != matrix() {
            if std::env::var_os("LIANDONG_BLESS").is_some() {
                std::fs::write(path, matrix()).unwrap();
                return;
            }
            panic!(
                "docs/rights.md is not the table; run the test with LIANDONG_BLESS=1 and look at the difference"
            );
        }
    }

    #[test]
    fn r41_the_assessor_reads_all_and_changes_nothing() {
        for action in Action::ALL {
            let reads = matches!(
                action,
                Action::ReadCase
                    | Action::ListCases
                    | Action::ReadDesk
                    | Action::ReadDirectory
                    | Action::Export
                    | Action::ReadInspections
                    | Action::ReadSupervision
                    | Action::ReadScores
                    | Action::ReadBulletin
                    | Action::ReadRegister
            );
            assert_eq!(
                grant(Role::Assessor, *action) == Grant::All,
                reads,
                "{action:?}"
            );
        }
    }

    #[test]
    fn the_three_administrators_are_separate() {
        for action in [Action::Administer, Action::GrantRoles, Action::ReadAudit] {
            let holders = [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin]
                .into_iter()
                .filter(|role| grant(*role, action) != Grant::No)
                .count();
            assert_eq!(holders, 1, "{action:?}");
        }
        for admin in [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin] {
            assert_eq!(grant(admin, Action::ReadCase), Grant::No);
        }
    }
}

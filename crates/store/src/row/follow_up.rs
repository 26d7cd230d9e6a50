//! Rows of the follow-up 回访: the list, the claims, the results, the rules, links and inspections.

use crate::value::row;

row! {
    /// Where the asking about one closed case stands.
    FollowUpRow {
        /// Case.
        case_id: String,
        /// Its printed number.
        no: String,
        /// Matter.
        matter: String,
        /// Its name.
        matter_name: String,
        /// How the contact arrived.
        channel: String,
        /// The unit that did the work; empty for none.
        unit: String,
        /// When the case was closed.
        closed_at: i64,
        /// `call`, `link` or `none`, as the sample has it.
        way: String,
        /// The sampling rule and its version (law 11).
        rule: String,
        /// Why nobody asks; empty where somebody does.
        reason: String,
        /// `call`, `link`, `waits`, `done`, `unreached` or `none`.
        state: String,
        /// `first`, `second` or `bad_rating`, of the call that is due; empty for none.
        kind: String,
        /// Calls in a row that reached nobody.
        tries: i64,
        /// From when on it may be called.
        from_at: Option<i64>,
        /// The caller asked for that time.
        booked: bool,
        /// By when it must be called.
        due_at: Option<i64>,
        /// From when on a link goes out by itself.
        link_at: Option<i64>,
        /// The caller was asked, by whatever way.
        asked: bool,
        /// A doubtful rating waits to be looked at.
        flagged: bool,
        /// The account that may not make the call that is due.
        not_by: String,
        /// When it last changed.
        updated_at: i64,
    }
}

row! {
    /// Who is asking about a case, and until when it is theirs.
    FollowUpClaimRow {
        /// Case.
        case_id: String,
        /// Account.
        account_id: String,
        /// Until when.
        until: i64,
    }
}

row! {
    /// What one call or rating said.
    FollowUpResultRow {
        /// Case.
        case_id: String,
        /// The number of its event in the case.
        seq: i64,
        /// When.
        at: i64,
        /// `call` or `rating`.
        way: String,
        /// `first`, `second`, `bad_rating`, or `rating`.
        kind: String,
        /// Who called; empty for a rating.
        account_id: String,
        /// The unit that had done the work; empty for none.
        unit: String,
        /// Reached, or: the unit got in touch.
        reached: bool,
        /// `solved`, `partly`, `unsolved`, `not_handled`; empty where not said.
        solved: String,
        /// 1 to 5 for the desk; 0 where not said.
        desk_mark: i64,
        /// 1 to 5 for the unit; 0 where not said.
        unit_mark: i64,
        /// The main reason; empty for none.
        cause: String,
        /// Whether it counts: a doubtful rating does not until it was looked at.
        counted: bool,
    }
}

row! {
    /// A version of the sampling rules.
    FollowUpRulesRow {
        /// Running number.
        version: i64,
        /// What it calls itself.
        label: String,
        /// The rules as text; empty where versions are listed.
        text: String,
        /// From when on it holds.
        valid_at: i64,
        /// When it was made.
        made_at: i64,
        /// By whom.
        made_by: String,
        /// Why.
        reason: String,
    }
}

row! {
    /// A link to rate an answer by.
    RatingLinkRow {
        /// Digest of its token.
        digest: String,
        /// Case.
        case_id: String,
        /// When it was given out.
        made_at: i64,
        /// Until when it may be used.
        until: i64,
        /// When it was.
        used_at: Option<i64>,
    }
}

row! {
    /// An inspection or test call (R118).
    InspectionRow {
        /// Id.
        id: String,
        /// `census` 普查, `sample` 抽查, `open` 明查 or `covert` 暗访.
        kind: String,
        /// `call` 拨测, `visit` 走访 or `record` 查档.
        way: String,
        /// The unit looked at.
        unit: String,
        /// What is looked at.
        subject: String,
        /// For when.
        planned_at: i64,
        /// `planned`, `done` or `dropped`.
        state: String,
        /// `passed`, `faults` or `failed`; empty until done.
        result: String,
        /// What was found.
        finding: String,
        /// A case it made or looked at; empty for none.
        case_no: String,
        /// When it was planned.
        made_at: i64,
        /// By whom.
        made_by: String,
        /// When it was done.
        done_at: Option<i64>,
        /// By whom.
        done_by: String,
    }
}

//! Rows of the duty roster and of notices.

use crate::value::row;

row! {
    /// Somebody a unit names: for duty, as its contact, as its lead (R68, R124).
    DutyPersonRow {
        /// Id.
        id: String,
        /// Unit.
        unit: String,
        /// Name.
        name: String,
        /// Account at the console; empty without.
        account_id: String,
        /// Mobile number; empty without.
        mobile: String,
        /// E-mail address; empty without.
        email: String,
        /// `member`, `contact` or `lead`.
        role: String,
        /// No longer with the unit.
        gone: bool,
        /// Time of the last change.
        changed_at: i64,
    }
}

row! {
    /// A shift that comes again.
    DutyPatternRow {
        /// Id.
        id: String,
        /// Unit.
        unit: String,
        /// 1 is told first.
        rank: i64,
        /// Minutes after midnight.
        from_minute: i64,
        /// Minutes after midnight; not after `from_minute` means on the next day.
        to_minute: i64,
        /// `all`, `working` or `off`.
        days: String,
        /// Who takes turns, a JSON array of ids.
        people: String,
        /// Days until the next one's turn.
        step: i64,
        /// First day as `2026-10-01`.
        starts: String,
        /// Last day; empty while it goes on.
        ends: String,
        /// Time of the last change.
        changed_at: i64,
    }
}

row! {
    /// A single shift, or who stands in for whoever else would be on.
    DutyDayRow {
        /// Id.
        id: String,
        /// Unit.
        unit: String,
        /// 1 is told first.
        rank: i64,
        /// From.
        from_at: i64,
        /// To, not included.
        to_at: i64,
        /// Who.
        person: String,
        /// `day`, `override`, `swap` or `import`.
        kind: String,
        /// Why.
        reason: String,
        /// When it was written.
        at: i64,
        /// By whom.
        actor: String,
    }
}

row! {
    /// One asks another to take a shift.
    DutySwapRow {
        /// Id.
        id: String,
        /// Unit.
        unit: String,
        /// Rank of the shift.
        rank: i64,
        /// From.
        from_at: i64,
        /// To, not included.
        to_at: i64,
        /// Whose shift it is.
        giver: String,
        /// Who is asked to take it.
        taker: String,
        /// Why.
        reason: String,
        /// `asked`, `accepted`, `refused` or `withdrawn`.
        state: String,
        /// When it was asked.
        asked_at: i64,
        /// By whom.
        asked_by: String,
        /// When it was decided.
        decided_at: Option<i64>,
        /// By whom.
        decided_by: String,
    }
}

row! {
    /// How a unit is reached besides its people.
    DutyWayRow {
        /// Unit.
        unit: String,
        /// Order sheets: `none`, `email` or `print`.
        sheet: String,
        /// Address for order sheets.
        email: String,
        /// Address that is told of every notice, signed; empty without.
        webhook: String,
        /// Counts the secrets its calendar had; a new one makes the old address worthless.
        feed: i64,
        /// Time of the last change.
        changed_at: i64,
    }
}

row! {
    /// A test call of the roster.
    DutyTestRow {
        /// Id.
        id: String,
        /// When.
        at: i64,
        /// Until when an answer counts as in time.
        until: i64,
        /// By whom.
        actor: String,
        /// Units, a JSON array.
        units: String,
    }
}

row! {
    /// What somebody is to be told.
    NoticeRow {
        /// Id; sorts by time.
        id: String,
        /// Position in the log; 0 for what is of no case.
        pos: i64,
        /// Case; empty without.
        case_id: String,
        /// Its printed number.
        case_no: String,
        /// Assignment; empty without.
        leg: String,
        /// The unit it is about.
        unit: String,
        /// What happened.
        kind: String,
        /// Rule and version (law 11).
        rule: String,
        /// The words, without a caller's data.
        text: String,
        /// It does not wait for opening hours.
        urgent: bool,
        /// `running`, `held`, `acknowledged`, `done`, `exhausted` or `void`.
        state: String,
        /// The steps it was made with, JSON.
        ladder: String,
        /// The step that comes next.
        step: i64,
        /// When.
        next_at: Option<i64>,
        /// When it was made.
        created_at: i64,
        /// When it ended.
        closed_at: Option<i64>,
        /// By whom, in words.
        closed_by: String,
        /// `console`, `link`, `behalf`, `signed`, `told` or `ladder`.
        closed_how: String,
        /// The test it belongs to; empty without.
        test: String,
        /// Codes tried at its link.
        tries: i64,
    }
}

row! {
    /// One person, one channel, one notice.
    DeliveryRow {
        /// Id: also the key a gateway knows a repeat by.
        id: String,
        /// Notice.
        notice_id: String,
        /// The step of the ladder that made it.
        step: i64,
        /// Who, of the unit's people; empty for others.
        person: String,
        /// Account at the console; empty without.
        account_id: String,
        /// Name or part played.
        name: String,
        /// `console`, `email`, `sms`, `webhook`, `paper` or `none`.
        channel: String,
        /// Address; empty where it is looked up when it is sent.
        address: String,
        /// What is tried next if this fails, a JSON array.
        rest: String,
        /// `waiting`, `sending`, `sent`, `delivered`, `dead` or `nobody`.
        state: String,
        /// Tries begun.
        tries: i64,
        /// Tries after which it is dead.
        most: i64,
        /// When it is tried next.
        next_at: Option<i64>,
        /// When it was made.
        made_at: i64,
        /// When it ended.
        done_at: Option<i64>,
        /// When it was seen at the console.
        seen_at: Option<i64>,
        /// The gateway's own number for it.
        gateway: String,
        /// What came of it, a stable key.
        outcome: String,
        /// Proof, JSON.
        proof: String,
    }
}

row! {
    /// One try (R15).
    AttemptRow {
        /// Delivery.
        delivery_id: String,
        /// Which try, from 1.
        n: i64,
        /// When it began.
        at: i64,
        /// Channel.
        channel: String,
        /// Address, masked.
        shown: String,
        /// When it ended; none where nobody saw the end.
        done_at: Option<i64>,
        /// What came of it.
        outcome: String,
        /// What the other side said.
        detail: String,
    }
}

//! Ordinary records: accounts, units, settings, the audit trail, imports.

use crate::value::row;

row! {
    /// A person who works here.
    AccountRow {
        /// Account id.
        id: String,
        /// Login name, unique.
        login: String,
        /// Name shown.
        name: String,
        /// Password hash in PHC form.
        password: String,
        /// Roles as a JSON array.
        roles: String,
        /// Unit.
        unit: String,
        /// Desk; empty if none.
        desk: String,
        /// May not log in.
        disabled: bool,
        /// Failed logins in a row.
        failed: i64,
        /// Locked until.
        locked_until: Option<i64>,
        /// Time of creation.
        created_at: i64,
        /// The password was given by somebody else: its owner has to choose another first.
        must_change: bool,
    }
}

row! {
    /// A login. `token` is the hash of what the browser holds.
    SessionRow {
        /// Hash of the token.
        token: String,
        /// Account.
        account_id: String,
        /// Time of login.
        created_at: i64,
        /// Time of the last request.
        seen_at: i64,
        /// End.
        expires_at: i64,
    }
}

row! {
    /// Somebody who is on a case now.
    PresenceRow {
        /// Case.
        case_id: String,
        /// Account.
        account_id: String,
        /// The person's name.
        name: String,
        /// The person's unit.
        unit: String,
        /// `looking` or `writing`.
        doing: String,
        /// When it was last said.
        seen_at: i64,
    }
}

row! {
    /// An open live line of somebody who is signed in.
    SeatRow {
        /// Its id.
        line: String,
        /// The process that serves it.
        process: String,
        /// Account.
        account_id: String,
        /// Since when.
        opened_at: i64,
        /// When the process last said that it is open.
        seen_at: i64,
        /// Contacts begun at the console and not sent.
        drafts: i64,
        /// Nobody has touched the console for a while.
        away: bool,
    }
}

row! {
    /// A question somebody asks again and again.
    SavedSearchRow {
        /// Id.
        id: String,
        /// Whose it is.
        account_id: String,
        /// Its name.
        name: String,
        /// The question, JSON; no caller's number is in it.
        question: String,
        /// Seen by the whole desk.
        shared: bool,
        /// When it was saved.
        created_at: i64,
    }
}

row! {
    /// A member unit.
    UnitRow {
        /// Code.
        code: String,
        /// Name.
        name: String,
        /// 1 or 2.
        tier: i64,
        /// What it answers for, JSON.
        duty: String,
        /// Working hours, JSON.
        hours: String,
        /// Takes no new work.
        disabled: bool,
        /// Why it is as it is: given with the last change.
        reason: String,
    }
}

row! {
    /// A place by its name, beside those of the site's map.
    PlaceNameRow {
        /// Id: the name as places are compared.
        id: String,
        /// `estate`, `road` or `landmark`.
        kind: String,
        /// Name shown.
        name: String,
        /// What else people call it, a JSON array.
        aliases: String,
        /// Code of the district; may be empty.
        district: String,
        /// Longitude, WGS-84 degrees.
        lon: f64,
        /// Latitude, WGS-84 degrees.
        lat: f64,
        /// Houses or buildings; 0 if not known.
        houses: i64,
        /// Was proposed and is no place: not asked again.
        refused: bool,
        /// File or account it came from.
        source: String,
        /// When.
        at: i64,
    }
}

row! {
    /// A day that differs from the week's rule.
    CalendarRow {
        /// Day as `2026-10-01`.
        day: String,
        /// Day off (true) or working day (false).
        off: bool,
        /// Why.
        note: String,
    }
}

row! {
    /// What a day was before it was changed.
    CalendarChangeRow {
        /// Day as `2026-10-01`.
        day: String,
        /// Time of the change.
        at: i64,
        /// Day off (true) or working day (false) until then.
        was: bool,
    }
}

row! {
    /// A setting.
    SettingRow {
        /// Key.
        key: String,
        /// Value as JSON.
        value: String,
        /// Time of the last change.
        at: i64,
    }
}

row! {
    /// A line for the audit trail; the appender gives it its position and hash.
    AuditRow {
        /// Time.
        at: i64,
        /// Who.
        actor: String,
        /// Did what.
        action: String,
        /// To what.
        resource: String,
        /// Reason given (law 10).
        reason: String,
        /// JSON without personal data.
        detail: String,
    }
}

row! {
    /// A line of the audit trail, with a hash chain of its own (law 10).
    AuditLine {
        /// Position, from 1, without gaps.
        pos: i64,
        /// Time.
        at: i64,
        /// Who.
        actor: String,
        /// Did what.
        action: String,
        /// To what.
        resource: String,
        /// Reason given.
        reason: String,
        /// JSON without personal data.
        detail: String,
        /// SHA-256 of the fields above except `pos`.
        digest: Vec<u8>,
        /// SHA-256 of previous hash, position and digest.
        hash: Vec<u8>,
    }
}

row! {
    /// How far an import has come.
    ImportRunRow {
        /// Run id.
        id: String,
        /// Name of what is imported.
        source: String,
        /// Digest of the file.
        file_digest: String,
        /// Last line dealt with.
        line: i64,
        /// Lines taken.
        taken: i64,
        /// Lines refused.
        refused: i64,
        /// Start.
        started_at: i64,
        /// Last progress.
        updated_at: i64,
        /// End.
        finished_at: Option<i64>,
        /// Lines of the file, the header not counted.
        lines: i64,
        /// `running`, `done`, `stopped` or `failed`.
        state: String,
        /// By whom; empty for the command line.
        started_by: String,
        /// How often it was begun or gone on with.
        turn: i64,
    }
}

row! {
    /// A line that an import refused.
    ImportRefusedRow {
        /// Run id.
        run: String,
        /// Line number, from 1.
        line: i64,
        /// Why.
        reason: String,
        /// The line itself.
        text: String,
        /// The field that was refused; empty for the line as a whole.
        field: String,
        /// Stable key of the reason.
        why: String,
    }
}

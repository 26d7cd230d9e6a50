//! A message that came: pieces joined, then a contact of its own or more words on the open case of the same number.

use crate::App;
use crate::case::{CommandKey, NARRATIVE_MOST, Order, TRIES, digits};
use crate::draft::{Draft, Meta};
use crate::error::AppError;
use crate::view::NewContact;
use domain::case::{Command, Event, MessageNoted, MessageStep, Relation};
use domain::desk::Channel;
use sms::join::join;
use sms::split::Piece;
use store::{AppendError, Change, MessagePieceRow, MessageRecord, MessageRow, Record};

/// Messages looked at for the open case of their number.
const LOOK_BACK: i64 = 50;
/// How long pieces that were taken are known, so that a gateway that brings one again brings nothing new, milliseconds.
const PIECES_KEPT: i64 = 3_600_000;
/// What stands for a message without words: it may be all that somebody could do.
const NO_WORDS: &str = "（空白短信）";

/// A message as it came, or a piece of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameIn {
    /// By which way: `http`, `cmpp`, `smpp`.
    pub way: String,
    /// The gateway's number for it; empty where it gives none.
    pub id: String,
    /// The citizen's number.
    pub from: String,
    /// Ours; empty where the gateway does not say.
    pub to: String,
    /// The words.
    pub text: String,
    /// Which piece of a long one it is.
    pub piece: Option<Piece>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is a contact, or more words on one, on this case.
    Case(String),
    /// The rest of it is waited for.
    Waits,
}

/// A whole message.
struct Whole {
    /// The same for the same message, so that it is taken once (law 3).
    key: String,
    number: String,
    own: String,
    text: String,
    parts: u8,
    missing: u8,
    /// What it means for the pieces it was made of.
    pieces: Option<MessageRecord>,
}

/// A number as people write it: no country code of the mainland in front of a mobile number.
fn plain(number: &str) -> String {
    let figures = digits(number);
    let bare = figures
        .strip_prefix("0086")
        .or_else(|| figures.strip_prefix("86"));
    match bare {
        Some(bare) if bare.len() == 11 && bare.starts_with('1') => bare.to_owned(),
        _ => figures,
    }
}

impl App {
    /// Takes a message or a piece of one. Whoever brought it may be told so: it is durable. The same one again changes nothing.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for no number or one that is not ours; the store's: it has to be brought again.
    pub async fn message_came(&self, came: CameIn) -> Result<Taken, AppError> {
        let number = plain(&came.from);
        if !(3..=20).contains(&number.len()) {
            return Err(AppError::field("from", "not_a_number", "3 to 20 figures"));
        }
        let config = &self.inner.config.message;
        let own: String = came
            .to
            .chars()
            .filter(|c| !c.is_control())
            .take(40)
            .collect();
        if !config.numbers.is_empty() && !own.is_empty() && !config.numbers.contains(&own) {
            metrics::counter!("liandong_messages_astray").increment(1);
            return Err(AppError::field(
                "to",
                "unknown_number",
                "none of this platform's numbers",
            ));
        }
        let text: String = came.text.chars().filter(|c| *c != '\0').collect();
        metrics::counter!("liandong_messages_in").increment(1);
        // Two of one number at once would else begin two cases.
        let _turn = self.inner.turns.at(&format!("message/{number}")).await;
        let Some(piece) = came.piece else {
            let whole = Whole {
                key: self.message_key(&came, &number, &text),
                number,
                own,
                text,
                parts: 1,
                missing: 0,
                pieces: None,
            };
            return self.message_whole(whole).await.map(Taken::Case);
        };
        let whole = format!(
            "{}/{number}/{own}/{}/{}",
            came.way, piece.reference, piece.total
        );
        let now = self.now();
        let n = i64::from(piece.number);
        let there = self.inner.store.message_pieces(&whole).await?;
        let taken = there.iter().any(|row| row.taken);
        let same = there.iter().find(|row| row.n == n);
        if let Some(same) = same
            && same.text == text
        {
            // The gateway did not hear that it was taken.
            return if taken {
                Ok(Taken::Waits)
            } else {
                self.message_of_pieces(there, false).await
            };
        }
        // The reference comes again: what is there belongs to an earlier message.
        let again = same.is_some();
        if again && !taken {
            self.message_of_pieces(there, true).await?;
        }
        let row = MessagePieceRow {
            id: format!("{whole}/{n}"),
            whole: whole.clone(),
            own: own.clone(),
            number: number.clone(),
            reference: i64::from(piece.reference),
            total: i64::from(piece.total),
            n,
            text: text.clone(),
            at: now,
            due_at: now + config.pieces_within,
            taken: taken && !again,
        };
        if taken && !again {
            // The rest of what had to be taken before it was whole: more words.
            let whole = Whole {
                key: self.message_key(&came, &number, &text),
                number,
                own,
                text,
                parts: 1,
                missing: 0,
                pieces: Some(MessageRecord::Piece(row)),
            };
            return self.message_whole(whole).await.map(Taken::Case);
        }
        let mut records = Vec::new();
        if again {
            records.push(Record::Message(MessageRecord::PiecesGone {
                whole: whole.clone(),
            }));
        }
        records.push(Record::Message(MessageRecord::Piece(row)));
        let change = Change {
            records,
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        let pieces = self.inner.store.message_pieces(&whole).await?;
        self.message_of_pieces(pieces, false).await
    }

    /// Makes a message of pieces: when all are there, when what is there speaks of danger (law 5), or when it has to be.
    pub(super) async fn message_of_pieces(
        &self,
        pieces: Vec<MessagePieceRow>,
        now_or_never: bool,
    ) -> Result<Taken, AppError> {
        let Some(first) = pieces.first().cloned() else {
            return Ok(Taken::Waits);
        };
        let octet = |count: i64| u8::try_from(count).unwrap_or(u8::MAX);
        let total = octet(first.total);
        let joined = join(
            total,
            pieces.iter().map(|row| {
                let piece = Piece {
                    reference: u16::try_from(row.reference).unwrap_or_default(),
                    total,
                    number: octet(row.n),
                };
                (piece, row.text.as_str())
            }),
        );
        if !joined.missing.is_empty()
            && !now_or_never
            && self.triage(&joined.text, "", "").danger.is_empty()
        {
            return Ok(Taken::Waits);
        }
        let digest = crate::chance::digest_of(&[&first.whole, &first.at.to_string(), &joined.text]);
        let short = crate::chance::hex(digest.get(..8).unwrap_or_default());
        let whole = Whole {
            key: format!("message/{short}"),
            number: first.number,
            own: first.own,
            text: joined.text,
            parts: total,
            missing: u8::try_from(joined.missing.len()).unwrap_or(u8::MAX),
            pieces: Some(MessageRecord::PiecesTaken {
                whole: first.whole,
                until: self.now() + PIECES_KEPT,
            }),
        };
        self.message_whole(whole).await.map(Taken::Case)
    }

    /// The gateway's number and what it says: a gateway that begins its numbers anew loses no message. Where it gives none,
    /// the same words of the same number within five minutes are the same message.
    fn message_key(&self, came: &CameIn, number: &str, text: &str) -> String {
        let id = if came.id.is_empty() {
            self.now().div_euclid(300_000).to_string()
        } else {
            came.id.clone()
        };
        let digest =
            crate::chance::digest_of(&[&self.inner.site_key, &came.way, &id, number, text]);
        format!(
            "message/{}",
            crate::chance::hex(digest.get(..16).unwrap_or_default())
        )
    }

    async fn message_whole(&self, whole: Whole) -> Result<String, AppError> {
        let key = CommandKey {
            id: whole.key.clone(),
            digest: String::new(),
        };
        if let Some((_, answer)) = self.inner.store.command_answer(&key.id).await? {
            return Ok(crate::case::read_answer(&answer)?.id);
        }
        let caller_key = self.caller_key(&whole.number);
        if let Some(open) = self.open_by_message(&caller_key).await? {
            match self.message_joins(&open, &whole, &key).await {
                // It was closed meanwhile, or takes no more words: a contact of its own.
                Err(AppError::Refused(_)) => {}
                other => return other,
            }
        }
        let (first, more) = first_and_rest(&whole.text);
        let contact = NewContact {
            channel: Channel::Sms,
            narrative: first,
            place: String::new(),
            district: String::new(),
            point: None,
            caller_number: whole.number.clone(),
            contact_number: whole.number.clone(),
            caller_name: String::new(),
            confidential: false,
            happened_at: None,
            dismissed: Vec::new(),
            then: None,
            source: String::new(),
        };
        let done = self
            .take_marked(&self.machine(), &contact, &key, |meta, draft| {
                if !more.is_empty() {
                    self.message_adds(meta, draft, &more)?;
                }
                self.message_noted(meta, draft, &whole)
            })
            .await?;
        Ok(done.id)
    }

    /// The open case in which a number and this desk exchange messages, if there is one.
    async fn open_by_message(&self, caller_key: &str) -> Result<Option<String>, AppError> {
        let mut seen: Vec<String> = Vec::new();
        for row in self
            .inner
            .store
            .messages_of_caller(caller_key, LOOK_BACK)
            .await?
        {
            if seen.contains(&row.case_id) {
                continue;
            }
            let case = self.load(&row.case_id).await?.after;
            if case.closed_at.is_none() {
                return Ok(Some(row.case_id));
            }
            // What was joined into another goes on there.
            for (other, relation) in &case.links {
                if *relation == Relation::Merged
                    && case.outcome == Some(domain::case::Outcome::Merged)
                {
                    let other = self.load(other.as_str()).await?.after;
                    if other.closed_at.is_none() {
                        return Ok(Some(other.id.to_string()));
                    }
                }
            }
            seen.push(row.case_id);
        }
        Ok(None)
    }

    async fn message_joins(
        &self,
        case: &str,
        whole: &Whole,
        key: &CommandKey,
    ) -> Result<String, AppError> {
        let _turn = self.inner.turns.at(case).await;
        for _ in 0..TRIES {
            let mut draft = self.load(case).await?;
            if draft.after.closed_at.is_some() {
                return Err(AppError::Refused(domain::case::Refusal::Closed));
            }
            self.ensure_person(&mut draft).await?;
            let meta = self.meta(&self.machine(), key);
            let (first, rest) = first_and_rest(&whole.text);
            self.message_adds(&meta, &mut draft, &format!("{first}{rest}"))?;
            self.message_noted(&meta, &mut draft, whole)?;
            let mut drafts = vec![draft];
            self.follow(&meta, &mut drafts).await?;
            match self.append(&meta, drafts, Some(key), None).await {
                Err(AppendError::Conflict { .. }) => {}
                // A police case for a danger in it was begun under a number that was given before.
                Err(AppendError::Duplicate { what }) if what.contains("no") => {
                    self.skip_number(meta.now).await?;
                }
                other => return self.settle(other).map(|done| done.id),
            }
        }
        Err(AppError::Unavailable("the case is too busy".to_owned()))
    }

    /// More words on a case, looked at for danger like any other.
    fn message_adds(&self, meta: &Meta, draft: &mut Draft, text: &str) -> Result<(), AppError> {
        let order = Order::AddDetail(text.to_owned());
        let command = self.command_of(&order, &draft.after.classification)?;
        self.apply(meta, draft, &command)?;
        self.append_words(meta, draft, text);
        Ok(())
    }

    /// The fact that it came, and its row in the queue.
    fn message_noted(&self, meta: &Meta, draft: &mut Draft, whole: &Whole) -> Result<(), AppError> {
        let id = self.new_id();
        self.note_message(
            meta,
            draft,
            &id,
            MessageStep::Came {
                parts: whole.parts,
                missing: whole.missing,
            },
        )?;
        draft.messages.push(MessageRecord::New(Box::new(MessageRow {
            id,
            inbound: true,
            case_id: draft.after.id.to_string(),
            case_no: draft.after.no.clone(),
            own: whole.own.clone(),
            caller_key: self.caller_key(&whole.number),
            number: whole.number.clone(),
            text: whole.text.clone(),
            parts: i64::from(whole.parts),
            at: meta.now,
            account_id: String::new(),
            name: String::new(),
            state: "waiting".to_owned(),
            due_at: Some(meta.now + self.inner.config.message.answer_within),
            done_at: None,
            tries: 0,
            gateway: String::new(),
            outcome: String::new(),
        })));
        draft.messages.extend(whole.pieces.clone());
        Ok(())
    }

    /// A fact of a message on its case.
    pub(super) fn note_message(
        &self,
        meta: &Meta,
        draft: &mut Draft,
        message: &str,
        step: MessageStep,
    ) -> Result<(), AppError> {
        let noted = MessageNoted {
            message: message.to_owned(),
            at: meta.now,
            step,
        };
        let command = Command::NoteMessage {
            noted: Box::new(noted),
        };
        self.apply(meta, draft, &command)
    }
}

/// What a case's own events mean for the messages that wait on it: of one that was no matter at all nothing is answered.
pub(crate) fn message_records(draft: &Draft, now: i64) -> Option<MessageRecord> {
    let over = draft.events.iter().any(|event| {
        matches!(
            event,
            Event::NuisanceMarked { .. } | Event::Cancelled { .. }
        )
    });
    over.then(|| MessageRecord::Closed {
        case_id: draft.after.id.to_string(),
        at: now,
    })
}

/// Words as a narrative may have them, and the rest. Nothing is cut off.
fn first_and_rest(text: &str) -> (String, String) {
    let mut words = text.trim().chars();
    let first: String = words.by_ref().take(NARRATIVE_MOST).collect();
    let first = if first.is_empty() {
        NO_WORDS.to_owned()
    } else {
        first
    };
    (first, words.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_alike_however_the_carrier_writes_it() {
        for written in [
            "10000000042",
            "8610000000042",
            "+86 100 0000 0042",
            "008610000000042",
        ] {
            assert_eq!(plain(written), "10000000042");
        }
        assert_eq!(plain("86100"), "86100", "a short number of a carrier");
    }

    #[test]
    fn nothing_is_cut_off() {
        let long = "水".repeat(NARRATIVE_MOST * 2 + 1);
        let (first, rest) = first_and_rest(&long);
        assert_eq!(first.chars().count(), NARRATIVE_MOST);
        assert_eq!(format!("{first}{rest}"), long);
        assert_eq!(first_and_rest(" \n "), (NO_WORDS.to_owned(), String::new()));
    }
}

//! One harmless example of every command, to ask the decider which of them could happen now.

use domain::case::{
    Case, Command, Context, Decision, DisputeAbout, HandOverMode, Relation, Solved, Taker,
};
use domain::clock::{Limits, Span};
use domain::id::{CaseId, UnitId};
use domain::supervision::{Rung, WatchFlag};

/// Command names with an example each; those about an assignment once for each, as `sign:a1`.
pub(crate) fn probes(case: &Case, ctx: &Context<'_>, taker: Taker) -> Vec<(String, Command)> {
    let word = || "x".to_owned();
    let other = || CaseId::new("another");
    let unit = || UnitId::new("another");
    let mut out: Vec<(String, Command)> = Vec::new();
    let mut add = |name: &str, command: Command| out.push((name.to_owned(), command));
    add(
        "classify",
        Command::Classify {
            to: case.classification.clone(),
            reason: word(),
        },
    );
    add(
        "add_detail",
        Command::AddDetail {
            digest: word(),
            danger: Vec::new(),
            danger_version: String::new(),
        },
    );
    if let Some(sign) = case.live_danger().next() {
        add(
            "dismiss_danger",
            Command::DismissDanger {
                rule: sign.rule.clone(),
                reason: word(),
            },
        );
    }
    add("answer", Command::Answer { text: word() });
    add("inform", Command::Inform { text: word() });
    add(
        "not_accept",
        Command::NotAccept {
            reason: word(),
            basis: word(),
            guidance: word(),
        },
    );
    add("tell_to_dial", Command::TellToDial { number: word() });
    add("mark_nuisance", Command::MarkNuisance { reason: word() });
    add("cancel", Command::Cancel { reason: word() });
    add("merge_into", Command::MergeInto { into: other() });
    let dispatch = |lead: Option<UnitId>, first: Vec<UnitId>| Command::Dispatch {
        lead,
        assist: Vec::new(),
        first_response: first,
        limits: Limits::default(),
        basis: String::new(),
        note: String::new(),
    };
    add("dispatch", dispatch(Some(unit()), Vec::new()));
    add("dispatch_more", dispatch(None, vec![unit()]));
    let limits = Limits::default();
    add(
        "assign",
        Command::Assign {
            unit: unit(),
            basis: word(),
            reason: word(),
            limits,
        },
    );
    add(
        "review",
        Command::Review {
            passed: true,
            reason: word(),
        },
    );
    add(
        "follow_up",
        Command::FollowUp {
            reached: true,
            solved: Some(Solved::Solved),
            satisfaction: Some(5),
            note: word(),
            satisfied_desk: None,
            satisfied_unit: None,
            reasons: domain::followup::Reasons::default(),
            booked_at: None,
            then: None,
            next_at: None,
        },
    );
    add(
        "check_rating",
        Command::CheckRating {
            counted: true,
            reason: word(),
        },
    );
    add(
        "close",
        Command::Close {
            note: String::new(),
        },
    );
    add("reopen", Command::Reopen { reason: word() });
    add("urge", Command::Urge { note: word() });
    add(
        "link",
        Command::Link {
            other: other(),
            relation: Relation::Related,
        },
    );
    ladder(case, &mut add);
    for link in &ctx.rules.links {
        for (name, mode) in [
            ("hand_over", HandOverMode::Push),
            ("hand_over_parallel", HandOverMode::Parallel),
            ("hand_over_consult", HandOverMode::Consult),
        ] {
            add(
                name,
                Command::HandOver {
                    link: link.link.clone(),
                    mode,
                    note: String::new(),
                },
            );
        }
    }
    add("withdraw_offer", Command::WithdrawOffer { reason: word() });
    add(
        "accept_offer",
        Command::AcceptOffer {
            note: String::new(),
        },
    );
    add("refuse_offer", Command::RefuseOffer { reason: word() });
    add(
        "decide",
        Command::Decide {
            decision: Decision::Undecided,
            note: String::new(),
        },
    );
    add("return_to_peer", Command::ReturnToPeer { reason: word() });
    add(
        "ask_arbitration",
        Command::AskArbitration { reason: word() },
    );
    add(
        "arbitrate",
        Command::Arbitrate {
            to: taker,
            basis: word(),
            reason: word(),
        },
    );
    for leg in &case.legs {
        let id = || leg.id.clone();
        let mut on =
            |name: &str, command: Command| out.push((format!("{name}:{}", leg.id), command));
        on(
            "withdraw",
            Command::Withdraw {
                leg: id(),
                reason: word(),
            },
        );
        on("sign", Command::Sign { leg: id() });
        on(
            "contact",
            Command::Contact {
                leg: id(),
                reached: true,
                note: word(),
            },
        );
        on(
            "depart",
            Command::Depart {
                leg: id(),
                note: String::new(),
            },
        );
        on(
            "arrive",
            Command::Arrive {
                leg: id(),
                note: String::new(),
            },
        );
        on(
            "report",
            Command::Report {
                leg: id(),
                text: word(),
                scene: None,
            },
        );
        on(
            "instruct",
            Command::Instruct {
                leg: id(),
                text: word(),
            },
        );
        on(
            "dispute",
            Command::Dispute {
                leg: id(),
                about: DisputeAbout::Duty,
                against: None,
                text: word(),
            },
        );
        on(
            "suspend",
            Command::Suspend {
                leg: id(),
                reason: word(),
                ground: ctx
                    .clocks
                    .and_then(|clocks| clocks.catalogue.pauses.first())
                    .map(|pause| pause.code.clone())
                    .unwrap_or_default(),
            },
        );
        on("resume", Command::Resume { leg: id() });
        on(
            "ask_extension",
            Command::AskExtension {
                leg: id(),
                by: Span::Days(1),
                reason: word(),
            },
        );
        let granted = true;
        on(
            "decide_extension",
            Command::DecideExtension {
                leg: id(),
                granted,
                reason: word(),
            },
        );
        on(
            "ask_return",
            Command::AskReturn {
                leg: id(),
                reason: word(),
            },
        );
        let accepted = true;
        on(
            "decide_return",
            Command::DecideReturn {
                leg: id(),
                accepted,
                reason: word(),
            },
        );
        on(
            "give_result",
            Command::GiveResult {
                leg: id(),
                text: word(),
                public_reply: word(),
                solved: Solved::Solved,
            },
        );
    }
    out
}

/// The rung that would be opened next by hand, and the watch flags.
fn ladder(case: &Case, add: &mut impl FnMut(&str, Command)) {
    let word = || "x".to_owned();
    let unit = case.legs.last().map(|leg| leg.unit.clone());
    let holder = match &case.holder {
        domain::case::Holder::Own { unit } => Some(unit.clone()),
        domain::case::Holder::Peer { .. } => None,
    };
    if let Some(unit) = unit.or(holder) {
        // One that nobody has had yet, so that a running one does not hide the rest.
        let free = [Rung::Urge, Rung::Order, Rung::Meeting]
            .into_iter()
            .find(|rung| {
                !case
                    .supervision
                    .iter()
                    .any(|s| s.rung == *rung && s.unit == unit && !s.state.is_over())
            });
        if let Some(rung) = free {
            add(
                "supervise",
                Command::Supervise {
                    measure: "x".into(),
                    no: word(),
                    rung,
                    unit,
                    rule: String::new(),
                    reason: word(),
                    skipped: word(),
                    due: 0,
                },
            );
        }
    }
    if let Some(known) = case.open_dispute() {
        add(
            "settle_dispute",
            Command::SettleDispute {
                dispute: known.dispute.dispute,
                unit: case.desk_unit.clone(),
                basis: word(),
                reason: word(),
            },
        );
    }
    if let Some(flag) = WatchFlag::ALL.into_iter().find(|f| !case.flags.contains(f)) {
        let reason = word();
        add("flag", Command::Flag { flag, reason });
    }
    if let Some(flag) = case.flags.first() {
        add(
            "unflag",
            Command::Unflag {
                flag: *flag,
                reason: word(),
            },
        );
    }
}

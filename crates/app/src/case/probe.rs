//! One harmless example of every command, to ask the decider which of them could happen now.

use domain::case::{Case, Command, Context, Decision, HandOverMode, Relation, Solved};
use domain::clock::{Limits, Span};
use domain::desk::Desk;
use domain::id::{CaseId, UnitId};

/// Command names with an example each; those about an assignment once for each, as `sign:a1`.
pub(crate) fn probes(case: &Case, ctx: &Context<'_>, desk: Desk) -> Vec<(String, Command)> {
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
            to: desk,
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

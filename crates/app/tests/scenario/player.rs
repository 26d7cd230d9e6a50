//! Somebody who does, on some case, something that may be done: a random but lawful desk.

use app::AppError;
use app::view::CaseView;
use domain::desk::Desk;
use domain::right::Actor;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::contact::KNIFE;
use testkit::people::{clerk, lead};
use testkit::{Dice, LINK, Platform};

/// The player and what they have done so far.
pub(crate) struct Player {
    dice: Dice,
    pub(crate) done: BTreeMap<String, u32>,
}

impl Player {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed ^ 0xD1CE),
            done: BTreeMap::new(),
        }
    }

    /// One command on one of the cases that were last changed.
    pub(crate) async fn plays(&mut self, platform: &Platform) {
        let chief = lead(platform.desk);
        let query = app::CaseQuery {
            limit: Some(30),
            ..app::CaseQuery::default()
        };
        let page = platform.app.cases(&chief, query).await.unwrap();
        if page.items.is_empty() {
            return;
        }
        let brief = &page.items[self.dice.index(page.items.len())];
        let view = platform.app.case(&chief, &brief.id).await.unwrap();
        // Now and then the unit's clerk is the one who acts.
        let (actor, view) = match view.legs.last() {
            Some(leg) if self.dice.percent(60) => {
                let clerk = clerk(&leg.unit);
                match platform.app.case(&clerk, &brief.id).await {
                    Ok(view) => (clerk, view),
                    Err(AppError::NotFound) => (chief, view),
                    Err(other) => panic!("{other:?}"),
                }
            }
            _ => (chief, view),
        };
        self.acts(platform, &actor, &view).await;
    }

    async fn acts(&mut self, platform: &Platform, actor: &Actor, view: &CaseView) {
        if view.allowed.is_empty() {
            return;
        }
        // What may be said at any time would otherwise be most of what is done.
        let small = [
            "urge",
            "add_detail",
            "follow_up",
            "ask_arbitration",
            "dispatch_more",
        ];
        let mut name = String::new();
        for _ in 0..4 {
            name.clone_from(&view.allowed[self.dice.index(view.allowed.len())]);
            if !small.contains(&name.as_str()) || self.dice.percent(15) {
                break;
            }
        }
        let Some(command) = self.command(&name, platform.desk) else {
            return;
        };
        match platform.act(actor, &view.brief.id, command.clone()).await {
            Ok(_) => {
                let kind = name.split(':').next().unwrap_or_default().to_owned();
                *self.done.entry(kind).or_default() += 1;
            }
            // The probe does not know this unit or this danger; nothing happened.
            Err(AppError::Refused(_) | AppError::Invalid(_)) => {}
            Err(other) => panic!("{name} was allowed: {other:?}"),
        }
    }

    fn command(&self, name: &str, desk: Desk) -> Option<Value> {
        let why = "按规定办理";
        let (kind, leg) = name.split_once(':').unwrap_or((name, ""));
        let units = match desk {
            Desk::Police => ["station-central", "traffic-police", "criminal-police"],
            Desk::Hotline => ["urban-management", "ecology", "housing"],
        };
        let unit = units[self.dice.index(3)];
        let yes = self.dice.percent(50);
        Some(match kind {
            "add_detail" if self.dice.percent(15) => json!({"command": kind, "text": KNIFE}),
            "add_detail" => json!({"command": kind, "text": "还在响"}),
            "urge" => json!({"command": kind, "note": why}),
            // Most contacts shall go somewhere: what ends them by word is rare.
            "answer" | "inform" if self.dice.percent(10) => json!({"command": kind, "text": why}),
            "cancel" if self.dice.percent(10) => json!({"command": kind, "reason": why}),
            "reopen" | "withdraw_offer" | "refuse_offer" | "return_to_peer" | "ask_arbitration" => {
                json!({"command": kind, "reason": why})
            }
            "dispatch" => json!({"command": kind, "lead": unit}),
            "dispatch_more" => {
                json!({"command": "dispatch", "lead": null, "first_response": [unit]})
            }
            "assign" if self.dice.percent(20) => {
                json!({"command": kind, "unit": unit, "basis": why, "reason": why})
            }
            "review" => json!({"command": kind, "passed": yes, "reason": why}),
            "follow_up" => json!({
                "command": kind, "reached": yes, "solved": "solved", "satisfaction": 4,
                "note": why,
            }),
            "close" => json!({"command": kind, "note": ""}),
            "accept_offer" => json!({"command": kind}),
            "hand_over" => json!({"command": kind, "link": LINK, "mode": "push"}),
            "hand_over_parallel" => {
                json!({"command": "hand_over", "link": LINK, "mode": "parallel"})
            }
            "hand_over_consult" => {
                json!({"command": "hand_over", "link": LINK, "mode": "consult"})
            }
            "decide" => {
                let ways = ["police", "hotline", "both", "undecided"];
                json!({"command": kind, "decision": ways[self.dice.index(4)]})
            }
            "arbitrate" => {
                let to = if yes { "police" } else { "hotline" };
                json!({"command": kind, "to": to, "basis": why, "reason": why})
            }
            "split" if self.dice.percent(10) => {
                json!({"command": kind, "parts": [{"narrative": "其中一件"}]})
            }
            "sign" | "depart" | "arrive" | "resume" => json!({"command": kind, "leg": leg}),
            "contact" => json!({"command": kind, "leg": leg, "reached": yes, "note": why}),
            "report" => json!({"command": kind, "leg": leg, "text": why}),
            "suspend" | "ask_return" | "withdraw" => {
                json!({"command": kind, "leg": leg, "reason": why})
            }
            "ask_extension" => json!({"command": kind, "leg": leg, "by": "2h", "reason": why}),
            "decide_extension" => {
                json!({"command": kind, "leg": leg, "granted": yes, "reason": why})
            }
            "decide_return" => {
                json!({"command": kind, "leg": leg, "accepted": yes, "reason": why})
            }
            "give_result" => json!({
                "command": kind, "leg": leg, "text": why, "public_reply": why,
                "solved": "solved",
            }),
            _ => return None,
        })
    }

    /// Adds what another has done.
    pub(crate) fn learn(&mut self, other: &Self) {
        for (kind, count) in &other.done {
            *self.done.entry(kind.clone()).or_default() += count;
        }
    }

    fn assert_done(&self, kinds: &[&str]) {
        for kind in kinds {
            assert!(
                self.done.contains_key(*kind),
                "the dice never brought {kind}: {:?}",
                self.done
            );
        }
    }

    /// The night meant something.
    pub(crate) fn assert_busy(&self) {
        self.assert_done(&[
            "accept_offer",
            "refuse_offer",
            "withdraw_offer",
            "hand_over",
        ]);
    }

    /// Everything that can happen between the platforms happened.
    pub(crate) fn assert_crossed(&self) {
        self.assert_done(&[
            "withdraw_offer",
            "hand_over",
            "hand_over_parallel",
            "hand_over_consult",
            "decide",
            "return_to_peer",
            "ask_arbitration",
            "arbitrate",
        ]);
    }
}

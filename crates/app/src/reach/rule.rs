//! Rules of who is told of what: data with its own examples, refused whole when one fails.

use super::channel::ChannelKind;
use domain::case::Event;
use domain::clock::{Then, Told};
use domain::desk::Urgency;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The rules a site has without a file of its own.
pub const SHIPPED: &str = include_str!("../../data/notices.toml");
/// What is no event of a case and is told all the same.
const BESIDE: [&str; 5] = [
    "held",
    "out_of_hours",
    "standing_in",
    "duty_test",
    "bulletin",
];
/// The platform's name in the examples.
const EXAMPLE_PLATFORM: &str = "望澜12345";
/// Longest text of a notice, characters: what an SMS gateway takes in two parts.
const TEXT_MOST: usize = 160;

/// Why rules were refused.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// The file is no rules at all.
    #[error("the notice rules cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// A rule is wrong.
    #[error("notice rule {rule:?}: {why}")]
    Wrong {
        /// Which.
        rule: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Whom a step of a ladder tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Every account of the unit, at the console.
    Unit,
    /// Whoever is on duty for the unit.
    Duty,
    /// The unit's named contacts 联络员 (R68, R124).
    Contact,
    /// The unit's lead.
    UnitLead,
    /// The unit's own address for machines.
    Webhook,
    /// The order sheet of a unit without any system (R18).
    Sheet,
    /// Whoever is on duty for the desk.
    DeskDuty,
    /// The desk lead.
    DeskLead,
    /// 督办员
    Supervisor,
    /// 考核员
    Assessor,
    /// 指挥长
    Commander,
    /// The caller.
    Caller,
}

/// One step of a ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Whom.
    pub who: Who,
    /// Only those of this rank; all without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u8>,
    /// By which channels: the console at once, of the others the first that works.
    pub channels: Vec<ChannelKind>,
    /// Minutes until the step behind it, if nobody answered.
    pub wait: u32,
}

/// What a notice is about, and so whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The unit of the assignment.
    Unit,
    /// The desk.
    Desk,
    /// Whoever called.
    Caller,
}

/// What has to hold for a rule.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Condition {
    /// At least so urgent.
    urgency: Option<Urgency>,
    /// There is danger. Beside `urgency`, one of the two is enough.
    danger: bool,
    /// Only these deadlines.
    stages: Vec<String>,
    /// Only what a step of a clock's ladder tells these.
    tells: Vec<Told>,
    /// Only deadlines with a ladder of their own.
    own_ladder: bool,
    /// Only reports from the scene that the desk must act on (R127).
    scene: bool,
}

/// What is known when a notice is made; no caller's data is among it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// Kind of event.
    pub kind: String,
    /// Printed number.
    pub no: String,
    /// Matter, by its name.
    pub matter: String,
    /// The unit's name.
    pub unit: String,
    /// Part it plays, in words.
    pub role: String,
    /// Deadline, by its word.
    pub stage: String,
    /// When it is due, in words.
    pub due: String,
    /// How urgent.
    pub urgency: Urgency,
    /// A sign of danger nobody dismissed.
    pub danger: bool,
    /// Who is told instead, in words.
    pub instead: String,
    /// Whom the step of the clock's ladder tells.
    pub tells: Option<Told>,
    /// What that step asks for besides.
    pub then: Then,
    /// Whether the deadline has a ladder of its own, which tells people by itself.
    pub own_ladder: bool,
    /// What about a report from the scene the desk must act on, in words; empty without (R127).
    pub grounds: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    given: Facts,
    says: String,
}

/// A rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name.
    pub id: String,
    on: Vec<String>,
    /// What it is about.
    pub about: About,
    #[serde(default)]
    when: Option<Condition>,
    #[serde(default)]
    unless: Option<Condition>,
    ladder: String,
    /// Whether somebody has to answer.
    #[serde(default)]
    pub acknowledge: bool,
    /// Whether it waits for the unit's hours when nobody is on duty and it is not urgent (R16).
    #[serde(default)]
    pub hold: bool,
    text: String,
    examples: Vec<Example>,
    silent: Vec<Facts>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ladder {
    name: String,
    steps: Vec<Step>,
}

/// All of them, one version.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeRules {
    version: String,
    ladder: Vec<Ladder>,
    rule: Vec<Rule>,
}

impl Condition {
    fn holds(&self, facts: &Facts) -> bool {
        let stage = self.stages.is_empty() || self.stages.contains(&facts.stage);
        let pressing = match self.urgency {
            None => !self.danger || facts.danger,
            Some(least) => facts.urgency >= least || (self.danger && facts.danger),
        };
        let told =
            self.tells.is_empty() || facts.tells.is_some_and(|who| self.tells.contains(&who));
        let own = !self.own_ladder || facts.own_ladder;
        let scene = !self.scene || !facts.grounds.is_empty();
        stage && pressing && told && own && scene
    }
}

impl Rule {
    /// Whether it speaks of this.
    #[must_use]
    pub fn fires(&self, facts: &Facts) -> bool {
        self.on.contains(&facts.kind)
            && self.when.as_ref().is_none_or(|when| when.holds(facts))
            && !self.unless.as_ref().is_some_and(|not| not.holds(facts))
    }

    /// The words.
    #[must_use]
    pub fn words(&self, facts: &Facts, platform: &str) -> String {
        let values = [
            ("{platform}", platform),
            ("{no}", &facts.no),
            ("{matter}", &facts.matter),
            ("{unit}", &facts.unit),
            ("{role}", &facts.role),
            ("{stage}", stage_name(&facts.stage)),
            ("{due}", &facts.due),
            ("{what}", what(&facts.kind)),
            ("{instead}", &facts.instead),
            ("{then}", then_name(facts.then)),
            ("{grounds}", &facts.grounds),
        ];
        // One pass, so that a value that looks like a hole stays a value.
        let mut out = String::new();
        let mut rest = self.text.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, after)) = behind.split_once('}') else {
                out.push('{');
                rest = behind;
                continue;
            };
            let hole = format!("{{{name}}}");
            let value = values.iter().find(|(known, _)| *known == hole);
            out.push_str(value.map_or(hole.as_str(), |(_, value)| value));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn check(&self, ladders: &[Ladder]) -> Result<(), String> {
        for kind in &self.on {
            if !Event::KINDS.contains(&kind.as_str()) && !BESIDE.contains(&kind.as_str()) {
                return Err(format!("there is no event {kind:?}"));
            }
        }
        let Some(ladder) = ladders.iter().find(|ladder| ladder.name == self.ladder) else {
            return Err(format!("there is no ladder {:?}", self.ladder));
        };
        if !self.acknowledge && ladder.steps.iter().any(|step| step.wait > 0) {
            return Err("its ladder waits for an answer that it does not ask for".to_owned());
        }
        if self.on.is_empty() || self.examples.is_empty() || self.silent.is_empty() {
            return Err("it needs an event, an example for and one against".to_owned());
        }
        let holes = [
            "platform", "no", "matter", "unit", "role", "stage", "due", "what", "instead", "then",
            "grounds",
        ];
        for piece in self.text.split('{').skip(1) {
            let name = piece.split('}').next().unwrap_or_default();
            if !holes.contains(&name) {
                return Err(format!("its text has no value for {{{name}}}"));
            }
        }
        for example in &self.examples {
            if !self.fires(&example.given) {
                return Err(format!("it is silent about its example {:?}", example.says));
            }
            let said = self.words(&example.given, EXAMPLE_PLATFORM);
            if said != example.says {
                return Err(format!("it says {said:?} and not {:?}", example.says));
            }
            if said.chars().count() > TEXT_MOST {
                return Err(format!("it says more than {TEXT_MOST} characters"));
            }
        }
        match self.silent.iter().find(|facts| self.fires(facts)) {
            Some(facts) => Err(format!("it speaks of {facts:?}")),
            None => Ok(()),
        }
    }
}

impl NoticeRules {
    /// Reads rules and runs their examples.
    ///
    /// # Errors
    /// What is wrong, with the rule's name; nothing of the file holds then.
    pub fn read(text: &str) -> Result<Self, RuleError> {
        let rules: Self = toml::from_str(text)?;
        let wrong = |rule: &str, why: String| RuleError::Wrong {
            rule: rule.to_owned(),
            why,
        };
        let mut names = HashSet::new();
        for ladder in &rules.ladder {
            let whole = !ladder.steps.is_empty()
                && ladder.steps.iter().all(|step| !step.channels.is_empty());
            if !whole || !names.insert(ladder.name.as_str()) {
                let why = "a ladder is named twice, has no step, or a step without a channel";
                return Err(wrong(&ladder.name, why.to_owned()));
            }
        }
        let mut names = HashSet::new();
        for rule in &rules.rule {
            if !names.insert(rule.id.as_str()) {
                return Err(wrong(&rule.id, "another has this name".to_owned()));
            }
            rule.check(&rules.ladder)
                .map_err(|why| wrong(&rule.id, why))?;
        }
        Ok(rules)
    }

    /// Whether any rule may speak of an event of this kind.
    pub(crate) fn listens_to(&self, kind: &str) -> bool {
        self.rule
            .iter()
            .any(|rule| rule.on.iter().any(|on| on == kind))
    }

    /// The rules that speak of this, each with its steps.
    pub(crate) fn of<'a>(
        &'a self,
        facts: &'a Facts,
    ) -> impl Iterator<Item = (&'a Rule, &'a [Step])> {
        self.rule
            .iter()
            .filter(|rule| rule.fires(facts))
            .filter_map(|rule| {
                let ladder = self.ladder.iter().find(|l| l.name == rule.ladder)?;
                Some((rule, ladder.steps.as_slice()))
            })
    }

    /// How the rules are quoted (law 11).
    #[must_use]
    pub fn quote(&self, rule: &Rule) -> String {
        format!("{} {}", self.version, rule.id)
    }

    /// What they call themselves.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}

fn stage_name(stage: &str) -> &str {
    match stage {
        "answer" => "受理答复",
        "sign" => "签收",
        "feedback" => "反馈",
        "result" => "办结",
        "close" => "结案",
        "arrival" => "到场",
        "contact" => "联系群众",
        "follow_up" => "回访",
        other => other,
    }
}

const fn then_name(then: Then) -> &'static str {
    match then {
        Then::Remind => "提醒",
        Then::Urge => "催办",
        Then::Order => "督办单",
        Then::Meeting => "协调会",
        Then::Interview => "约谈",
        Then::Bulletin => "通报",
        Then::Accountability => "问责",
    }
}

fn what(kind: &str) -> &str {
    match kind {
        "return_asked" => "申请退单",
        "extension_asked" => "申请延期",
        "result_given" => "已办结待审核",
        "offer_received" => "对端转办",
        "peer_refused" => "对端不受理",
        "arbitration_asked" => "提请审定",
        "disputed" => "争议待裁定",
        "return_accepted" => "同意退单",
        "return_denied" => "不同意退单",
        "extension_granted" => "同意延期",
        "extension_denied" => "不同意延期",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_pass_their_examples() {
        let rules = NoticeRules::read(SHIPPED).unwrap();
        let facts = Facts {
            kind: "dispatched".to_owned(),
            ..Facts::default()
        };
        let named: Vec<String> = rules
            .of(&facts)
            .map(|(rule, _)| rules.quote(rule))
            .collect();
        assert_eq!(named, ["notices-5 dispatched"]);
    }

    #[test]
    fn law_11_a_rule_that_fails_its_own_example_refuses_the_whole_file() {
        for (from, to, why) in [
            ("请签收。签收时限", "请收。签收时限", "it says"),
            ("on = [\"urged\"]", "on = [\"urgd\"]", "no event"),
            (
                "ladder = \"caller_word\"\ntext",
                "ladder = \"calls\"\ntext",
                "no ladder",
            ),
            (
                "silent = [{ kind = \"reported\" }]",
                "silent = [{ kind = \"urged\" }]",
                "it speaks of",
            ),
            ("id = \"redo\"", "id = \"urged\"", "another has this name"),
            ("退回{unit}重办", "退回{name}重办", "no value"),
            (
                "ladder = \"desk_word\"\ntext = \"【{platform}】险情",
                "ladder = \"order\"\ntext = \"【{platform}】险情",
                "does not ask for",
            ),
            ("who = \"contact\"", "who = \"anybody\"", "unknown variant"),
        ] {
            assert!(SHIPPED.contains(from), "{from}");
            let error = NoticeRules::read(&SHIPPED.replacen(from, to, 1)).unwrap_err();
            assert!(error.to_string().contains(why), "{from}: {error}");
        }
    }

    #[test]
    fn a_value_that_looks_like_a_hole_stays_a_value() {
        let rules = NoticeRules::read(SHIPPED).unwrap();
        let facts = Facts {
            kind: "urged".to_owned(),
            matter: "{unit}".to_owned(),
            unit: "甲".to_owned(),
            ..Facts::default()
        };
        let (rule, _) = rules.of(&facts).next().unwrap();
        assert!(rule.words(&facts, "台").contains("（{unit}）"));
    }
}

//! A command as it is sent: its words, and the version of the case it was decided on.

use super::CaseCommand;
use crate::problem::Problem;
use crate::request::parse_value;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A command to a case.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Order {
    /// The command.
    #[serde(flatten)]
    pub command: CaseCommand,
    /// The version it was decided on; another one is refused with `conflict`. Left out, it is
    /// sent to the case as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl Order {
    /// Takes the version out of what was sent and checks the rest against the words known here.
    ///
    /// # Errors
    /// With the field that is wrong.
    pub(crate) fn split(mut sent: Value) -> Result<(Value, Option<i64>), Problem> {
        let Value::Object(fields) = &mut sent else {
            return Err(Problem::field(".", "wrong_type", "an object is wanted"));
        };
        let version = match fields.remove("version") {
            None | Some(Value::Null) => None,
            Some(value) => Some(value.as_i64().filter(|v| *v >= 0).ok_or_else(|| {
                Problem::field("version", "wrong_type", "a whole number is wanted")
            })?),
        };
        Self::check(&sent, "")?;
        Ok((sent, version))
    }

    /// Checks a command that stands at `place` in the request.
    ///
    /// # Errors
    /// With the field that is wrong.
    pub(crate) fn check(command: &Value, place: &str) -> Result<(), Problem> {
        parse_value::<CaseCommand>(command.clone(), place).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn refused(sent: &Value, field: &str, key: &str) {
        let problem = Order::split(sent.clone()).unwrap_err();
        let error = problem.errors.first().unwrap();
        assert_eq!(
            (error.field.as_str(), error.key.as_str()),
            (field, key),
            "{sent}"
        );
    }

    #[test]
    fn the_version_is_taken_out() {
        let (command, version) =
            Order::split(json!({"command": "sign", "leg": "a1", "version": 3})).unwrap();
        assert_eq!(command, json!({"command": "sign", "leg": "a1"}));
        assert_eq!(version, Some(3));
        let (_, version) = Order::split(json!({"command": "sign", "leg": "a1"})).unwrap();
        assert_eq!(version, None);
    }

    #[test]
    fn what_is_wrong_is_named() {
        refused(&json!([]), ".", "wrong_type");
        refused(&json!({}), "command", "required");
        refused(
            &json!({"command": "redact", "reason": "x"}),
            "command",
            "unknown_word",
        );
        refused(&json!({"command": "sign"}), "leg", "required");
        refused(&json!({"command": "sign", "leg": 3}), ".", "wrong_type");
        refused(
            &json!({"command": "sign", "leg": "a1", "unit": "x"}),
            "unit",
            "unknown_field",
        );
        refused(
            &json!({"command": "sign", "leg": "a1", "version": "3"}),
            "version",
            "wrong_type",
        );
        refused(
            &json!({"command": "sign", "leg": "a1", "version": -1}),
            "version",
            "wrong_type",
        );
        refused(
            &json!({"command": "sign", "leg": "a1", "version": 1.5}),
            "version",
            "wrong_type",
        );
    }

    #[test]
    fn commands_of_the_machine_cannot_be_sent() {
        for command in [
            "peer",
            "deadline_reached",
            "recount",
            "take_merged",
            "take_child",
            "take_parent",
            "child_closed",
            "child_reopened",
            "redact",
        ] {
            refused(&json!({"command": command}), "command", "unknown_word");
        }
    }
}

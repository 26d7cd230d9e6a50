//! Short messages over a line of our own to the carrier: CMPP or SMPP.

use super::{Channel, ChannelKind, Outgoing, Proof, SendError};
use async_trait::async_trait;
use sms::line::{Line, LineState, SendFault};
use std::sync::OnceLock;

/// The channel; the line is put in when the platform serves, so that no other command opens one.
#[derive(Debug)]
pub struct SmsLine {
    speech: &'static str,
    gateway: String,
    line: OnceLock<Line>,
}

impl SmsLine {
    /// A channel without its line yet. `speech` is `cmpp2`, `cmpp3` or `smpp`; `gateway` is host and port, for the screen.
    #[must_use]
    pub const fn new(speech: &'static str, gateway: String) -> Self {
        Self {
            speech,
            gateway,
            line: OnceLock::new(),
        }
    }

    /// Puts the line in; a second one is left.
    pub fn connect(&self, line: Line) {
        let _ = self.line.set(line);
    }
}

#[async_trait]
impl Channel for SmsLine {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        let state = match self.line.get().map(Line::state) {
            None => "off".to_owned(),
            Some(LineState::Up) => "up".to_owned(),
            Some(LineState::Down(why)) => format!("down: {why}"),
            Some(LineState::Refused(code)) => format!("refused: {code}"),
        };
        vec![
            ("speech", self.speech.to_owned()),
            ("host", self.gateway.clone()),
            ("line", state),
        ]
    }

    async fn send(&self, message: &Outgoing) -> Result<Proof, SendError> {
        let Some(line) = self.line.get() else {
            return Err(SendError::later("not_connected", ""));
        };
        match line.send(message.to.trim(), &message.text).await {
            Ok(ids) => Ok(Proof {
                // The carrier reports on each; the last one is what the telephone waits for.
                gateway: ids.last().cloned().unwrap_or_default(),
                said: serde_json::json!({"gateway": ids}),
                arrived: false,
            }),
            Err(SendFault::Refused { code, later }) => {
                let detail = code.to_string();
                Err(if later {
                    SendError::later("gateway", &detail)
                } else {
                    SendError::never("refused", &detail)
                })
            }
            Err(SendFault::Down) => Err(SendError::later("not_connected", "")),
            Err(SendFault::Silent) => Err(SendError::later("timeout", "")),
            Err(fault @ (SendFault::Unwritable(_) | SendFault::Words)) => {
                Err(SendError::never("bad_message", &fault.to_string()))
            }
        }
    }
}

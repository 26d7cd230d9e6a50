//! The `[reach]` section of the configuration: how people are told. What is not named is not there.

use anyhow::Context as _;
use app::reach::Reach;
use app::reach::channel::{
    Channel, Email, EmailSettings, EmailTls, Sms, SmsReports, SmsSettings, Webhook, WebhookSettings,
};
use app::reach::rule::{NoticeRules, SHIPPED};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// All of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ReachSection {
    /// How people outside reach this platform; without it messages carry no link.
    pub(crate) public_url: Option<String>,
    /// The notice rules; the shipped ones without.
    pub(crate) rules: Option<PathBuf>,
    pub(crate) email: Option<EmailSection>,
    pub(crate) sms: Option<SmsSection>,
    pub(crate) webhook: Option<WebhookSection>,
    /// Carriers of the demonstration.
    #[serde(skip)]
    pub(crate) own: Vec<Arc<dyn Channel>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailSection {
    host: String,
    port: u16,
    /// `tls`, `starttls` or `none`.
    tls: EmailTls,
    from: String,
    #[serde(default)]
    from_name: String,
    /// Name at the server, with the password file.
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    password_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmsSection {
    url: String,
    /// The body is a form; JSON without.
    #[serde(default)]
    form: bool,
    body: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    secret_file: Option<PathBuf>,
    /// JSON pointer to the gateway's own number for a message.
    id: String,
    /// JSON pointer and value of success behind a 200.
    #[serde(default)]
    success: Option<[String; 2]>,
    #[serde(default)]
    reports: Option<ReportSection>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportSection {
    /// A file with the last part of the address the gateway calls, `/reach/v1/sms/…`.
    token_file: PathBuf,
    id: String,
    state: String,
    arrived: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookSection {
    secret_file: PathBuf,
}

pub(crate) fn secret(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the secret {} cannot be read", path.display()))?;
    let text = text.trim().to_owned();
    anyhow::ensure!(!text.is_empty(), "the secret {} is empty", path.display());
    Ok(text)
}

impl ReachSection {
    /// Reads the rules and sets the channels up; nothing is sent.
    pub(crate) fn reach(&self) -> anyhow::Result<Reach> {
        let rules = match &self.rules {
            None => NoticeRules::read(SHIPPED)?,
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| {
                    format!("the notice rules {} cannot be read", path.display())
                })?;
                NoticeRules::read(&text)
                    .with_context(|| format!("the notice rules {} are refused", path.display()))?
            }
        };
        if let Some(url) = &self.public_url {
            anyhow::ensure!(
                (url.starts_with("https://") || url.starts_with("http://")) && !url.ends_with('/'),
                "reach.public_url begins with https:// and has no slash at its end"
            );
        }
        let mut channels: Vec<Arc<dyn Channel>> = self.own.clone();
        if let Some(section) = &self.email {
            channels.push(Arc::new(section.channel().context("reach.email")?));
        }
        let mut sms_reports = None;
        if let Some(section) = &self.sms {
            let settings = section.settings()?;
            sms_reports.clone_from(&settings.reports);
            channels.push(Arc::new(Sms::new(settings).context("reach.sms")?));
        }
        if let Some(section) = &self.webhook {
            let settings = WebhookSettings {
                secret: secret(&section.secret_file)?,
            };
            channels.push(Arc::new(Webhook::new(settings).context("reach.webhook")?));
        }
        Ok(Reach {
            rules: Arc::new(rules),
            channels,
            public_url: self.public_url.clone(),
            sms_reports,
            line: None,
        })
    }
}

impl EmailSection {
    fn channel(&self) -> anyhow::Result<Email> {
        let login = match (&self.user, &self.password_file) {
            (None, None) => None,
            (Some(user), Some(path)) => Some((user.clone(), secret(path)?)),
            _ => anyhow::bail!("reach.email.user and password_file belong together"),
        };
        Ok(Email::new(EmailSettings {
            host: self.host.clone(),
            port: self.port,
            tls: self.tls,
            from: self.from.clone(),
            from_name: self.from_name.clone(),
            login,
        })?)
    }
}

impl SmsSection {
    fn settings(&self) -> anyhow::Result<SmsSettings> {
        let reports = match &self.reports {
            None => None,
            Some(section) => {
                let token = secret(&section.token_file)?;
                anyhow::ensure!(
                    (16..=64).contains(&token.len())
                        && token.bytes().all(|b| b.is_ascii_alphanumeric()),
                    "reach.sms.reports.token_file holds 16 to 64 letters and figures"
                );
                Some(SmsReports {
                    token,
                    id: section.id.clone(),
                    state: section.state.clone(),
                    arrived: section.arrived.clone(),
                })
            }
        };
        Ok(SmsSettings {
            url: self.url.clone(),
            form: self.form,
            body: self.body.clone(),
            headers: self.headers.clone(),
            secret: match &self.secret_file {
                Some(path) => secret(path)?,
                None => String::new(),
            },
            id: self.id.clone(),
            success: self.success.clone().map(|[place, value]| (place, value)),
            reports,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> anyhow::Result<Reach> {
        toml::from_str::<ReachSection>(text)?.reach()
    }

    #[test]
    fn what_is_not_named_is_not_there() {
        let reach = of("").unwrap();
        assert!(reach.channels.is_empty() && reach.public_url.is_none());
    }

    #[test]
    fn rules_that_fail_their_examples_stop_the_start_by_their_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notices.toml");
        std::fs::write(&path, SHIPPED.replacen("请签收。", "请收。", 1)).unwrap();
        let error = of(&format!("rules = {:?}", path.display().to_string())).unwrap_err();
        let said = format!("{error:#}");
        assert!(
            said.contains("notices.toml") && said.contains("dispatched"),
            "{said}"
        );
    }

    #[test]
    fn wrong_settings_are_refused_by_their_name() {
        for (text, why) in [
            ("public_url = \"desk.invalid\"", "public_url"),
            (
                "[email]\nhost = \"m.invalid\"\nport = 25\ntls = \"none\"\nfrom = \"nobody\"",
                "reach.email",
            ),
            (
                "[email]\nhost = \"m.invalid\"\nport = 25\ntls = \"none\"\nfrom = \"a@b.invalid\"\nuser = \"a\"",
                "belong together",
            ),
            (
                "[sms]\nurl = \"https://s.invalid\"\nbody = \"{}\"\nid = \"/id\"",
                "reach.sms",
            ),
            (
                "[webhook]\nsecret_file = \"/nowhere/at/all\"",
                "/nowhere/at/all",
            ),
            ("[fax]\nnumber = \"1\"", "fax"),
        ] {
            let error = of(text).unwrap_err();
            assert!(format!("{error:#}").contains(why), "{text}: {error:#}");
        }
    }
}

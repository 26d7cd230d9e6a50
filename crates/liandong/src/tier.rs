//! What must hold of a platform's links in a net of tiers 梯级网络 (R134).

use crate::config::{LinkSection, PlatformSection};
use domain::desk::Standing;

/// Two desks of one kind are an upper and a lower one, and the upper one decides their disputes.
///
/// # Errors
/// The link that says otherwise.
pub(crate) fn check<'a>(
    own: &PlatformSection,
    links: impl Iterator<Item = &'a LinkSection>,
) -> anyhow::Result<()> {
    for link in links.filter(|link| link.desk == own.desk) {
        let name = link.wire.link.as_str();
        let standing = own.tier.sees(link.tier.unwrap_or(own.tier));
        anyhow::ensure!(
            standing != Standing::Beside,
            "exchange.link {name}: both desks are of one kind; say which is above with `tier`"
        );
        anyhow::ensure!(
            link.arbiter == (standing == Standing::Below),
            "exchange.link {name}: between desks of one kind the upper one is the arbiter"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(tier: &str) -> PlatformSection {
        let text = format!(
            "id = 'wanglan-12345'\nname = '望澜12345'\ndesk = 'hotline'\nunit = 'desk-12345'\ntier = '{tier}'"
        );
        toml::from_str(&text).unwrap()
    }

    fn link(desk: &str, more: &str) -> LinkSection {
        let text = format!(
            "name = '对端'\ndesk = '{desk}'\n{more}\n[wire]\nlink = 'l'\npeer = 'p'\nurl = 'https://peer.example.invalid'\nkeys = []"
        );
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn r134_two_desks_of_one_kind_are_an_upper_arbiter_and_a_lower_desk() {
        let said = |own_tier: &str, desk: &str, more: &str| {
            let link = link(desk, more);
            check(&own(own_tier), [&link].into_iter()).map_err(|error| error.to_string())
        };
        assert_eq!(said("county", "police", "arbiter = true"), Ok(()));
        assert_eq!(said("county", "hotline", "tier = 'city'"), Ok(()));
        assert_eq!(
            said("city", "hotline", "tier = 'county'\narbiter = true"),
            Ok(())
        );
        let same = said("county", "hotline", "arbiter = true").unwrap_err();
        assert!(same.contains("tier"), "{same}");
        let upside_down = said("county", "hotline", "tier = 'city'\narbiter = true").unwrap_err();
        assert!(upside_down.contains("arbiter"), "{upside_down}");
        assert!(said("city", "hotline", "tier = 'county'").is_err());
    }
}

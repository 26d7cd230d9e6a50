//! Platforms of several tiers and the links between them 梯级网络 (R134).

use crate::MONDAY;
use crate::chance::Dice;
use crate::ground::{Ground, StoreKind};
use crate::link::{Line, Weather, backlog};
use crate::platform::{Platform, Settings, at};
use app::clock::HandClock;
use domain::case::LinkRule;
use domain::desk::{Desk, Tier};
use domain::id::LinkId;
use std::sync::Arc;

/// One link between two platforms of a net: who is above decides.
struct Span {
    name: &'static str,
    upper: usize,
    lower: usize,
    down: Line,
    up: Line,
}

/// Platforms and the links between them.
pub struct Net {
    /// The clock all read.
    pub clock: Arc<HandClock>,
    platforms: Vec<Platform>,
    spans: Vec<Span>,
    dice: Dice,
}

/// A platform of a net: its id, its desk, how high it stands.
pub type Seat = (&'static str, Desk, Tier);

impl Net {
    /// Platforms on empty stores; a link is a name, and the places of its two ends in `seats`,
    /// the arbiter's first.
    pub async fn open(
        kind: StoreKind,
        seats: &[Seat],
        links: &[(&'static str, usize, usize)],
    ) -> Self {
        let clock = Arc::new(HandClock::new(at(MONDAY)));
        let mut platforms = Vec::new();
        for (n, (id, desk, tier)) in seats.iter().enumerate() {
            let mut settings = Settings::of(*desk);
            settings.id = (*id).to_owned();
            settings.tier = *tier;
            settings.rules.links.clear();
            settings.peers.clear();
            for (name, upper, lower) in links {
                let peer = match n {
                    n if n == *upper => &seats[*lower],
                    n if n == *lower => &seats[*upper],
                    _ => continue,
                };
                settings.rules.links.push(LinkRule {
                    link: LinkId::new(*name),
                    peer_desk: peer.1,
                    arbiter: n == *upper,
                });
                settings.peers.push((peer.0.to_owned(), peer.2));
            }
            let ground = Ground::new(kind).await;
            let seed = 100 + u64::try_from(n).unwrap();
            platforms.push(Platform::open_with(settings, ground, Arc::clone(&clock), seed).await);
        }
        let spans = links
            .iter()
            .map(|(name, upper, lower)| Span {
                name,
                upper: *upper,
                lower: *lower,
                down: Line::over(name),
                up: Line::over(name),
            })
            .collect();
        Self {
            clock,
            platforms,
            spans,
            dice: Dice::new(1),
        }
    }

    /// The platform at this place.
    #[must_use]
    pub fn at(&self, place: usize) -> &Platform {
        &self.platforms[place]
    }

    /// All of them.
    #[must_use]
    pub fn platforms(&self) -> &[Platform] {
        &self.platforms
    }

    /// Every link with its two ends.
    pub fn links(&self) -> impl Iterator<Item = (&str, &Platform, &Platform)> {
        self.spans.iter().map(|span| {
            (
                span.name,
                &self.platforms[span.upper],
                &self.platforms[span.lower],
            )
        })
    }

    /// Everything under way arrives; ends when nobody has anything left to send.
    pub async fn settle(&mut self) {
        for _ in 0..100_000 {
            let mut moved = false;
            for span in &mut self.spans {
                let (upper, lower) = (&self.platforms[span.upper], &self.platforms[span.lower]);
                for (line, from, to) in
                    [(&mut span.down, upper, lower), (&mut span.up, lower, upper)]
                {
                    if line.rests() && backlog(from, span.name).await > 0 {
                        line.wake();
                    }
                    if !line.rests() {
                        moved = true;
                        line.step(from, to, Weather::default(), &self.dice).await;
                    }
                }
            }
            if !moved {
                return;
            }
        }
        panic!("the net does not come to rest");
    }
}

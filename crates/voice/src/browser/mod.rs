//! The browser's phone: WebRTC by str0m, ICE-lite, A-law, one UDP port for all browsers.
//!
//! Offer and answer are JSON (`{"type": "offer", "sdp": …}`) and travel by the application's own
//! interface; there is no SIP in a browser. Keys go the same way, so none are looked for in the sound.

mod crypto;
pub(crate) mod hub;
pub mod probe;

use crate::call::SeatName;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Instant;
use str0m::change::{SdpAnswer, SdpOffer};
use str0m::config::DtlsCert;
use str0m::rtp::{Extension, ExtensionMap};
use str0m::{Candidate, Rtc, RtcConfig};

/// Why a browser's offer cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is no offer, or none of one A-law stream.
    #[error("the browser's offer cannot be answered: {0}")]
    Offer(String),
    /// This platform has no port for browsers.
    #[error("there is no port for browsers here")]
    NoPort,
    /// The engine has ended.
    #[error("the engine has ended")]
    Ended,
}

/// An answer to an offer, on its way.
pub type Answering = Pin<Box<dyn Future<Output = Result<String, Refused>> + Send>>;

/// Browsers as seats' phones. The sound is the engine's; who may sit at a seat the application says.
pub trait Phones: Send + Sync {
    /// A page at a seat offers its sound: `{"type": "offer", "sdp": …}`; the answer for it, of the same shape. It takes the place
    /// of the seat's former session, and of its part in a call that is up.
    fn open(&self, seat: SeatName, offer: String) -> Answering;

    /// The page at a seat goes, and the seat's part in a call with it.
    fn close(&self, seat: SeatName);
}

/// Our number for the extension that names a stream; the page's own counts.
const MID: u8 = 4;

/// The longest offer that is read.
const LONGEST: usize = 64 * 1024;

/// What all sessions share: the certificate, and where browsers send to.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    certificate: DtlsCert,
    address: SocketAddr,
}

impl Desk {
    /// Makes the certificate.
    pub(crate) fn new(address: SocketAddr) -> Result<Self, Refused> {
        let certificate = crypto::certificate().ok_or(Refused::NoPort)?;
        Ok(Self {
            certificate,
            address,
        })
    }

    pub(crate) fn config(&self) -> RtcConfig {
        RtcConfig::new()
            .set_crypto_provider(crypto::provider().into())
            .set_dtls_cert(self.certificate.clone())
            .clear_codecs()
            .enable_pcma(true, false)
    }

    /// Answers an offer.
    pub(crate) fn answer(&self, offer: &str, now: Instant) -> Result<(Rtc, String), Refused> {
        let refused = |words: String| Refused::Offer(words);
        if offer.len() > LONGEST {
            return Err(refused("too long".to_owned()));
        }
        let offer: SdpOffer =
            serde_json::from_str(offer).map_err(|error| refused(error.to_string()))?;
        // Packets as they are, and none of what serves video alone: sound has its own buffers, and needs no estimate of a rate.
        let mut extensions = ExtensionMap::empty();
        extensions.set(MID, Extension::RtpMid);
        let config = self.config().set_ice_lite(true).set_rtp_mode(true);
        let mut rtc = config.set_extension_map(extensions).build(now);
        let here = Candidate::host(self.address, "udp").map_err(|e| refused(e.to_string()))?;
        rtc.add_local_candidate(here);
        let answer: SdpAnswer = rtc
            .sdp_api()
            .accept_offer(offer)
            .map_err(|error| refused(error.to_string()))?;
        let answer = serde_json::to_string(&answer).map_err(|error| refused(error.to_string()))?;
        Ok((rtc, answer))
    }
}

#[cfg(test)]
mod tests;

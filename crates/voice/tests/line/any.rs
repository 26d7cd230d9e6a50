//! Any bytes, and messages bent anywhere: what the fuzz targets ask, in a short form.

use proptest::prelude::*;

#[path = "../../fuzz/entry.rs"]
mod entry;

const INVITE: &str = "INVITE sip:12345@desk.invalid;user=phone SIP/2.0\r\n\
    Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n\
    From: \"a, b\" <sip:10012345678@a.invalid>;tag=1\r\nTo: <sip:12345@desk.invalid>\r\nCall-ID: 1\r\n\
    CSeq: 1 INVITE\r\nContact: <sip:a@192.0.2.1>;expires=5\r\nRequire: 100rel, timer\r\nPrivacy: id\r\n\
    P-Asserted-Identity: <sip:10012345678@a.invalid>, <tel:10012345678>\r\n\
    Diversion: <sip:1@a.invalid>;reason=x\r\n\
    History-Info: <sip:1@a.invalid?Reason=SIP%3Bcause%3D302>;index=1, <sip:2@a>;index=1.1\r\n\
    Session-ID: 0123456789abcdef0123456789abcdef;remote=0\r\nUser-to-User: 01ab;encoding=hex\r\n\
    Session-Expires: 90;refresher=uac\r\nX-Case-Id: 12345-1\r\n\
    Refer-To: <sip:110@a.invalid?Replaces=ab%40c%3Bto-tag%3Dt1%3Bfrom-tag%3Df1&x=y>\r\n\
    Reason: Q.850;cause=17;text=\"busy\"\r\n\
    Authorization: Digest username=\"8001\", realm=\"desk.invalid\", nonce=\"1.ab\", uri=\"sip:x\", \
    response=\"0123456789abcdef0123456789abcdef\", qop=auth, nc=00000001, cnonce=\"x\", algorithm=MD5\r\n\
    Content-Length: 0\r\n\r\n";

const ANSWER: &str = "SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
    From: <sip:1@a.invalid>;tag=1\r\nTo: <sip:2@b.invalid>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\
    Session-Expires: 90;refresher=uas\r\nReason: Q.850;cause=17;text=\"busy\"\r\nContent-Length: 0\r\n\r\n";

const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n\
    m=audio 4000 RTP/AVP 18 0 8 97\r\na=rtpmap:97 telephone-event/8000\r\na=rtcp:4001\r\na=sendonly\r\n\
    m=video 4002 RTP/AVP 31\r\na=rtpmap:31 LPC/90000\r\n";

/// A browser's, as Chromium writes it.
const PAGE: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 8\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n\
    a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdef01234567\r\n\
    a=fingerprint:sha-256 01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF\r\n\
    a=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\na=rtpmap:8 PCMA/8000\r\n\
    a=candidate:1 1 udp 2113937151 127.0.0.1 40001 typ host\r\n";

/// A text with some places bent: where (in thousandths), how much is left out, what stands there instead.
fn bent(text: &str, bends: &[(u16, u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (place, gone, instead) in bends {
        let start = usize::from(*place) * bytes.len() / 1000;
        let end = (start + usize::from(*gone)).min(bytes.len());
        bytes.splice(start..end, instead.iter().copied());
    }
    bytes
}

fn bends() -> impl Strategy<Value = Vec<(u16, u8, Vec<u8>)>> {
    let instead = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..6),
        "[ -~]{0,6}".prop_map(String::into_bytes),
        "(\r\n|%0d%0a|\"|<|>|;|,|\0|\u{e9}|99999999999999999999|-1)".prop_map(String::into_bytes),
    ];
    proptest::collection::vec((0..1000_u16, 0..12_u8, instead), 0..5)
}

fn offered(sdp: &[u8]) -> Vec<u8> {
    let sdp = String::from_utf8_lossy(sdp);
    serde_json::json!({ "type": "offer", "sdp": sdp })
        .to_string()
        .into_bytes()
}

#[test]
fn what_is_sound_is_read() {
    assert!(voice::sip::probe::read(INVITE.as_bytes()).is_some_and(|r| r.passed_on.len() >= 8));
    assert!(voice::sip::probe::read(ANSWER.as_bytes()).is_some_and(|r| r.cause.is_some()));
    let offer = String::from_utf8(offered(PAGE.as_bytes())).expect("text");
    let now = std::time::Instant::now();
    assert!(voice::browser::probe::read(&offer, &[], now).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_message_bent_anywhere_breaks_no_header(bends in bends()) {
        entry::sip_message(&bent(INVITE, &bends));
        entry::sip_message(&bent(ANSWER, &bends));
    }

    #[test]
    fn an_offer_bent_anywhere_is_answered_or_refused(bends in bends()) {
        entry::sdp(&bent(OFFER, &bends));
    }

    #[test]
    fn any_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        entry::sip_message(&bytes);
        entry::sdp(&bytes);
        entry::rtp(&bytes);
        entry::browser(&bytes);
    }

    #[test]
    fn packets_bent_anywhere_leave_the_line_alive(
        packets in proptest::collection::vec((any::<u8>(), any::<[u8; 11]>(), proptest::collection::vec(any::<u8>(), 0..200)), 0..40)
    ) {
        let mut bytes = Vec::new();
        for (kind, head, payload) in packets {
            let mut packet = vec![0x80];
            packet.extend(head);
            packet.extend(payload);
            bytes.push(kind);
            bytes.push(u8::try_from(packet.len()).expect("short"));
            bytes.extend(packet);
        }
        entry::rtp(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_browser_s_offer_bent_anywhere_and_datagrams_behind_it_do_no_harm(
        bends in bends(),
        datagrams in proptest::collection::vec((0..4_u8, proptest::collection::vec(any::<u8>(), 0..120)), 0..12)
    ) {
        let mut bytes = offered(&bent(PAGE, &bends));
        bytes.retain(|byte| *byte != 0);
        bytes.push(0);
        for (kind, mut datagram) in datagrams {
            // STUN, DTLS, RTP, RTCP by their first bytes (RFC 7983).
            let first = [&[0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42][..], &[22, 254, 253], &[0x80, 8], &[0x80, 200]];
            datagram.splice(0..0, first[usize::from(kind)].iter().copied());
            bytes.push(u8::try_from(datagram.len()).expect("short"));
            bytes.extend(datagram);
        }
        entry::browser(&bytes);
    }
}

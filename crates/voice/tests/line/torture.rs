//! The messages of RFC 4475, with our own addresses: what is valid is understood, what is not is refused or dropped, and
//! nothing of it costs anything.

use crate::room::{COMFORT, PATIENCE, Plan, Room};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};
use voice::call::{Cause, LegId, Order};

/// What the RFC expects.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Expected {
    /// One of these statuses.
    Status(&'static [u16]),
    /// A refusal (4xx, 5xx), or nothing at all where the message leaves unclear whom to answer.
    Refused,
    /// No answer: it is one itself.
    Nothing,
}
use Expected::{Nothing, Refused, Status};

/// What a phone or a caller that is not known here hears.
const UNDERSTOOD: &[u16] = &[200, 404, 480];

struct Message {
    name: &'static str,
    text: String,
    expected: Expected,
}

const SDP: &str = "v=0\r\no=mhandley 29739 7272939 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\n\
    m=audio 49217 RTP/AVP 0 12\r\nm=video 3227 RTP/AVP 31\r\na=rtpmap:31 LPC\r\n";

fn messages(at: SocketAddr, engine: SocketAddr) -> Vec<Message> {
    let mut all = Vec::new();
    let mut add = |name: &'static str, expected: Expected, lines: &[&str], body: &str| {
        let length = body.len().to_string();
        let text = lines
            .join("\r\n")
            .replace("{at}", &at.to_string())
            .replace("{engine}", &engine.to_string())
            .replace("{length}", &length);
        all.push(Message {
            name,
            text: format!("{text}\r\n\r\n{body}"),
            expected,
        });
    };
    // 3.1.1 valid ones
    add(
        "a short tortuous INVITE",
        Status(&[481]),
        &[
            "INVITE sip:vivekg@{engine};unknownparam SIP/2.0",
            "TO :",
            " sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n",
            "from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>",
            "  ;",
            "  tag = 98asjd8",
            "MaX-fOrWaRdS: 0068",
            "Call-ID: wsinv.ndaksdj@192.0.2.1",
            "Content-Length   : {length}",
            "cseq: 0009",
            "  INVITE",
            "Via  : SIP  /   2.0",
            " /UDP",
            "    {at};branch=z9hG4bK390skdjuw",
            "s :",
            "NewFangledHeader:   newfangled value",
            " continued newfangled value",
            "UnknownHeaderWithUnusualValue: ;;,,;;,;",
            "Content-Type: application/sdp",
            "m:\"Quoted string \\\"\\\"\" <sip:jdrosen@{at}> ; newparam =",
            "      newvalue ;",
            "  secondparam ; q = 0.33",
        ],
        SDP,
    );
    add(
        "a wide range of valid characters",
        Status(&[501]),
        &[
            "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@{engine} SIP/2.0",
            "Via: SIP/2.0/UDP {at};branch=z9hG4bK-.!%66*_+`'~",
            "To: \"BEL:\\\u{7} NUL:\\\u{1} DEL:\\\u{7f}\" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>",
            "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"\u{440}\u{430}\u{431}\u{43e}\u{442}\u{430}\u{44e}\u{449}\u{438}\u{439}\";tag=_token~1'+`*%!-.",
            "Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{",
            "CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~",
            "Max-Forwards: 255",
            "extensionHeader-!.%*+_`'~:\u{fe3b}\u{4ee3}\u{8868}",
            "Content-Length: 0",
        ],
        "",
    );
    add(
        "escaped characters in URIs",
        Status(&[480, 404, 488, 606, 486]),
        &[
            "INVITE sip:sips%3Auser%40example.com@{engine} SIP/2.0",
            "To: sip:%75se%72@example.com",
            "From: <sip:I%20have%20spaces@example.net>;tag=938",
            "Max-Forwards: 87",
            "i: esc01.239409asdfakjkn23onasd0-3234",
            "CSeq: 234234 INVITE",
            "Via: SIP/2.0/UDP {at};branch=z9hG4bKkdjuw",
            "C: application/sdp",
            "Contact: <sip:cal%6Cer@{at};%6C%72;n%61me=v%61lue%25%34%31>",
            "Content-Length: {length}",
        ],
        SDP,
    );
    add(
        "escaped nulls in URIs",
        Status(UNDERSTOOD),
        &[
            "REGISTER sip:{engine} SIP/2.0",
            "To: sip:null-%00-null@example.com",
            "From: sip:null-%00-null@example.com;tag=839923423",
            "Max-Forwards: 70",
            "Call-ID: escnull.39203ndfvkjdasfkq3w4otrq0adsfdfnavd",
            "CSeq: 14398234 REGISTER",
            "Via: SIP/2.0/UDP {at};branch=z9hG4bKkdjuw1",
            "Contact: <sip:%00@{at}>",
            "Contact: <sip:%00%00@{at}>",
            "L:0",
        ],
        "",
    );
    add(
        "percent in what is no escape",
        Status(&[501]),
        &[
            "RE%47IST%45R sip:{engine} SIP/2.0",
            "To: \"%Z%45\" <sip:resource@example.com>",
            "From: \"%Z%45\" <sip:resource@example.com>;tag=f232jadfj23",
            "Call-ID: esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf",
            "Via: SIP/2.0/UDP {at};branch=z9hG4bK209%fzsnel234",
            "CSeq: 29344 RE%47IST%45R",
            "Max-Forwards: 70",
            "Contact: <sip:alias1@{at}>",
            "C%6Fntact: <sip:alias2@{at}>",
            "Contact: <sip:alias3@{at}>",
            "l: 0",
        ],
        "",
    );
    add(
        "no space between display name and <",
        Status(&[200]),
        &[
            "OPTIONS sip:user@{engine} SIP/2.0",
            "To: sip:user@example.com",
            "From: caller<sip:caller@example.com>;tag=323",
            "Max-Forwards: 70",
            "Call-ID: lwsdisp.1234abcd@funky.example.com",
            "CSeq: 60 OPTIONS",
            "Via: SIP/2.0/UDP {at};branch=z9hG4bKkdjuw2",
            "l: 0",
        ],
        "",
    );
    // More than a message of 8 kB holds.
    let long = "longvalue".repeat(200);
    add(
        "long values",
        Status(&[513]),
        &[
            "INVITE sip:user@{engine} SIP/2.0",
            &format!(
                "To: \"I have a user name of {long}\"<sip:user@{{engine}}:6000;unknownparam1=very{long};longparam{long}=shortvalue;very{long}ParameterNameWithNoValue>"
            ),
            &format!(
                "F: sip:amazinglylongcallername{long}@example.net;tag=12{long}982424;unknownheaderparam{long}=unknowheaderparam{long}value"
            ),
            &format!("Call-ID: longreq.one{long}really{long}callid"),
            "CSeq: 3882340 INVITE",
            &format!("Unknown-Long-Name-{long}: unknown-{long}-value"),
            "Via: SIP/2.0/UDP {at};branch=z9hG4bKlong",
            "Max-Forwards: 70",
            "Contact: <sip:amazinglylongcallername@{at}>",
            "Content-Type: application/sdp",
            "l: {length}",
        ],
        SDP,
    );
    add(
        "octets after the body",
        Status(UNDERSTOOD),
        &[
            "REGISTER sip:{engine} SIP/2.0",
            "To: sip:j.user@example.com",
            "From: sip:j.user@example.com;tag=43251j3j324",
            "Max-Forwards: 8",
            "I: dblreq.0ha0isndaksdj99sdfafnl3lk233412",
            "Contact: sip:j.user@{at}",
            "CSeq: 8 REGISTER",
            "Via: SIP/2.0/UDP {at};branch=z9hG4bKkdjuw23492",
            "Content-Length: 0",
            "",
            "",
            "INVITE sip:joe@{engine} SIP/2.0",
            "t: sip:joe@example.com",
            "From: sip:caller@example.net;tag=141334",
            "Max-Forwards: 8",
            "Call-ID: dblreq.0ha0isnda977644900765@192.0.2.15",
            "CSeq: 8 INVITE",
            "Via: SIP/2.0/UDP {at};branch=z9hG4bKkdjuw380234",
            "Content-Type: application/sdp",
            "Content-Length: {length}",
        ],
        SDP,
    );
    add(
        "a semicolon in the user part",
        Status(&[200]),
        &[
            "OPTIONS sip:user;par=u%40example.net@{engine} SIP/2.0",
            "To: sip:j_user@example.com",
            "From: sip:caller@example.org;tag=33242",
            "Max-Forwards: 3",
            "Call-ID: semiuri.0ha0isndaksdj",
            "CSeq: 8 OPTIONS",
            "Accept: application/sdp, application/pkcs7-mime, multipart/mixed, multipart/signed, message/sip, message/sipfrag",
            "Via: SIP/2.0/UDP {at};branch=z9hG4bKkdjuw3",
            "l: 0",
        ],
        "",
    );
    add(
        "many transports",
        Status(&[200]),
        &[
            "OPTIONS sip:user@{engine} SIP/2.0",
            "To: sip:user@example.com",
            "From: <sip:caller@example.com>;tag=323",
            "Max-Forwards: 70",
            "Call-ID:  transports.kijh4akdnaqjkwendsasfdj",
            "Accept: application/sdp",
            "CSeq: 60 OPTIONS",
            "Via: SIP/2.0/UDP {at};branch=z9hG4bKkdjuw4",
            "Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf",
            "Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj",
            "Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en",
            "Via: SIP/2.0/TCP t5.example.com;branch=z9hG4bK0a9idfnee",
            "l: 0",
        ],
        "",
    );
    add(
        "an answer with an unusual reason",
        Nothing,
        &[
            "SIP/2.0 200 = 2**3 * 5**2 \u{43d}\u{43e} \u{441}\u{442}\u{43e}",
            "Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923",
            "Call-ID: unreason.1234ksdfak3j2erwedfsASdf",
            "CSeq: 35 INVITE",
            "From: sip:user@example.com;tag=11141343",
            "To: sip:user@example.edu;tag=2229",
            "Content-Length: 0",
        ],
        "",
    );
    add(
        "an answer without a reason",
        Nothing,
        &[
            "SIP/2.0 100 ",
            "Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe",
            "Call-ID: noreason.asndj203insdf99223ndf",
            "CSeq: 35 INVITE",
            "From: <sip:user@example.com>;tag=39ansfi3",
            "To: <sip:user@example.edu>;tag=902jndnke3",
            "Content-Length: 0",
        ],
        "",
    );
    // 3.1.2 invalid ones
    let plain = |method: &str, id: &str| {
        [
            format!("{method} sip:user@{{engine}} SIP/2.0"),
            format!("Via: SIP/2.0/UDP {{at}};branch=z9hG4bK{id}"),
            "Max-Forwards: 70".to_owned(),
            "From: <sip:caller@example.com>;tag=323".to_owned(),
            "To: <sip:user@example.com>".to_owned(),
            format!("Call-ID: {id}"),
            format!("CSeq: 8 {method}"),
            "Contact: <sip:caller@{at}>".to_owned(),
        ]
    };
    let mut bad = |name: &'static str,
                   expected: Expected,
                   method: &str,
                   change: &dyn Fn(&mut Vec<String>),
                   body: &str| {
        let id = name.replace(' ', "-");
        let mut lines = plain(method, &id).to_vec();
        if !body.is_empty() {
            lines.push("Content-Type: application/sdp".to_owned());
        }
        lines.push("Content-Length: {length}".to_owned());
        change(&mut lines);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        add(name, expected, &lines, body);
    };
    let set = |lines: &mut Vec<String>, name: &str, value: &str| {
        lines.retain(|l| !l.starts_with(&format!("{name}:")));
        lines.push(format!("{name}: {value}"));
    };
    bad(
        "extra separators in headers",
        Refused,
        "INVITE",
        &|l| {
            set(l, "To", "\"Joe\" <sip:j.user@example.com>;;,;,,");
            set(
                l,
                "Contact",
                "\"\" <> ;,\"Joe\" <sip:joe@example.org>;;,,;;",
            );
        },
        SDP,
    );
    bad(
        "content length larger than the message",
        Refused,
        "INVITE",
        &|l| {
            set(l, "Content-Length", "9999");
        },
        SDP,
    );
    bad(
        "negative content length",
        Refused,
        "INVITE",
        &|l| {
            set(l, "Content-Length", "-999");
        },
        SDP,
    );
    bad(
        "request scalars out of range",
        Refused,
        "REGISTER",
        &|l| {
            set(l, "CSeq", "36893488147419103232 REGISTER");
            set(l, "Max-Forwards", "300");
            set(l, "Contact", "<sip:user@{at}>;expires=280297596632815");
        },
        "",
    );
    bad(
        "answer scalars out of range",
        Nothing,
        "REGISTER",
        &|l| {
            l[0] = "SIP/2.0 503 Service Unavailable".to_owned();
            set(l, "CSeq", "9292394834772304023312 OPTIONS");
            set(l, "Retry-After", "949302838503028349304023988");
            set(l, "Warning", "1812 overture \"In Progress\"");
        },
        "",
    );
    bad(
        "unterminated quote in To",
        Refused,
        "INVITE",
        &|l| {
            set(l, "To", "\"Mr. J. User <sip:j.user@example.com>");
        },
        SDP,
    );
    bad(
        "brackets around the request URI",
        Refused,
        "INVITE",
        &|l| {
            l[0] = "INVITE <sip:user@{engine}> SIP/2.0".to_owned();
        },
        SDP,
    );
    bad(
        "space within the request URI",
        Refused,
        "INVITE",
        &|l| {
            l[0] = "INVITE sip:user@{engine}; lr SIP/2.0".to_owned();
        },
        SDP,
    );
    bad(
        "several spaces in the first line",
        Refused,
        "INVITE",
        &|l| {
            l[0] = "INVITE  sip:user@{engine}  SIP/2.0".to_owned();
        },
        SDP,
    );
    bad(
        "spaces at the end of the first line",
        Status(&[200, 400]),
        "OPTIONS",
        &|l| {
            l[0] = "OPTIONS sip:user@{engine} SIP/2.0  ".to_owned();
        },
        "",
    );
    bad(
        "escaped headers in the request URI",
        Refused,
        "INVITE",
        &|l| {
            l[0] = "INVITE sip:user@{engine}?Route=%3Csip:example.com%3E SIP/2.0".to_owned();
        },
        SDP,
    );
    bad(
        "a time zone that is none",
        Refused,
        "INVITE",
        &|l| {
            set(l, "Date", "Fri, 01 Jan 2010 16:00:00 EST");
        },
        SDP,
    );
    bad(
        "failure to enclose a URI",
        Status(&[400, 480]),
        "INVITE",
        &|l| {
            set(
                l,
                "Contact",
                "sip:user@example.com?Route=%3Csip:sip.example.com%3E",
            );
        },
        SDP,
    );
    bad(
        "a display name that is no token",
        Status(&[200, 400]),
        "OPTIONS",
        &|l| {
            set(
                l,
                "From",
                "Bell, Alexander <sip:a.g.bell@example.com>;tag=43",
            );
        },
        "",
    );
    bad(
        "an unknown version",
        Refused,
        "OPTIONS",
        &|l| {
            l[0] = "OPTIONS sip:user@{engine} SIP/7.0".to_owned();
        },
        "",
    );
    bad(
        "methods that differ",
        Refused,
        "OPTIONS",
        &|l| {
            set(l, "CSeq", "8 INVITE");
        },
        "",
    );
    bad(
        "an unknown method and CSeq that differ",
        Status(&[400]),
        "NEWMETHOD",
        &|l| {
            set(l, "CSeq", "8 INVITE");
        },
        "",
    );
    bad(
        "a status beyond all",
        Nothing,
        "OPTIONS",
        &|l| {
            l[0] = "SIP/2.0 4294967301 better not break the receiver".to_owned();
        },
        "",
    );
    // 3.2 and 3.3
    bad(
        "an empty branch",
        Status(&[200]),
        "OPTIONS",
        &|l| {
            set(l, "Via", "SIP/2.0/UDP {at};branch=z9hG4bK");
        },
        "",
    );
    bad(
        "missing fields",
        Refused,
        "INVITE",
        &|l| {
            l.retain(|l| {
                l.starts_with("INVITE")
                    || l.starts_with("CSeq")
                    || l.starts_with("Content")
                    || l.starts_with("Via")
            });
        },
        SDP,
    );
    bad(
        "an unknown scheme",
        Refused,
        "OPTIONS",
        &|l| {
            l[0] = "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0".to_owned();
        },
        "",
    );
    bad(
        "a known but foreign scheme",
        Status(&[416]),
        "OPTIONS",
        &|l| {
            l[0] = "OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0".to_owned();
        },
        "",
    );
    bad(
        "unknown schemes in headers",
        Status(UNDERSTOOD),
        "REGISTER",
        &|l| {
            set(l, "To", "isbn:2983792873");
            set(l, "From", "<http://www.example.com>;tag=3234233");
            set(l, "Contact", "<name:John_Smith>");
        },
        "",
    );
    bad(
        "extensions that nobody has",
        Status(&[420]),
        "INVITE",
        &|l| {
            set(
                l,
                "Require",
                "nothingSupportsThis, nothingSupportsThisEither",
            );
        },
        SDP,
    );
    bad(
        "a body that nobody can read",
        Status(&[415]),
        "INVITE",
        &|l| {
            set(l, "Content-Type", "application/unknownformat");
        },
        SDP,
    );
    bad(
        "an authorization that nobody knows",
        Status(&[401, 404]),
        "REGISTER",
        &|l| {
            set(l, "Authorization", "NoOneKnowsThisScheme opaque-data=here");
        },
        "",
    );
    bad(
        "fields that are there twice",
        Refused,
        "INVITE",
        &|l| {
            l.push("CSeq: 5 INVITE".to_owned());
            l.push("Call-ID: another".to_owned());
            l.push("To: <sip:other@example.com>;tag=3".to_owned());
            l.push("Max-Forwards: 5".to_owned());
        },
        SDP,
    );
    bad(
        "two content lengths",
        Status(&[200, 400]),
        "OPTIONS",
        &|l| {
            l.push("Content-Length: 5".to_owned());
        },
        "",
    );
    bad(
        "an answer for broadcast",
        Nothing,
        "INVITE",
        &|l| {
            l[0] = "SIP/2.0 200 OK".to_owned();
            set(
                l,
                "Via",
                "SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23",
            );
        },
        "",
    );
    bad(
        "no hops left",
        Status(&[483, 200]),
        "OPTIONS",
        &|l| {
            set(l, "Max-Forwards", "0");
        },
        "",
    );
    bad(
        "a parameter of the contact",
        Status(UNDERSTOOD),
        "REGISTER",
        &|l| {
            set(l, "Contact", "sip:user@{at};unknownparam");
        },
        "",
    );
    bad(
        "an SDP nobody can accept",
        Status(&[406, 488, 606, 415, 404, 480, 486]),
        "INVITE",
        &|l| {
            set(l, "Accept", "text/nothing");
            set(l, "Contact", "<sip:caller@{at}>");
        },
        SDP,
    );
    bad(
        "as RFC 2543 wrote",
        Status(&[480]),
        "INVITE",
        &|l| {
            set(l, "Via", "SIP/2.0/UDP {at}");
            set(l, "From", "<sip:caller@example.com>");
            set(l, "Contact", "<sip:caller@{at}>");
            l.retain(|l| !l.starts_with("Max-Forwards"));
        },
        SDP,
    );
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rfc_4475_is_answered_by_the_book() {
    let room = Room::ready(Plan::default()).await;
    let socket = UdpSocket::bind(SocketAddr::from(([127, 0, 0, 2], 0))).expect("a socket");
    socket
        .set_read_timeout(Some(Duration::from_millis(20)))
        .expect("a timeout");
    let at = socket.local_addr().expect("bound");
    let (mut wrong, mut refused) = (Vec::new(), 0);
    // Final answers to calls come again until their ACK, which nobody sends here: also amid a later message.
    let mut before: Vec<String> = Vec::new();
    for (n, message) in messages(at, room.engine).into_iter().enumerate() {
        socket
            .send_to(message.text.as_bytes(), room.engine)
            .expect("sent");
        // What is asked behind it is answered behind it.
        let behind = format!(
            "OPTIONS sip:x@{engine} SIP/2.0\r\nVia: SIP/2.0/UDP {at};branch=z9hG4bKbehind{n}\r\n\
             From: <sip:a@b.invalid>;tag=1\r\nTo: <sip:x@desk.invalid>\r\nCall-ID: behind{n}\r\n\
             CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
            engine = room.engine,
        );
        socket
            .send_to(behind.as_bytes(), room.engine)
            .expect("sent");
        // An answer to one before may still come.
        let id = message.text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            ["call-id", "i"]
                .contains(&name.trim().to_ascii_lowercase().as_str())
                .then(|| value.trim())
        });
        let (mut status, mut over) = (None, false);
        let end = Instant::now() + PATIENCE;
        let mut buffer = [0; 65_535];
        let wanted = matches!(message.expected, Status(_));
        while !over || (wanted && status.is_none()) {
            assert!(Instant::now() < end, "{}: nothing came", message.name);
            // Nobody is there for whoever becomes a call.
            let arrivals = room.arrivals();
            for arrival in arrivals.iter().skip(refused) {
                room.order([Order::Refuse {
                    leg: LegId::arrived(arrival.call),
                    cause: Cause::sip(480),
                    retry_after: None,
                }]);
            }
            refused = arrivals.len();
            let Ok(length) = socket.recv(&mut buffer) else {
                continue;
            };
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let code = text.get(8..11).and_then(|code| code.parse::<u16>().ok());
            if text.contains(&format!("behind{n}")) {
                over = true;
            } else if id.map_or_else(
                || !before.iter().any(|earlier| text.contains(earlier)),
                |id| text.contains(id),
            ) {
                status = code.filter(|code| *code >= 200).or(status);
            }
        }
        before.extend(id.map(str::to_owned));
        let fits = match message.expected {
            Status(statuses) => status.is_some_and(|status| statuses.contains(&status)),
            Refused => status.is_none_or(|status| status >= 400),
            Nothing => status.is_none(),
        };
        if !fits {
            wrong.push(format!(
                "{}: {status:?}, not {:?}",
                message.name, message.expected
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // And the next call talks.
    let (caller, _) = room.arrive().await;
    room.until("the caller hears the waiting tone", || {
        room.network.hears(caller, COMFORT) > 200.0
    })
    .await;
}

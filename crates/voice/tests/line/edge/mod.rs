//! Kamailio and rtpengine in front of two processes, with the configuration that is shipped in `deploy/`.

mod front;
mod process;

use crate::interop::succeeded;
use crate::room::{CALLER, PATIENCE, POLICE, hears, last};
use crate::running::place;
use front::{Front, asked, invite, request, shipped, told};
use serde_json::json;
use std::process::Command;
use voice::call::{Cause, Ender};
use voice::lab::Stage;

/// What a network tells of a call, and what is to arrive as it was.
fn told_headers() -> Vec<(&'static str, String)> {
    [
        (
            "P-Asserted-Identity",
            "\"Caller\" <sip:10012345678@network.invalid;user=phone>",
        ),
        ("P-Asserted-Identity", "<tel:10012345678>"),
        (
            "Diversion",
            "<sip:96110@network.invalid>;reason=no-answer;counter=2",
        ),
        (
            "Diversion",
            "<sip:12319@network.invalid>;reason=unconditional",
        ),
        (
            "History-Info",
            "<sip:96110@network.invalid?Reason=SIP%3Bcause%3D408>;index=1",
        ),
        ("History-Info", "<sip:12345@network.invalid>;index=1.1;mp=1"),
        ("User-to-User", "636173652037;encoding=hex"),
        (
            "Session-ID",
            "0123456789abcdef0123456789abcdef;remote=00000000000000000000000000000000",
        ),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

#[test]
fn the_configuration_is_sound_as_it_is_shipped() {
    let checked = Command::new(place("kamailio"))
        .arg("-c")
        .arg("-f")
        .arg(shipped("kamailio/kamailio.cfg"))
        .output()
        .expect("kamailio is missing; install with: apt-get install -y --no-install-recommends kamailio");
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(
        checked.status.success() && said.contains("config file ok"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_through_the_edge_is_heard_told_held_and_ended_where_it_is() {
    let mut front = Front::start(61).await;
    let first = front.call("12345", told_headers());
    front
        .until("caller and police hear each other", || {
            hears(&front.network, first) == [POLICE]
                && last(&front.police).is_some_and(|seen| hears(&front.police, seen.no) == [CALLER])
        })
        .await;
    let here = usize::from(front.arrived() == [0, 1]);
    let [it, other] = [here, 1 - here].map(|n| &front.processes[n]);
    // What the network told arrives as it was, on the trunk it came from.
    let arrived = it.heard("arrived").remove(0);
    let headers = told_headers();
    let values = |name: &str| -> Vec<&str> {
        headers
            .iter()
            .filter(|(n, _)| *n == name)
            .map(|(_, v)| v.as_str())
            .collect()
    };
    assert_eq!(arrived["trunk"], "network");
    assert_eq!(
        arrived["caller"]["asserted"],
        json!(values("P-Asserted-Identity"))
    );
    assert_eq!(arrived["caller"]["diversion"], json!(values("Diversion")));
    assert_eq!(arrived["caller"]["history"], json!(values("History-Info")));
    assert_eq!(arrived["correlation"]["token"], json!(b"case 7"));
    assert_eq!(
        arrived["correlation"]["session"],
        "0123456789abcdef0123456789abcdef"
    );
    // So does what the process tells the police; and the sound goes through the relay.
    let at_police = last(&front.police).expect("a call");
    let incoming = at_police.incoming.expect("it came in");
    assert_eq!(incoming.called, "110");
    assert_eq!(incoming.caller.asserted.len(), 2, "{incoming:?}");
    assert_eq!(incoming.caller.diversion[1..], values("Diversion"));
    assert_eq!(incoming.caller.history[..2], values("History-Info"));
    assert_eq!(incoming.correlation.token.as_deref(), Some(&b"case 7"[..]));
    let session = incoming.correlation.session.as_deref();
    assert_eq!(session, Some("0123456789abcdef0123456789abcdef"));
    let offer = String::from_utf8(incoming.offer).expect("text");
    assert!(
        offer.contains(&format!("IN IP4 {}", front.at(12))),
        "{offer}"
    );
    assert!(
        !offer.contains(
            &front
                .at(21 + u8::try_from(here).expect("small"))
                .to_string()
        )
    );
    // A second call is the other process's; a re-INVITE and a BYE are heard where their call is.
    let second = front.call("12345", Vec::new());
    front
        .until("the second call talks", || {
            hears(&front.network, second) == [POLICE]
        })
        .await;
    assert_eq!(front.arrived(), [1, 1]);
    for held in [true, false] {
        front.network.hold(first, held);
        front
            .until("the hold is heard", || {
                it.heard("held").last() == Some(&json!({ "leg": 0, "held": held }))
            })
            .await;
    }
    front
        .until("they hear each other again", || {
            hears(&front.network, first) == [POLICE]
        })
        .await;
    assert!(other.heard("held").is_empty());
    front.network.end(first);
    front
        .until("its end is heard, and the police's line is over", || {
            it.heard("ended").len() == 2
                && matches!(
                    front.police.look(at_police.no).map(|s| s.stage),
                    Some(Stage::Over(Ender::Remote, _))
                )
        })
        .await;
    // And from the other side: the police hang up, the caller of the other process hears it.
    assert!(other.heard("ended").is_empty());
    let at_police = last(&front.police).expect("the second call");
    front.police.end(at_police.no);
    front
        .until("the caller's line is over", || {
            matches!(
                front.look(second).stage,
                Stage::Over(Ender::Remote, Cause { sip: 200, .. })
            )
        })
        .await;
    assert_eq!(other.heard("ended").len(), 2);
    // Without its relay a call would have no sound: it is not taken.
    front.kill_rtpengine();
    let answer = told(
        front.at(1),
        front.outside(),
        &invite(front.outside(), "deaf"),
        PATIENCE,
    );
    later(&answer.unwrap_or_else(|| panic!("no answer: {}", front.logs())));
    assert_eq!(front.arrived(), [1, 1]);
}

/// Turned away, and told when to come again.
fn later(answer: &str) {
    assert!(
        answer.starts_with("SIP/2.0 503") && answer.contains("\r\nRetry-After: 10\r\n"),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_gets_no_calls_until_it_is_there_again() {
    let mut front = Front::start(62).await;
    let before: Vec<_> = (0..4).map(|_| front.call("96110", Vec::new())).collect();
    let up = |front: &Front, calls: &[voice::sip::word::DialogNo]| {
        calls.iter().all(|no| front.look(*no).stage == Stage::Up)
    };
    front
        .until("four calls are up", || up(&front, &before))
        .await;
    assert_eq!(front.arrived(), [2, 2]);
    front.processes[0].kill();
    // Also the call that would have been its own next is answered by the other, at once or after the first sign it
    // did not give.
    let mut after = Vec::new();
    for _ in 0..4 {
        let call = front.call("96110", Vec::new());
        after.push(call);
        front
            .until("it is answered", || front.look(call).stage == Stage::Up)
            .await;
    }
    assert_eq!(front.processes[1].heard("arrived").len(), 6);
    // Whoever talks there, talks on.
    assert!(up(&front, &after));
    let alive = before
        .iter()
        .filter(|no| front.look(**no).stage == Stage::Up)
        .count();
    assert!(alive >= 2, "{alive}");
    // It comes again, and gets calls again.
    front.start_again(0).await;
    let end = std::time::Instant::now() + PATIENCE;
    while front.processes[0].heard("arrived").is_empty() {
        assert!(std::time::Instant::now() < end, "{}", front.logs());
        let call = front.call("96110", Vec::new());
        front
            .until("it is answered", || front.look(call).stage == Stage::Up)
            .await;
        front.network.end(call);
    }
    // An administrator takes one out for a while: it keeps what it has, and gets nothing new.
    let it = format!("sip:{}:5060", front.at(22));
    let had = front.processes[1].heard("arrived").len();
    front.kamcmd(&["dispatcher.set_state", "d", "1", &it]);
    for _ in 0..3 {
        let call = front.call("96110", Vec::new());
        front
            .until("it is answered", || front.look(call).stage == Stage::Up)
            .await;
    }
    assert_eq!(front.processes[1].heard("arrived").len(), had);
    assert!(up(&front, &after));
    front.kamcmd(&["dispatcher.set_state", "a", "1", &it]);
    // The list is read again while calls talk.
    front.kamcmd(&["dispatcher.reload"]);
    front.kamcmd(&["permissions.addressReload"]);
    let list = front.kamcmd(&["dispatcher.list"]);
    assert!(list.contains(&it), "{list}");
    assert!(up(&front, &after));
    // Nobody is there: the caller's network is told when to come again.
    front.processes.iter_mut().for_each(process::Process::kill);
    let edge = front.outside();
    let answer = told(
        front.at(1),
        edge,
        &request("INVITE", edge, "nobody"),
        PATIENCE,
    );
    let answer = answer.unwrap_or_else(|| panic!("no answer: {}", front.logs()));
    later(&answer);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_calls_of_a_foreign_program_are_spread_and_none_fails() {
    let front = Front::start(63).await;
    // Who has no business here is not answered; whoever has is asked about before it is read.
    let edge = front.outside();
    assert_eq!(asked(front.at(99), edge), None);
    let from = front.at(1).to_string();
    let scenario = crate::interop::file("behind_proxy.xml");
    let hundred = ["-sf", &scenario, "-m", "100", "-r", "50"];
    let output = crate::interop::run(edge, &from, "96110", &hundred, 25_060).await;
    succeeded(&output);
    assert_eq!(front.arrived(), [50, 50]);
    front
        .until("every call is over where it was", || {
            front
                .processes
                .iter()
                .all(|process| process.heard("ended").len() == 50)
        })
        .await;
    // A flood costs only whom it comes from.
    let socket = std::net::UdpSocket::bind((front.at(2), 0)).expect("a socket");
    let flood = request("OPTIONS", edge, "flood")
        .replace("[via]", &socket.local_addr().expect("bound").to_string());
    for n in 0..2000 {
        let one = flood.replace("flood", &format!("flood{n}"));
        socket.send_to(one.as_bytes(), edge).expect("sent");
        if n % 50 == 0 {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
    let answer = asked(front.at(1), edge).expect("an answer");
    assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    socket
        .set_read_timeout(Some(std::time::Duration::from_millis(500)))
        .expect("a timeout");
    let mut buffer = [0; 2048];
    let answered = std::iter::from_fn(|| socket.recv(&mut buffer).ok()).count();
    assert!((100..=900).contains(&answered), "{answered}");
}

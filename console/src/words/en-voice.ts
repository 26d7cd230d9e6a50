// Calls, in English.
import { call } from "./en-call";
import type { zhVoice } from "./zh-voice";

const of = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const enVoice: typeof zhVoice = {
  ...call,
  bar: "Seat",
  state: { offline: "Signed off", ready: "Ready", break: "On a break", ringing: "Ringing", talking: "Talking", wrap_up: "Wrap-up", supervising: "Listening in" },
  reason: { rest: "rest", meal: "meal", meeting: "meeting or training", paperwork: "paperwork", not_answering: "did not answer" },
  doing: { waiting: "waiting", ringing: "ringing", calling: "calling", talking: "talking", held: "on hold", transferring: "being transferred", consulting: "consulting", conference: "three on the line", announcing: "announcement", ending: "ending" },
  class: { emergency: "emergency", called_again: "called again within ten minutes", call_back_due: "call-back due", normal: "normal" },
  dialled: (number: string) => `to ${number}`,
  no_phone: "No phone is connected: nothing rings here.",
  wrap_left: (s) => `ready again in ${s} s`,
  draft_ready: "A draft is ready; answer and write.",
  last_name: (name) => `last gave the name ${name}`,
  phone: {
    title: "This page as a phone", ready_here: "Ready, with this page as the phone", open: "Use this page as the phone", close: "Disconnect this page", take: "Take the phone over here", retry: "Try again", devices: "Devices and test", hard: "Phone connected",
    state: {
      off: "This page is no phone yet.", asking: "Choose “Allow” where the browser asks for the microphone.", connecting: "Connecting…", up: "This page is the phone", lost: "The connection broke and is being opened again; a call is kept for about 20 seconds.",
      no_microphone: "No microphone was found: plug in a headset or microphone, then try again.", denied: "The browser does not allow the microphone: click the sign left of the address, set “Microphone” to “Allow”, then try again.", busy: "Another program has the microphone: close it (a meeting, say), then try again.",
      insecure: "This page did not come over a safe connection, so there is no microphone: open its https address, or use a desk phone.", elsewhere: "Your phone is open on another page. To answer here, take it over.", refused: "The platform did not accept this page as a phone: use a desk phone, and tell the administrator.",
    },
    microphone: "Microphone", speaker: "Earphone", ring: "Ring through", system: "System default", unnamed: (n) => `Device ${n}`, level: "Microphone level", level_hint: "Say something: the bar should move.", level_off: "The level is shown once this page is the phone.",
    test: "Test the earphone", test_ring: "Test the bell", test_hint: "Two tones should be heard from the chosen device.", fixed: "This browser cannot choose the earphone; choose it in the system's settings.", close_panel: "Close",
  },
  bring: {
    title: "Consult or transfer", dial_title: "Call a number", open: "Bring in…", dial: "Call", number: "Number", number_hint: "digits only", consult: "Consult", transfer: "Transfer", partners: "The other side and its partners", colleagues: "Colleagues", none: "No other seat has signed on.", free: "free", busy: "busy", down: "line down", close: "Close",
  },
  withheld: "number withheld",
  waiting: (n) => `${of(n, "call waits", "calls wait")}`,
  then: (state) => `after the call: ${state}`,
  earlier: (n) => (n === 0 ? "first call" : of(n, "earlier case", "earlier cases")),
  act: {
    ready: "Ready", rest: "Rest", meal: "Meal", meeting: "Meeting or training", paperwork: "Paperwork", offline: "Sign off", answer: "Answer", decline: "Let the next seat take it", hang_up: "Hang up", hold: "Hold", retrieve: "Back to the caller", mute: "Mute", unmute: "Unmute",
    keypad: "Keypad", pause: "Pause recording", resume: "Resume recording", join: "Three on the line", hand_over: "Leave the caller with them", drop: "Drop the consult call", wrapped_up: "Writing is done", keep: "More time to write", call_back: "Call back",
  },
  transfer: (name) => `Transfer to ${name}`,
  consult: (name) => `Consult ${name}`,
  take_back: "Take the transfer back",
  transferring: "The caller hears the announcement. If the other side does not answer, the caller comes back to you.",
  decide: "Who takes it",
  down: "line down",
  backs: "Call-backs",
  backs_empty: "Nobody waits to be called back.",
  back_reason: { abandoned: "hung up before the answer", soon_after_answer: "lost right after the answer", line_dead: "line dead", gave_up: "waited too long" },
  back_tries: (n) => (n === 0 ? "not yet tried" : `tried ${of(n, "time", "times")}`),
  bound: (no) => `belongs to ${no}`,
  bind: "Belongs to the open case",
  refused: {
    not_your_call: "This is not your call.", not_ringing: "This call no longer rings here.", seat_busy: "You are in a call, or no phone is connected: open this page's phone first.", colleague_busy: "That seat takes no calls now.", no_such_destination: "There is no such destination.",
    trunk_down: "The line to the other side is down. Try again later or send the order instead.", not_now: "This cannot be done now: the call has moved on.", no_caller: "The caller's line is not up.", bound_elsewhere: "This call belongs to another case.",
  },
  records: "Calls and recordings",
  records_none: "There is no call in this case.",
  record: {
    in: "call in", out: "call out", waited: (s) => `waited ${s} s`, talked: (s) => `talked ${s} s`, held: (s) => `held ${s} s`, sound: "Play the recording", take: "Export the recording", kept_until: (at) => `The recording is kept until ${at}, and as long as the case is open`, kept_always: "The recording is kept for good", removed: (at) => `The recording was removed on ${at}, when its time was over`, sealed: (who, at) => `${who} sealed the recording on ${at}; it is not removed:`, seal: "Seal the recording", lift: "Lift the seal", seal_why: "Why it is sealed (goes into the audit)", lift_why: "Why that is lifted (goes into the audit)", leave: "Leave it", why: "Why it is exported (goes into the audit)", steps: "What happened, and why each pick", gaps: (n) => `${n} s of it missing or paused`,
  },
  outcome: {
    "": "going on", answered: "answered", answered_elsewhere: "answered by the duty phone or the other platform", call_back: "became a call-back", lost_without_number: "not answered, number unknown", refused_full: "too many waited, told to try again", not_reached: "not reached", reached: "reached",
  },
  because: { last_operator: "spoke last with this number about the open case", only_one: "the only seat that could take it", best_skill: "best skills", longest_idle: "without a call the longest", together: "rang together, first to answer" },
  passed: {
    picked: "picked", lacks_required: "lacks a required skill", lacks_preferred: "lacks a preferred skill, not yet 10 s", backup_only: "helps out only, not yet 20 s", let_it_pass: "has just let it pass", less_skill: "fewer skills", idle_shorter: "idle for less long", not_last_operator: "did not speak with them last",
  },
  board: {
    title: "Calls", pick: "Why it rang there", pick_waited: (s, n) => `had waited ${s} s, ${of(n, "call", "calls")} in the queue`, pick_idle: (s) => `idle for ${s} s`, pick_others: (n) => `${of(n, "more free seat", "more free seats")}`, no_pick: "This call was made from here; nobody was picked.", not_picked: "It waits; no seat could take it yet.", in_call: (name) => `In a call of ${name}`, by: "answered by", ringing_at: "rings at", no_phone: "no phone", calls: "Calls and queue", seats: "Seats", calls_empty: "No call now.", seats_empty: "No seat has signed on.", off: "No voice line is configured.", leave: "Stop listening",
    staffing: "Staffing", offered: (n) => `${of(n, "call", "calls")} in the last hour`, in_time: (share) => `${share} answered within 15 s`, expected: (share, seats) => `${of(seats, "seat", "seats")} on duty; Erlang C says ${share}`, needed: (n) => `${of(n, "seat", "seats")} needed for 95 %`, none: "No call in the last hour to compare with.",
    talk: "Talk time, last 30 days", talk_none: "No call was answered in the last 30 days.", talk_about: (desk) => desk === "police" ? "110 matters" : desk === "hotline" ? "12345 matters" : "Without a case, or nobody's", talk_calls: (n) => of(n, "call", "calls"), talk_mean: (time) => `${time} on average`, talk_share: (share) => `${share} of the talk`,
  },
};

// What happened in a call, as the timeline says it, in English.
import type { call as zhCall } from "./zh-call";

export const call: typeof zhCall = {
  floor: "Calls",
  messages: "Messages",
  go_messages: "Go to the messages",
  step: {
    arrived: "Came in and waits", refused: "Refused, too many waited", offered: "Offered to a seat", not_answered: "Seat did not answer", declined: "Seat let it pass", duty_rung: "Duty phone rung", overflowed: "Went to the other platform", overflow_failed: "Overflow not taken", answered: "Answered", held: "On hold", retrieved: "Back from hold",
    transfer_began: "One-key transfer, announcement played", sentence_heard: "Announcement heard to its end", transfer_answered: "The other side answered", transfer_failed: "Transfer failed, back to this seat", consult_began: "Consult call", consult_answered: "They answered", consult_ended: "Consult call ended", joined: "Three on the line", handed_over: "Left with the other side",
    agreed: "Agreed", supervised: "Desk lead came in", unsupervised: "Desk lead left", recording_paused: "Recording paused or resumed", operator_lost: "Operator's line lost, caller waits in front", call_back_made: "Call-back noted", call_back_waits: "Call-back waits for a seat", call_back_tried: "Called back", call_back_failed: "Call-back reached nobody", call_back_reached: "Call-back reached", call_back_needless: "Caller called again",
    resumed: "Program restarted, call goes on", dialled: "Dialled", dial_answered: "They answered", over: "Call ended", dropped: "Call-back noted", called_again: "Caller called again",
  },
  failure: { busy: "busy", no_answer: "no answer", declined: "declined", no_such_number: "no such number", unreachable: "line down", taken_back: "taken back", caller_gone: "caller hung up" },
  mode: { listen: "listen", whisper: "whisper", barge: "barge in" },
  agreed: { police: "110 takes it", hotline: "12345 takes it", both: "both, each a part", undecided: "no agreement (first receiver)" },
  seconds: (s) => `${s} s`,
  by_rule: "by the rule of the first receiver",
  message: { came: "Came in", late: "Limit for an answer passed", written: "Answered", set_aside: "Needs no answer by message", arrived: "Answer arrived", failed: "Answer did not arrive" },
  waited: (s) => `waited ${s} s`,
  missing: (n) => `${n} piece${n === 1 ? "" : "s"} missing`,
};

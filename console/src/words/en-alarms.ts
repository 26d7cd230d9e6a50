// What is wrong with a link, by the server's key: for the bar and the back office.
export const alarms: Record<string, string> = {
  gap: "The peer misses numbers; sending goes back to the first of them",
  skew: "The two clocks differ too much: check the servers' time",
  forked: "One number, two different messages: one side was restored from an older copy. A person must decide",
  quarantined: "A message failed three times and was put aside",
  stalled: "The peer applies nothing for the time being",
  refused: "The peer refuses whole batches",
  bad_receipt: "The peer's receipt is wrong, or not signed by the peer",
  peer_ahead: "The peer has more than was sent: this platform was restored from an older copy",
  outbox_hole: "The outbox misses a number",
  too_large: "A message is too large for any batch",
  peer_log_rewritten: "The peer's log differs from what it told before: it may have been rewritten",
  reconciliation: "The nightly comparison found a difference",
};

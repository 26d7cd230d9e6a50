// Which of the platforms behind the links a matter goes to.
import type { Desk, Me, PeerLink } from "../api/types";

/** The peer for a desk's matters: of this tier before any other; without a desk, the other desk of this tier. */
export function peerFor(me: Me, desk: Desk | null): PeerLink | undefined {
  const wanted = desk === null || desk === me.platform.desk ? me.links.find((each) => each.peer_desk !== me.platform.desk)?.peer_desk : desk;
  const fit = me.links.filter((each) => each.peer_desk === wanted);
  return fit.find((each) => each.standing === "beside") ?? fit[0] ?? me.links[0];
}

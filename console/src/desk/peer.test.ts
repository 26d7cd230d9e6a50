import { describe, expect, it } from "vitest";
import type { Me } from "../api/types";
import { peerFor } from "./peer";

const link = (id: string, peer_desk: string, standing: string) => ({ id, peer_desk, standing });
const me = (desk: string, ...links: unknown[]) => ({ platform: { desk }, links }) as unknown as Me;

describe("which peer a matter goes to", () => {
  it("is the desk the matter belongs to, at this tier first", () => {
    const county = me("hotline", link("city", "hotline", "above"), link("city110", "police", "above"), link("own110", "police", "beside"));
    expect(peerFor(county, "police")?.id).toBe("own110");
    // Without a word on the desk it is the other one; the upper hotline is chosen by hand.
    expect(peerFor(county, null)?.id).toBe("own110");
    expect(peerFor(county, "hotline")?.id).toBe("own110");
  });
  it("is the only one there is, and none without links", () => {
    expect(peerFor(me("hotline", link("city", "hotline", "above")), "police")?.id).toBe("city");
    expect(peerFor(me("hotline"), "police")).toBeUndefined();
  });
});

// The seat of whoever takes calls, above every page: a call rings wherever they are.
import { lazy, Suspense } from "react";
import { request } from "../api/http";
import { useAnswer } from "../live/cache";
import { useSession } from "./session";

// The seat's phone comes only where there are lines: nobody else's page carries it.
const SeatBar = lazy(() => import("../voice/seat-bar"));

export function Seat({ home }: { home: boolean }) {
  const { me } = useSession();
  return me.may.includes("take_calls") ? <SeatOf home={home} /> : null;
}

function SeatOf({ home }: { home: boolean }) {
  const desk = useAnswer("voice:desk", () => request<{ on: boolean; seat?: { state: string } | null }>("GET", "/api/calls/desk")).value;
  if (desk?.on !== true) return null;
  // Away from the desk's own page only for whoever is signed on: a lead who takes no calls has the room for other things.
  if (!home && (desk.seat?.state ?? "offline") === "offline") return null;
  return (
    <Suspense fallback={null}>
      <SeatBar />
    </Suspense>
  );
}

// The one queue of this page: what the device holds, sent when it may be.
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { newKey, Problem, request, sendFile } from "../api/http";
import type { CaseView } from "../api/types";
import { cache } from "../live/cache";
import { useSession } from "../shell/session";
import { serverNow } from "../time/now";
import { MemoryShelf, Queue, type Act, type Shelf } from "./queue";
import { DeviceShelf } from "./shelf";

/** The device's database, or memory where it is forbidden; the page then says so. */
function shelfOf(): Shelf {
  return typeof indexedDB === "undefined" ? new MemoryShelf() : new DeviceShelf();
}

async function send(act: Act): Promise<void> {
  const path = `/api/cases/${encodeURIComponent(act.case)}`;
  if (act.photo !== null) {
    await sendFile(`${path}/attachments`, act.photo, act.name, act.key);
  } else if (act.body !== null) {
    const view = await request<CaseView>("POST", `${path}/commands`, act.body, { key: act.key });
    cache.put(`case:${view.id}`, view);
  } else {
    throw new Problem("not_understood", 0);
  }
  cache.touch((key) => key === `timeline:${act.case}` || /^(cases|summary)(:|$)/.test(key));
}

/** Only one window sends; where the browser has no locks, the keys keep a repeat from counting twice. */
async function alone(work: () => Promise<void>): Promise<boolean> {
  const locks = (navigator as { locks?: LockManager }).locks;
  if (locks === undefined) {
    await work();
    return true;
  }
  return locks.request("liandong.field", { ifAvailable: true }, async (lock) => {
    if (lock === null) return false;
    await work();
    return true;
  });
}

export function useQueue() {
  const { me } = useSession();
  const account = `${me.platform.id}.${me.account.id}`;
  const queue = useMemo(
    () =>
      new Queue(account, {
        shelf: shelfOf(),
        send,
        now: serverNow,
        later: (ms, run) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
        newKey,
        alone,
      }),
    [account],
  );
  useEffect(() => {
    void queue.start();
    const hurry = () => queue.hurry();
    const seen = () => {
      if (document.visibilityState === "visible") queue.hurry();
    };
    addEventListener("online", hurry);
    document.addEventListener("visibilitychange", seen);
    return () => {
      queue.stop();
      removeEventListener("online", hurry);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [queue]);
  const snapshot = useSyncExternalStore(queue.watch, queue.snapshot);
  return { queue, ...snapshot };
}

export function useOnline(): boolean {
  return useSyncExternalStore(
    (tell) => {
      addEventListener("online", tell);
      addEventListener("offline", tell);
      return () => {
        removeEventListener("online", tell);
        removeEventListener("offline", tell);
      };
    },
    () => navigator.onLine,
  );
}

// Runs once a browser (SharedWorker): one stream for all its windows.
import { openStream } from "./sse";
import { Stream, type Light, type Happening } from "./stream";

export type ToWorker = { say: "join" } | { say: "restart" } | { say: "stop" } | { say: "hurry" };
export type FromWorker =
  // `at`: how far along the log the stream stands.
  | { say: "light"; light: Light; at: number | null }
  | { say: "happened"; event: Happening }
  | { say: "reset"; at: number | null }
  | { say: "calls" }
  | { say: "signed_out" };

interface Port {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

const ports = new Set<Port>();
let stream: Stream | null = null;
let light: Light = "connecting";

function tell(message: FromWorker): void {
  for (const port of ports) port.postMessage(message);
}

function start(): void {
  stream?.stop();
  stream = new Stream(
    {
      open: (after, heard) => openStream(`/api/live${after === null ? "" : `?after=${after}`}`, heard),
      later: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      chance: () => Math.random(),
    },
    {
      light: (next) => {
        light = next;
        tell({ say: "light", light, at: stream?.last ?? null });
      },
      happened: (event) => tell({ say: "happened", event }),
      reset: () => tell({ say: "reset", at: stream?.last ?? null }),
      calls: () => tell({ say: "calls" }),
      signedOut: () => {
        stream = null;
        tell({ say: "signed_out" });
      },
    },
  );
  stream.start();
}

/** Serves one window. Also used without a worker, in the window itself. */
export function serve(port: Port): void {
  ports.add(port);
  port.onmessage = ({ data }) => {
    if (data.say === "join") {
      if (stream === null) start();
      else port.postMessage({ say: "light", light, at: stream.last });
    } else if (data.say === "restart") start();
    else if (data.say === "hurry") stream?.hurry();
    else {
      stream?.stop();
      stream = null;
    }
  };
}

if (typeof SharedWorkerGlobalScope !== "undefined" && self instanceof SharedWorkerGlobalScope) {
  self.onconnect = (event: MessageEvent) => {
    const port = event.ports[0];
    if (port !== undefined) serve(port);
  };
}
declare const SharedWorkerGlobalScope: { new (): object };
declare const self: { onconnect: ((event: MessageEvent) => void) | null };

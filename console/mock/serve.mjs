// `npm run mock`: the make-believe platform over HTTP, with the built console if there is one.
// PORT (7110) and DESK (police or hotline) choose which side it plays.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { makePlatform, seed } from "./platform.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

export function start({ port = 7110, desk = "police", seeded = true } = {}) {
  const platform = makePlatform({ desk });
  if (seeded) seed(platform);
  platform.handle("DELETE", "/api/session");
  let broken = false;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://mock");
    if (!url.pathname.startsWith("/api/")) {
      const wanted = normalize(join(dist, url.pathname));
      const file = wanted.startsWith(dist) && extname(wanted) !== "" && existsSync(wanted) ? wanted : join(dist, "index.html");
      response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream", "content-security-policy": "default-src 'self'" });
      response.end(readFileSync(file));
      return;
    }
    if (broken) {
      request.destroy();
      return;
    }
    if (url.pathname === "/api/live") {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(`event: hello\ndata: {"pos":${platform.position()}}\n\n`);
      const tell = (item) => response.write(`id: ${item.pos}\nevent: case\ndata: ${JSON.stringify(item)}\n\n`);
      platform.listeners.add(tell);
      const beat = setInterval(() => response.write(": alive\n\n"), 15_000);
      request.on("close", () => {
        platform.listeners.delete(tell);
        clearInterval(beat);
      });
      return;
    }
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => {
      try {
        const answer = platform.handle(request.method, url.pathname, url.searchParams, text === "" || url.pathname.endsWith("/attachments") ? {} : JSON.parse(text), request.headers["idempotency-key"] ?? null);
        response.writeHead(answer === undefined ? 204 : 200, { "content-type": "application/json" });
        response.end(answer === undefined ? undefined : JSON.stringify(answer));
      } catch (error) {
        const problem = error.problem ?? { type: "internal", title: String(error), status: 500 };
        if (error.problem === undefined) console.error(error);
        response.writeHead(problem.status, { "content-type": "application/problem+json" });
        response.end(JSON.stringify(problem));
      }
    });
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () =>
      resolve({
        platform,
        url: `http://127.0.0.1:${server.address().port}`,
        break: (value) => {
          broken = value;
          if (value) server.closeAllConnections();
        },
        stop: () => {
          server.closeAllConnections();
          server.close();
        },
      }),
    );
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await start({ port: Number(process.env["PORT"] ?? 7110), desk: process.env["DESK"] ?? "police" });
  console.log(`make-believe platform at ${url} (op, lead or clerk; password demo)`);
}

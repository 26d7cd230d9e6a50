// A document made by the server: asked for first, so that what is wrong is said in the page's own words.
import { Problem, problemOf } from "./http";

/** Shows a PDF in a tab of its own. */
export async function openPaper(path: string): Promise<true> {
  // The tab is opened in the key's own moment: later the browser would take it for an advertisement.
  const tab = window.open("", "_blank");
  try {
    let response: Response;
    try {
      response = await fetch(path, { credentials: "same-origin", headers: { accept: "application/pdf, application/problem+json" } });
    } catch {
      throw new Problem("unreachable", 0);
    }
    if (!response.ok) throw problemOf(response.status, await response.text().catch(() => ""));
    const address = URL.createObjectURL(await response.blob());
    if (tab === null) location.assign(address);
    else tab.location.replace(address);
    // The tab has read it long before.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    return true;
  } catch (failure) {
    tab?.close();
    throw failure;
  }
}

import { describe, expect, it, vi } from "vitest";
import { Problem } from "../api/http";
import { Uploads, type Send } from "./uploads";

type Heard = Parameters<Send>[1];

function ground() {
  const sent: { name: string; key: string; heard: Heard; aborted: boolean }[] = [];
  const added = vi.fn();
  const uploads = new Uploads((upload, heard) => {
    const one = { name: upload.name, key: upload.key, heard, aborted: false };
    sent.push(one);
    return () => {
      one.aborted = true;
    };
  }, added);
  return { uploads, sent, added };
}

const file = (name: string, size = 10) => new File([new Uint8Array(size)], name);
const states = (uploads: Uploads) => uploads.all().map((each) => `${each.name} ${each.state}`);

describe("files on their way", () => {
  it("go one after another, and what arrived is no longer listed", () => {
    const { uploads, sent, added } = ground();
    uploads.add("c1", [file("a.jpg"), file("b.jpg")], 100);
    expect(states(uploads)).toEqual(["a.jpg sending", "b.jpg waiting"]);
    sent[0]?.heard.progress(40);
    expect(uploads.all()[0]?.percent).toBe(40);
    sent[0]?.heard.done();
    expect(added).toHaveBeenCalledWith("c1");
    expect(states(uploads)).toEqual(["b.jpg sending"]);
  });

  it("are sent again under the same key", () => {
    const { uploads, sent } = ground();
    uploads.add("c1", [file("a.jpg")], 100);
    sent[0]?.heard.failed(new Problem("unreachable", 0));
    expect(states(uploads)).toEqual(["a.jpg failed"]);
    uploads.retry(1);
    expect(sent.map((each) => each.key)).toEqual([sent[0]?.key, sent[0]?.key]);
  });

  it("are not sent when they are too large, and the next one is", () => {
    const { uploads, sent } = ground();
    uploads.add("c1", [file("a.mp4", 200), file("b.jpg")], 100);
    expect(states(uploads)).toEqual(["a.mp4 failed", "b.jpg sending"]);
    expect(sent).toHaveLength(1);
  });

  it("can be stopped, and what then still arrives is not listened to", () => {
    const { uploads, sent, added } = ground();
    uploads.add("c1", [file("a.jpg"), file("b.jpg")], 100);
    uploads.stop(1);
    expect(sent[0]?.aborted).toBe(true);
    sent[0]?.heard.failed(new Problem("aborted", 0));
    sent[0]?.heard.done();
    expect(added).not.toHaveBeenCalled();
    expect(states(uploads)).toEqual(["a.jpg stopped", "b.jpg sending"]);
    uploads.dismiss(1);
    uploads.dismiss(2);
    expect(states(uploads)).toEqual(["b.jpg sending"]);
  });

  it("have a name even when they were pasted", () => {
    const { uploads } = ground();
    uploads.add("c1", [file("")], 100);
    expect(uploads.all()[0]?.name).toBe("粘贴-1");
  });
});

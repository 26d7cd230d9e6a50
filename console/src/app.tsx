import { Component, lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { calls } from "./api/calls";
import { newKey, Problem, whenSignedOut } from "./api/http";
import type { Me } from "./api/types";
import { CasePage } from "./case/page";
import { Desk } from "./desk/desk";
import { Drafts } from "./draft/drafts";
import { Inbox } from "./inbox/inbox";
import { listen } from "./keys/keymap";
import { CasesPage } from "./lead/cases";
import { Lead } from "./lead/lead";
import { cache } from "./live/cache";
import { leaving } from "./live/leaving";
import { joinLine, leaveLine, restartLine } from "./live/line";
import { useSeatWord } from "./live/seat";
import { Failure, Waiting } from "./parts/signs";
import { Link } from "./route/link";
import { navigate, useRoute, type Route } from "./route/router";
import { Frame, homeFor } from "./shell/frame";
import { useLook } from "./shell/look";
import { SessionContext, useSession, type Session } from "./shell/session";
import { SignIn } from "./signin/signin";
import { serverNow } from "./time/now";
import { languages, useWords, WordsContext } from "./words";

/** The hall's wall is a chunk of its own: a desk never loads it. */
const Wall = lazy(() => import("./wall/wall"));
// The desk never loads the crew's page, nor the crew's phone more than it must.
// Searching is a place of its own, loaded when somebody goes there.
const Search = lazy(() => import("./search/page"));
// The scores are for those who judge, not for those who take calls.
const Scores = lazy(() => import("./scores/page"));
const Field = lazy(() => import("./field/field"));
const FollowUp = lazy(() => import("./followup/page"));
const Supervision = lazy(() => import("./supervision/page"));

const PLATFORM = "liandong.platform";
// Rare beside the desk's work, so they come when they are asked for.
const Notices = lazy(() => import("./reach/notices"));
const Roster = lazy(() => import("./reach/roster"));
const Messages = lazy(() => import("./message/page"));
const Office = lazy(() => import("./office/office"));
const Bulletins = lazy(() => import("./press/bulletins"));
const Registers = lazy(() => import("./press/registers"));
const PasswordDue = lazy(() => import("./office/password").then(({ PasswordDue }) => ({ default: PasswordDue })));


/** What a crew's page kept to be seen without a line belongs to who saw it. */
function forgetSeen(): void {
  if ("caches" in globalThis) void globalThis.caches.delete("liandong.field.data").catch(() => undefined);
}

function keptPlatform(): string {
  try {
    return localStorage.getItem(PLATFORM) ?? "";
  } catch {
    return "";
  }
}

export function App() {
  const look = useLook();
  useEffect(() => listen(), []);
  return (
    <WordsContext value={languages[look.language]}>
      <Catch>
        <Door />
      </Catch>
    </WordsContext>
  );
}

/** Lets in who is signed in, and sends everybody else to sign in and back. */
function Door() {
  const route = useRoute();
  const [me, setMe] = useState<Me | null | undefined>(undefined);
  const [error, setError] = useState<unknown>(null);
  const [expired, setExpired] = useState(false);

  const signedOut = useCallback(() => {
    forgetSeen();
    setMe((old) => {
      if (old != null) setExpired(true);
      return null;
    });
    if (!location.pathname.startsWith("/signin")) {
      navigate(`/signin?back=${encodeURIComponent(location.pathname + location.search)}`, true);
    }
  }, []);

  const look = useCallback(async () => {
    setError(null);
    try {
      setMe(await calls.me());
    } catch (failure) {
      if (failure instanceof Problem && failure.status === 401) signedOut();
      else setError(failure);
    }
  }, [signedOut]);

  useEffect(() => {
    whenSignedOut(signedOut);
    void look();
  }, [look, signedOut]);

  useEffect(() => {
    if (me == null) return;
    // Who reads no case has nothing to hear.
    if (me.may.includes("read_case") && me.password_due !== true) joinLine(signedOut);
    document.title = me.platform.name;
    try {
      localStorage.setItem(PLATFORM, me.platform.name);
    } catch {
      // Only the sign-in page's heading is lost.
    }
  }, [me, signedOut]);

  if (error !== null) {
    return (
      <main className="signin">
        <Failure error={error}>
          <button type="button" onClick={() => void look()}>
            ↻
          </button>
        </Failure>
      </main>
    );
  }
  if (me === undefined) return <Waiting />;
  if (me === null) {
    const enter = (next: Me) => {
      cache.clear();
      forgetSeen();
      setExpired(false);
      setMe(next);
      restartLine();
      navigate(route.page === "signin" ? route.back : "/", true);
    };
    return <SignIn platform={keptPlatform()} expired={expired} onEnter={enter} />;
  }
  const leave = () => {
    void calls.signOut().catch(() => undefined);
    leaveLine();
    leaving();
    cache.clear();
    forgetSeen();
    setExpired(false);
    setMe(null);
    navigate("/signin", true);
  };
  if (me.password_due === true) {
    return (
      <Suspense fallback={<Waiting />}>
        <PasswordDue onDone={() => void look()} onSignOut={leave} />
      </Suspense>
    );
  }
  return <Inside key={me.account.id} me={me} route={route} onSignOut={leave} />;
}

function Inside({ me, route, onSignOut }: { me: Me; route: Route; onSignOut: () => void }) {
  const drafts = useMemo(() => {
    // A seat whose store is forbidden still works; its drafts then live as long as the page.
    const shelf = (() => {
      try {
        return window.localStorage;
      } catch {
        return { length: 0, key: () => null, getItem: () => null, setItem: () => { throw new Error("no store"); }, removeItem: () => undefined };
      }
    })();
    return new Drafts(`${me.platform.id}.${me.account.id}`, shelf, serverNow, newKey);
  }, [me.platform.id, me.account.id]);
  useEffect(() => {
    const hear = (event: StorageEvent) => drafts.heard(event.key, event.newValue);
    addEventListener("storage", hear);
    return () => removeEventListener("storage", hear);
  }, [drafts]);
  useSeatWord(drafts);
  const session = useMemo<Session>(() => ({ me, drafts, signOut: onSignOut }), [me, drafts, onSignOut]);
  useEffect(() => {
    if (route.page === "home" || route.page === "signin") navigate(homeFor(me.account.roles), true);
  }, [route.page, me.account.roles]);
  return (
    <SessionContext value={session}>
      {route.page === "wall" && me.may.includes("read_desk") ? (
        <Suspense fallback={<Waiting />}>
          <Wall />
        </Suspense>
      ) : route.page === "field" ? (
        <Suspense fallback={<Waiting />}>
          <Field id={route.id} />
        </Suspense>
      ) : (
        <Frame route={route}>
          <Suspense fallback={<Waiting />}>
            <Page route={route} />
          </Suspense>
        </Frame>
      )}
    </SessionContext>
  );
}

function Page({ route }: { route: Route }) {
  const { me } = useSession();
  switch (route.page) {
    case "desk":
      return <Desk />;
    case "inbox":
      return <Inbox />;
    case "lead":
      return <Lead />;
    case "cases":
      return <CasesPage query={route.query} />;
    case "search":
      return (
        <Suspense fallback={<main className="page"><Waiting rows={10} /></main>}>
          <Search query={route.query} />
        </Suspense>
      );
    case "followup":
      return <FollowUp query={route.query} />;
    case "scores":
      // Who may not read scores finds nothing here.
      return me.may.includes("read_scores") ? <Scores query={route.query} /> : <Missing />;
    case "case":
      return <CasePage key={route.id} id={route.id} />;
    case "supervision":
      return <Supervision key={route.query.get("measure") ?? ""} part={route.part} query={route.query} />;
    case "office":
      return <Office section={route.section} query={route.query} />;
    case "roster":
      return <Roster />;
    case "notices":
      return <Notices query={route.query} />;
    case "messages":
      // Who takes no contacts answers no messages.
      return me.may.includes("intake") ? <Messages /> : <Missing />;
    case "bulletins":
      return <Bulletins id={route.id} />;
    case "registers":
      return <Registers register={route.register} id={route.id} />;
    case "wall":
      // Who may not see the hall's figures finds nothing here.
      return <Missing />;
    case "missing":
      return <Missing />;
    default:
      return <Waiting />;
  }
}

export function Missing() {
  const t = useWords();
  return (
    <main className="page missing">
      <h1>{t.missing.title}</h1>
      <p>{t.missing.text}</p>
      <p>
        <Link className="button" href="/">
          {t.missing.home}
        </Link>
      </p>
    </main>
  );
}

class Catch extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    return this.state.error === null ? this.props.children : <Crash error={this.state.error} />;
  }
}

function Crash({ error }: { error: Error }) {
  const t = useWords();
  return (
    <main className="page missing">
      <h1>{t.crash.title}</h1>
      <p>{t.crash.text}</p>
      <p>
        <code>{error.message}</code>
      </p>
      <p>
        <button type="button" className="primary" onClick={() => location.reload()}>
          {t.crash.reload}
        </button>
      </p>
    </main>
  );
}

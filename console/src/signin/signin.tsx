import { useEffect, useState } from "react";
import { calls } from "../api/calls";
import { Problem } from "../api/http";
import type { Me } from "../api/types";
import { Failure } from "../parts/signs";
import { setLook, useLook } from "../shell/look";
import { Pick } from "../shell/bar";
import { useWords } from "../words";

interface Props {
  /** What the platform calls itself, once anybody has signed in here. */
  platform: string;
  expired: boolean;
  onEnter: (me: Me) => void;
}

export function SignIn({ platform, expired, onEnter }: Props) {
  const t = useWords();
  const look = useLook();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [name, setName] = useState(platform);
  useEffect(() => {
    let here = true;
    // Without an answer the page says the product's name, and what was known from before.
    calls.platform().then(
      (known) => here && setName(known.name),
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, []);
  const enter = async () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      onEnter(await calls.signIn(login.trim(), password));
    } catch (failure) {
      setError(failure);
      setPassword("");
    } finally {
      setBusy(false);
    }
  };
  const key = error instanceof Problem ? error.key : null;
  return (
    <main className="signin">
      <form
        aria-label={t.signin.title}
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <img src="/mark.svg" alt="" width="44" height="44" />
        <h1>{name === "" ? t.product : name}</h1>
        <p className="dim">{t.signin.welcome}</p>
        {expired && <p className="notice">{t.signin.expired}</p>}
        <div className="field">
          <label htmlFor="login">{t.signin.login}</label>
          <input id="login" name="username" autoComplete="username" autoFocus required value={login} onChange={(event) => setLogin(event.target.value)} />
        </div>
        <div className="field">
          <label htmlFor="password">{t.signin.password}</label>
          <input id="password" name="password" type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
        </div>
        {key === "bad_credentials" ? (
          <p className="failure" role="alert">{t.signin.wrong}</p>
        ) : key === "locked" ? (
          <p className="failure" role="alert">{t.signin.locked}</p>
        ) : (
          error !== null && <Failure error={error} />
        )}
        <button type="submit" className="primary" disabled={busy || login.trim() === "" || password === ""}>
          {busy ? t.signin.entering : t.signin.enter}
        </button>
      </form>
      <footer>
        <Pick name={t.look.language} value={look.language} options={[["zh-CN", "中文"], ["en", "English"]] as const} onPick={(language) => setLook({ language })} />
        <Pick name={t.look.theme} value={look.theme} options={[["system", t.look.system], ["light", t.look.light], ["dark", t.look.dark]] as const} onPick={(theme) => setLook({ theme })} />
      </footer>
    </main>
  );
}

// The page's phone for whoever is signed in.
import { useEffect } from "react";
import { useSession } from "../shell/session";
import { thePhone, usePhone, type PhoneView } from "./phone";

export function useSeatPhone(): PhoneView {
  const { me } = useSession();
  const platform = me.platform.id;
  const account = me.account.id;
  useEffect(() => thePhone().sit(platform, account), [platform, account]);
  return usePhone();
}

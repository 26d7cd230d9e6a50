import type { ComponentPropsWithRef, MouseEvent } from "react";
import { navigate } from "./router";

/** An ordinary anchor; only a plain left click is taken over, so "open in a new tab" still works. */
export function Link({ href, onClick, ...rest }: ComponentPropsWithRef<"a"> & { href: string }) {
  const click = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return <a {...rest} href={href} onClick={click} />;
}

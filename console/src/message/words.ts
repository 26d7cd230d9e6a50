import { useLook } from "../shell/look";
import { enMessage } from "../words/en-message";
import { zhMessage } from "../words/zh-message";

export type MessageWords = typeof zhMessage;

export function useMessageWords(): MessageWords {
  return useLook().language === "en" ? enMessage : zhMessage;
}

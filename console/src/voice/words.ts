import { useLook } from "../shell/look";
import { enVoice } from "../words/en-voice";
import { zhVoice } from "../words/zh-voice";

export type VoiceWords = typeof zhVoice;

export function useVoiceWords(): VoiceWords {
  return useLook().language === "en" ? enVoice : zhVoice;
}

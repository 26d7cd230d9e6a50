import { Problem } from "../api/http";
import { sentenceIn, useOfficeWords, useWords } from "../office/words";
import { useLook } from "../shell/look";
import { enScore } from "../words/en-score";
import { zhScore, type ScoreWords } from "../words/zh-score";

export type { ScoreWords };

export function useScoreWords(): ScoreWords {
  return useLook().language === "en" ? enScore : zhScore;
}

/** A name in the reader's language. */
export function useNamed(): (named: { zh: string; en: string } | undefined, otherwise: string) => string {
  const english = useLook().language === "en";
  return (named, otherwise) => (named === undefined ? otherwise : english ? named.en : named.zh);
}

/** A failure in a sentence: the scores' own first. A refused formula is told with its place. */
export function useSentence(): (error: unknown) => string {
  const s = useScoreWords();
  const o = useOfficeWords();
  const t = useWords();
  return (error) => {
    if (error instanceof Problem) {
      const field = error.fields[0];
      const place = /^text:(\d+):(\d+)$/.exec(field?.field ?? "");
      if (place !== null && field !== undefined) {
        const why = s.why_refused[field.key];
        const told = why === undefined ? (field.detail ?? field.key) : `${why} (${field.detail ?? field.key})`;
        return s.fault_at(place[1] ?? "", place[2] ?? "", told);
      }
      if (field !== undefined && s.field_error[field.key] !== undefined) return s.field_error[field.key] ?? "";
      if (s.error[error.key] !== undefined) return s.error[error.key] ?? "";
    }
    return sentenceIn(o, t, error);
  };
}

import { useEffect } from "react";
import { casePath, navigate } from "../route/router";
import { CasePane, useCase } from "./pane";

export function CasePage({ id }: { id: string }) {
  const view = useCase(id).value;
  const real = view?.id;
  useEffect(() => {
    // A printed number leads here too; the case's own id is what live updates name.
    if (real !== undefined && real !== id) navigate(casePath(real), true);
  }, [real, id]);
  return (
    <main className="page case-page">
      <CasePane id={id} page />
    </main>
  );
}

import { createRoot } from "react-dom/client";
import { App } from "./app";
import { applyLook } from "./shell/look";
import "./style/tokens.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/desk.css";
import "./style/case.css";

applyLook();
const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<App />);

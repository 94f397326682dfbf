import { render } from "preact";
import { App } from "./app.tsx";
import "./styles/all.css";

const root = document.getElementById("app");
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
}

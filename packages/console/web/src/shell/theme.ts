import { effect, signal } from "@preact/signals";

const stored = "signalbox.theme";
const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export const theme = signal<Theme>(storedTheme());

/** Keeps the page in the chosen colours. Answers how to stop. */
export function applyTheme(): () => void {
  return effect(() => {
    const { value } = theme;
    if (value === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = value;
    try {
      localStorage.setItem(stored, value);
    } catch {
      // Kept for this page alone, then.
    }
  });
}

export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "system";
}

function storedTheme(): Theme {
  try {
    const found = localStorage.getItem(stored);
    return themes.find((each) => each === found) ?? "system";
  } catch {
    return "system";
  }
}

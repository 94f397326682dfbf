// CodeMirror, dressed in the colours of the page. Loaded when an editor is first shown.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** Something to be seen at a place; lines and columns count from 1. */
export interface Mark {
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export interface EditorOptions {
  readonly text: string;
  readonly language: "yaml" | "json" | "jsonata";
  /** What a screen reader calls it. */
  readonly label: string;
  /** Called with every change; without it the text is for reading alone. */
  readonly onChange?: (text: string) => void;
  readonly hint?: string;
  readonly marks?: readonly Mark[];
  /** The line to begin at. */
  readonly line?: number;
}

export interface Editor {
  /** Shows another text; one that was typed here stays as it is, cursor and all, and whatever was typed since. */
  show(text: string): void;
  mark(marks: readonly Mark[]): void;
  close(): void;
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: "var(--info)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "var(--muted)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--sunken)", fontSize: "0.8125rem", height: "100%" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--font-code)", lineHeight: "1.6" },
  ".cm-gutters": { color: "var(--muted)", backgroundColor: "var(--sunken)", borderRight: "1px solid var(--line)" },
  ".cm-activeLineGutter, .cm-activeLine": { backgroundColor: "transparent" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent) !important",
  },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line)" },
});

export function createEditor(root: ShadowRoot, { onChange, ...options }: EditorOptions): Editor {
  const { text, marks = [], line } = options;
  // What was typed and has not come back: a page that draws late hands back what is no longer the latest.
  let typed: readonly string[] = [];
  let isShowing = false;
  const changed = (next: string): void => {
    if (isShowing) return;
    typed = [...typed, next];
    onChange?.(next);
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: extensionsFor(onChange === undefined ? options : { ...options, onChange: changed }),
    }),
  });
  const mark = (next: readonly Mark[]): void =>
    view.dispatch(setDiagnostics(view.state, diagnosticsIn(view.state, next)));
  mark(marks);
  if (line !== undefined && line > 1) {
    const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
    view.dispatch({ effects: EditorView.scrollIntoView(from, { y: "start" }) });
  }
  return {
    show(next) {
      const at = typed.indexOf(next);
      typed = at === -1 ? [] : typed.slice(at + 1);
      if (at !== -1 || next === view.state.doc.toString()) return;
      isShowing = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      isShowing = false;
    },
    mark,
    close: () => view.destroy(),
  };
}

function extensionsFor({ language, label, onChange, hint }: EditorOptions): Extension {
  const languages = { yaml: yaml(), json: json(), jsonata: [] };
  const isReadOnly = onChange === undefined;
  return [
    lineNumbers(),
    languages[language],
    syntaxHighlighting(colours),
    look,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    isReadOnly
      ? [EditorState.readOnly.of(true), EditorView.editable.of(false), lintGutter()]
      : [
          history(),
          typingOver,
          keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onChange(update.state.doc.toString());
          }),
        ],
    hint === undefined ? [] : placeholder(hint),
  ];
}

// Left to the browser, what is typed over several lines is given style attributes, which the content security policy
// refuses aloud.
const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { inputType, data, isComposing } = event;
    if (inputType !== "insertText" || data === null || isComposing || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

function diagnosticsIn({ doc }: EditorState, marks: readonly Mark[]): readonly Diagnostic[] {
  return marks
    .filter(({ line }) => line >= 1 && line <= doc.lines)
    .map(({ severity, message, line, column }) => {
      const { from, to } = doc.line(line);
      const at = Math.min(to, from + Math.max(0, column - 1));
      return { from: at, to: Math.max(at, Math.min(to, at + 1)), severity, message };
    })
    .toSorted((a, b) => a.from - b.from);
}

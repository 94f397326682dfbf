import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Editor, EditorOptions } from "./editor.ts";

interface HostProps extends Omit<EditorOptions, "text"> {
  readonly text: string;
  readonly class?: string;
}

/**
 * An editor, loaded when it is first shown. It lives in a shadow tree: there its styles are sheets of its own, which the
 * content security policy allows; in the document they would be style elements, which it does not.
 */
export function EditorHost(props: HostProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    let isGone = false;
    const changed = (text: string): void => latest.current.onChange?.(text);
    const load = async (): Promise<void> => {
      const { createEditor } = await import("./editor.ts");
      const { current } = host;
      if (isGone || current === null) return;
      const shadow = current.shadowRoot ?? current.attachShadow({ mode: "open" });
      const { onChange, ...rest } = latest.current;
      editor.current = createEditor(shadow, { ...rest, ...(onChange === undefined ? {} : { onChange: changed }) });
    };
    void load();
    return () => {
      isGone = true;
      editor.current?.close();
      editor.current = undefined;
    };
  }, []);
  useEffect(() => editor.current?.show(props.text), [props.text]);
  useEffect(() => editor.current?.mark(props.marks ?? []), [props.marks]);
  return <div ref={host} class={`editor ${props.class ?? ""}`} data-editor />;
}

// What opens without a network: the document, marked so that nothing in it can be taken for live,
// and its own files, in one list that a browser takes whole or not at all (src/home/shell.ts).

import type { Plugin } from "vite";

// The page of src/offline with whatever it needs, and its words in every language: it opens in that
// which was chosen last.
const OPENS = /src\/(offline\/offline\.tsx|languages\/\w+\/(first|further)\.ts)$/;
const MARK = "/mark.svg"; // wherever our name stands

export function offlineShell(): Plugin {
  return {
    name: "homeward-offline-shell",
    enforce: "post",
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const files = new Set<string>();
        const add = (name: string) => {
          const file = bundle[name];
          if (file?.type !== "chunk" || files.has(`/${name}`)) return;
          files.add(`/${name}`);
          for (const css of file.viteMetadata?.importedCss ?? []) files.add(`/${css}`);
          for (const needed of file.imports) add(needed);
        };
        for (const file of Object.values(bundle)) {
          if (file.type !== "chunk") continue;
          if (file.isEntry || OPENS.test(file.facadeModuleId ?? "")) add(file.fileName);
        }
        const emit = (name: string, source: string) =>
          `/${this.getFileName(this.emitFile({ type: "asset", name, source }))}`;
        const page = bundle["index.html"];
        if (page?.type !== "asset" || typeof page.source !== "string") this.error("no index.html");
        let source = page.source.replace("<html ", "<html data-offline ");
        // Called after what is in them, as all else is: another one makes this another document.
        for (const plain of ["/scheme.js", MARK]) {
          const text = await this.fs.readFile(`public${plain}`, { encoding: "utf8" });
          const named = emit(plain.slice(1), text);
          files.add(named);
          source = source.replace(`"${plain}"`, `"${named}"`);
        }
        const document = emit("offline.html", source);
        const shell = { document, files: [document, MARK, ...[...files].sort()] };
        this.emitFile({ type: "asset", fileName: "shell.json", source: JSON.stringify(shell) });
      },
    },
  };
}
